"""The training loop: tasks take turns on one encoder, by the clock or by epochs."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor, nn

from training.encoder.model import Encoder

WARM_UP = 0.06
LOWEST = 0.02
REPORT_EVERY = 25
SAVE_EVERY = 250
NEW_PARTS_FASTER = 5.0
PRETRAINED = ("encoder.", "names.layer.", "checkworthiness.layer.")
"""Parameters that start from the base model's, but for the traits, which are new."""


class Task(Protocol):
    """What is learnt on the encoder: a head, batches without end, and the loss of one."""

    name: str
    head: nn.Module
    steps: int
    """Batches in an epoch."""

    def batches(self) -> Iterator[object]:
        """Batches without end, in an order of the task's own."""

    def loss(self, encoder: Encoder, batch: object, progress: float) -> Tensor:
        """What one batch costs; `progress` is the share of the training that is done."""


@dataclass(frozen=True)
class Plan:
    """How long and how quickly; `minutes`, where given, ends the run on the clock instead of by epochs."""

    epochs: float = 3.0
    minutes: float | None = None
    rate: float = 2.5e-4
    averaging: float = 0.998
    half: bool = True


class Average:
    """A moving average of the parameters: what is kept of a training."""

    def __init__(self, model: nn.Module, decay: float) -> None:
        self.decay, self.count = decay, 0
        self.learnt = {n: p for n, p in model.named_parameters() if p.requires_grad}
        self.kept = {name: value.detach().clone() for name, value in self.learnt.items()}

    @torch.no_grad()
    def update(self) -> None:
        """Move the average towards the parameters of now."""
        self.count += 1
        decay = min(self.decay, (1 + self.count) / (10 + self.count))
        for name, value in self.learnt.items():
            self.kept[name].lerp_(value, 1 - decay)


def train(encoder: Encoder, tasks: Sequence[Task], plan: Plan, out: Path, start: Path | None = None) -> None:
    """Train all tasks, writing a checkpoint now and then and at the end."""
    model = nn.ModuleDict({"encoder": encoder, **{task.name: task.head for task in tasks}})
    if start:
        load(model, start)
    optimiser = _optimiser(model, plan)
    average = Average(model, plan.averaging)
    turns = [task for task in tasks for _ in range(task.steps)]
    total = int(plan.epochs * len(turns))
    sources = {task.name: task.batches() for task in tasks}
    began, losses = time.monotonic(), {task.name: [0.0, 0] for task in tasks}
    model.train()
    step, done, queue = 0, 0.0, []
    while done < 1:
        queue = queue or torch.randperm(len(turns)).tolist()
        task = turns[queue.pop()]
        _set_rate(optimiser, plan.rate, done)
        with torch.autocast("cpu", torch.bfloat16, enabled=plan.half):
            loss = task.loss(encoder, next(sources[task.name]), done)
        loss.backward()
        nn.utils.clip_grad_norm_(average.learnt.values(), 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        average.update()
        step += 1
        losses[task.name][0] += loss.item()
        losses[task.name][1] += 1
        spent = time.monotonic() - began
        done = spent / (60 * plan.minutes) if plan.minutes else step / total
        if step % REPORT_EVERY == 0:
            _report(step, len(turns), done, spent, losses)
        if step % SAVE_EVERY == 0:
            _save(model, average, out)
    _save(model, average, out)
    print(
        f"trained {step} steps, {step / len(turns):.2f} epochs, {time.process_time():.0f} s CPU", flush=True
    )


def load(model: nn.Module, path: Path) -> None:
    """Take over the averaged parameters of a checkpoint; a task that it did not have starts anew."""
    kept = torch.load(path, map_location="cpu")
    model.load_state_dict({**kept["model"], **kept["average"]}, strict=False)


def _optimiser(model: nn.ModuleDict, plan: Plan) -> torch.optim.AdamW:
    old, new = [], []
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            known = name.startswith(PRETRAINED) and not name.startswith("encoder.traits")
            (old if known else new).append(parameter)
    groups = [{"params": old, "faster": 1.0}, {"params": new, "faster": NEW_PARTS_FASTER}]
    return torch.optim.AdamW(groups, lr=plan.rate, weight_decay=0.01, betas=(0.9, 0.98), fused=True)


def _set_rate(optimiser: torch.optim.Optimizer, rate: float, done: float) -> None:
    share = min((done + 1e-3) / WARM_UP, max(LOWEST, 1 - done), 1.0)
    for group in optimiser.param_groups:
        group["lr"] = rate * share * group["faster"]


def _report(step: int, of: int, done: float, spent: float, losses: dict[str, list[float]]) -> None:
    means = "  ".join(f"{name} {total / max(count, 1):.4f}" for name, (total, count) in losses.items())
    print(f"step {step} epoch {step / of:.2f} done {done:.3f}  {means}  {spent:.0f} s", flush=True)
    for entry in losses.values():
        entry[:] = [0.0, 0]


def _save(model: nn.ModuleDict, average: Average, out: Path) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    torch.save({"model": model.state_dict(), "average": average.kept}, out)
