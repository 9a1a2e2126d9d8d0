"""How well the same claim is known again.

    python -m bench.said_again [--json]

Pairs of sentences made for this (`tests/gold/said_again.jsonl`): precision, recall and F1 of "the same
claim", for each kind of pair how many are judged right, and the same for the parts alone, each at the
threshold that is best for it on the part `tune`. That part's pairs were looked at while the rules were
written, those of `report` once, those of `fresh` never: they were written after.
"""

import argparse
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from services.encoder.sentences import embed
from services.encoder.sessions import open_encoder
from services.matching.agreement import BOUNDS, find_disagreement, measure_overlap
from services.matching.nearness import UNIT
from services.matching.wordings import find_same, make_wording

GOLD = Path(__file__).parent.parent / "tests" / "gold" / "said_again.jsonl"
PARTS = ("tune", "report", "fresh")
STEPS = np.arange(0.2, 1.0, 0.01)


@dataclass(frozen=True)
class Judged:
    """A pair, and what is known of it."""

    part: str
    kind: str
    same: bool
    alike: float
    overlap: float
    agrees: bool
    found: bool


Rule = Callable[[Judged], bool]


def read_pairs() -> list[Judged]:
    """The pairs as they are judged."""
    return [judge(json.loads(line)) for line in GOLD.read_text(encoding="utf-8").splitlines()]


def judge(pair: dict[str, Any]) -> Judged:
    """What the vectors, the words and both together say of a pair."""
    embed_text = partial(embed, open_encoder())
    one, other = (make_wording(pair[side], embed_text, speaker=pair.get(f"{side}_by")) for side in "ab")
    vectors = [np.frombuffer(wording.vector, np.int8).astype(np.float32) for wording in (one, other)]
    alike = float(vectors[0] @ vectors[1]) / UNIT
    return Judged(
        part=pair["part"],
        kind=pair["kind"],
        same=pair["same"],
        alike=alike,
        overlap=measure_overlap(one.statement, other.statement),
        agrees=find_disagreement(one.statement, other.statement) is None,
        found=alike >= BOUNDS.alike and bool(find_same(one, [(other, alike)])),
    )


def score(pairs: Sequence[Judged], rule: Rule) -> dict[str, float]:
    """Precision, recall and F1 of a rule."""
    found = [pair for pair in pairs if rule(pair)]
    right = sum(pair.same for pair in found)
    precision = right / len(found) if found else 0.0
    recall = right / sum(pair.same for pair in pairs)
    whole = precision + recall
    return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / whole if whole else 0.0}


def choose_rules(tune: Sequence[Judged]) -> dict[str, Rule]:
    """What is shipped, and its parts alone, each with the threshold that is best on `tune`."""
    near = choose(tune, lambda pair: pair.alike)
    common = choose(tune, lambda pair: pair.overlap)
    return {
        "shipped": lambda pair: pair.found,
        f"vectors alone (from {near:.2f})": lambda pair: pair.alike >= near,
        f"common words alone (from {common:.2f})": lambda pair: pair.overlap >= common,
        "agreement alone": lambda pair: pair.agrees,
        "agreement and words": lambda pair: pair.agrees and pair.overlap >= BOUNDS.both,
        "agreement and vectors": lambda pair: pair.agrees and pair.alike >= BOUNDS.both,
    }


def choose(pairs: Sequence[Judged], measure: Callable[[Judged], float]) -> float:
    """The threshold with the best F1."""
    return float(max(STEPS, key=lambda least: score(pairs, lambda pair: measure(pair) >= least)["f1"]))


def count_kinds(pairs: Iterable[Judged]) -> dict[str, dict[str, int]]:
    """For each kind how many pairs there are, and how many are judged right."""
    kinds: dict[str, dict[str, int]] = {}
    for pair in pairs:
        counted = kinds.setdefault(pair.kind, {"pairs": 0, "right": 0})
        counted["pairs"] += 1
        counted["right"] += pair.found == pair.same
    return kinds


def measure() -> dict[str, Any]:
    """All figures."""
    pairs = read_pairs()
    by_part = {part: [pair for pair in pairs if pair.part == part] for part in PARTS}
    rules = choose_rules(by_part["tune"])
    return {
        "pairs": {part: len(chosen) for part, chosen in by_part.items()},
        "scores": {
            part: {name: score(chosen, rule) for name, rule in rules.items()}
            for part, chosen in by_part.items()
        },
        "kinds": {part: count_kinds(chosen) for part, chosen in by_part.items()},
    }


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    result = measure()
    if options.json:
        print(json.dumps(result))
    else:
        _print(result)


def _print(result: dict[str, Any]) -> None:
    console = Console()
    for part, scores in result["scores"].items():
        table = Table("rule", "precision", "recall", "F1", title=f"{part}: {result['pairs'][part]} pairs")
        for name, figures in scores.items():
            table.add_row(name, *(f"{figures[one]:.3f}" for one in ("precision", "recall", "f1")))
        console.print(table)
    kinds = Table("kind", *PARTS, title="judged right")
    for kind in sorted({kind for counted in result["kinds"].values() for kind in counted}):
        cells = (result["kinds"][part].get(kind) for part in PARTS)
        kinds.add_row(kind, *(f"{cell['right']} of {cell['pairs']}" if cell else "" for cell in cells))
    console.print(kinds)


if __name__ == "__main__":
    main()
