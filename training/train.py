"""Train the encoder and its heads together.

    COPYDESK_EVAL=… python -m training.train --out FILE [--tasks attribution names checkworthiness]
        [--start FILE] [--seed 0] [--epochs 3 | --minutes N] [--threads 1] [--full]
        [--freeze]

Needs the `training` group. Of each corpus a part is kept back, the same whatever the seed: thresholds are
chosen and scores are calibrated on it. A checkpoint holds the parameters and their moving average.
"""

import argparse
from pathlib import Path

import torch

from training.attribution.examples import hold_back as hold_back_articles
from training.attribution.examples import make_examples, read_articles
from training.attribution.task import AttributionTask
from training.checkworthiness.corpus import hold_back as hold_back_sentences
from training.checkworthiness.corpus import read_sentences
from training.checkworthiness.task import CheckworthinessTask
from training.encoder.base import read_tokenizer
from training.encoder.loop import Plan, Task, load, train
from training.encoder.model import TRUNK, Encoder
from training.names.corpus import hold_back as hold_back_documents
from training.names.corpus import read_part
from training.names.task import NamesTask
from training.names.teams import relabel_teams

TASKS = ("attribution", "names", "checkworthiness")


def main() -> None:
    """Read, label, train, write."""
    options = read_options()
    torch.manual_seed(0)  # all seeds start from the same heads, so that their models can be averaged
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    encoder = Encoder()
    if options.start:
        load(torch.nn.ModuleDict({"encoder": encoder}), options.start)
    tasks = [build_task(name, encoder, options.seed) for name in options.tasks]
    print("steps an epoch: " + ", ".join(f"{task.name} {task.steps}" for task in tasks), flush=True)
    torch.manual_seed(options.seed)
    if options.freeze:
        freeze_trunk(encoder)
    plan = Plan(options.epochs, options.minutes, options.rate, half=not options.full)
    train(encoder, tasks, plan, options.out, options.start)


def freeze_trunk(encoder: Encoder) -> None:
    """Keep what all tasks read as the start has it: one of them can go on without harm to the others."""
    for module in (encoder.words, encoder.places, encoder.traits, encoder.norm, *encoder.layers[:TRUNK]):
        module.requires_grad_(False)


def build_task(name: str, encoder: Encoder, seed: int) -> Task:
    """A task with what is not kept back of its corpus."""
    tokenizer = read_tokenizer()
    if name == "names":
        documents, _ = hold_back_documents(read_part("conll-train.txt"))
        return NamesTask([relabel_teams(document) for document in documents], tokenizer, encoder, seed)
    if name == "checkworthiness":
        sentences, _ = hold_back_sentences(read_sentences("train"))
        return CheckworthinessTask(sentences, tokenizer, encoder, seed)
    articles, _ = hold_back_articles(read_articles("train"))
    return AttributionTask([one for article in articles for one in make_examples(tokenizer, article)], seed)


def read_options() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--tasks", nargs="+", choices=TASKS, default=TASKS)
    parser.add_argument("--start", type=Path, help="a checkpoint to go on from")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=float, default=3.0)
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--freeze", action="store_true", help="keep the trunk as it is in the start")
    parser.add_argument("--rate", type=float, default=2.5e-4)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--full", action="store_true", help="32-bit arithmetic throughout")
    return parser.parse_args()


if __name__ == "__main__":
    main()
