"""Of several trainings from one start, one model: the mean of their averaged parameters.

    python -m training.average CHECKPOINT CHECKPOINT… --out FILE

Trainings that began at the same checkpoint and saw the data in other orders lie in one basin, and the mean of
their parameters does better than each (Wortsman and others 2022, "model soups").
"""

import argparse
from pathlib import Path

import torch


def main() -> None:
    """Read, average, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("checkpoints", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    kept = [torch.load(path, map_location="cpu") for path in options.checkpoints]
    average = {
        name: torch.stack([one["average"][name] for one in kept]).mean(0) for name in kept[0]["average"]
    }
    torch.save({"model": kept[0]["model"], "average": average}, options.out)


if __name__ == "__main__":
    main()
