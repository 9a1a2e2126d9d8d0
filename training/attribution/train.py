"""Train attribution on the encoder.

    COPYDESK_EVAL=… python -m training.attribution.train --out FILE [--seed 0] [--epochs 3 | --minutes N]
        [--threads 1] [--keep-back 60] [--full]

Needs the `training` group. The last `--keep-back` articles, in an order of the seed 0, are not trained on:
thresholds are chosen on them. A checkpoint holds the parameters and their moving average.
"""

import argparse
import random
from pathlib import Path

import torch

from training.attribution.examples import Article, make_examples, read_articles
from training.attribution.task import AttributionTask
from training.encoder.base import read_tokenizer
from training.encoder.loop import Plan, train
from training.encoder.model import Encoder


def main() -> None:
    """Read, label, train, write."""
    options = read_options()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    articles, _ = split(read_articles("train"), options.keep_back)
    tokenizer = read_tokenizer()
    examples = [example for article in articles for example in make_examples(tokenizer, article)]
    pieces, cues = sum(len(e.window) for e in examples), sum(len(e.roles) for e in examples)
    task = AttributionTask(examples, options.seed)
    print(f"{len(examples)} windows, {pieces} pieces, {cues} cues, {task.steps} steps an epoch", flush=True)
    plan = Plan(options.epochs, options.minutes, options.rate, half=not options.full)
    train(Encoder(), [task], plan, options.out)


def read_options() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=float, default=3.0)
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--rate", type=float, default=2.5e-4)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--keep-back", type=int, default=60)
    parser.add_argument("--full", action="store_true", help="32-bit arithmetic throughout")
    return parser.parse_args()


def split(articles: list[Article], kept_back: int) -> tuple[list[Article], list[Article]]:
    """Those to train on, and those to choose thresholds on: the same ones whatever the training's seed."""
    mixed = sorted(articles, key=lambda article: str(article["id"]))
    random.Random(0).shuffle(mixed)
    return mixed[kept_back:], mixed[:kept_back]


if __name__ == "__main__":
    main()
