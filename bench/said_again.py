"""How well the same claim is known again, and what matching costs.

    python -m bench.said_again [--vectors 100000] [--rounds 20] [--pgvector] [--json]

Pairs of sentences made for this (`tests/gold/said_again.jsonl`): precision, recall and F1 of "the same
claim", for each kind of pair how many are judged right, and the same for the parts alone, each at the
threshold that is best for it on the part `tune`. That part's pairs were looked at while the rules were
written, those of `report` once, those of `fresh` never: they were written after.

Then the time to look for one claim among so many stored vectors, which are made by chance: in the index that
is used, and by brute force, in turns; medians of the rounds. `--pgvector` asks a Postgres as well that is
started for it, once through an HNSW index and once without, and says what part of the same vectors' true
neighbours each way finds.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, text

from services.embedded import Servers
from services.encoder.sentences import WIDTH, embed
from services.encoder.sessions import open_encoder
from services.matching.agreement import BOUNDS, find_disagreement, measure_overlap, say_the_same
from services.matching.nearness import UNIT, Index
from services.matching.statements import read_statement
from services.store.engine import Patience, connect

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
    vectors = [np.frombuffer(embed(open_encoder(), pair[side]), np.int8).astype(np.float32) for side in "ab"]
    alike = float(vectors[0] @ vectors[1]) / UNIT
    one, other = (read_statement(pair[side], None, False, pair.get(f"{side}_by")) for side in "ab")
    return Judged(
        part=pair["part"],
        kind=pair["kind"],
        same=pair["same"],
        alike=alike,
        overlap=measure_overlap(one, other),
        agrees=find_disagreement(one, other) is None,
        found=say_the_same(one, other, alike),
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


def make_vectors(number: int) -> NDArray[np.int8]:
    """Vectors by chance; each tenth is like the one before it, so that there is something to find."""
    chance = np.random.default_rng(11)
    raw = chance.normal(size=(number, WIDTH)).astype(np.float32)
    raw[9::10] = 0.8 * raw[8::10][: len(raw[9::10])] + 0.6 * raw[9::10]
    return np.round(raw * (127 / np.linalg.norm(raw, axis=1, keepdims=True))).astype(np.int8)


def time_matching(rows: NDArray[np.int8], rounds: int) -> dict[str, float]:
    """Milliseconds to look for one claim, by each way in turns."""
    index = Index()
    index.add({UUID(int=at): row.tobytes() for at, row in enumerate(rows)})
    floats, least = rows.astype(np.float32), BOUNDS.alike * UNIT
    asked = iter(np.random.default_rng(5).integers(0, len(rows), rounds * 3).tolist())

    def multiply(table: NDArray[Any], kind: type) -> object:
        return np.flatnonzero(table @ rows[next(asked)].astype(kind) >= least)

    ways: dict[str, Callable[[], object]] = {
        "index: signs, then vectors": lambda: index.search([rows[next(asked)].tobytes()], BOUNDS.alike),
        "brute force, 32 bits in memory": lambda: multiply(floats, np.float32),
        "brute force, bytes in memory": lambda: multiply(rows.astype(np.int32), np.int32),
    }
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            began = time.perf_counter()
            way()
            spent[name].append((time.perf_counter() - began) * 1000)
    return {name: statistics.median(taken) for name, taken in spent.items()}


def ask_pgvector(rows: NDArray[np.int8], rounds: int) -> dict[str, dict[str, float]]:
    """Milliseconds and recall of the nearest ten by pgvector, with an HNSW index and without."""
    with tempfile.TemporaryDirectory(prefix="copydesk-bench-") as home, Servers(Path(home)) as addresses:
        engine = connect(addresses.database_url, patience=Patience(3600.0))
        with engine.begin() as tx:
            tx.execute(text("create extension vector"))
            tx.execute(text(f"create table near (id int, vector halfvec({WIDTH}))"))
            driver: Any = tx.connection.driver_connection
            with driver.cursor().copy("copy near from stdin") as copy:
                for at, row in enumerate(rows.tolist()):
                    copy.write_row((at, str(row)))
        asked = [int(at) for at in np.arange(8, len(rows), max(10, len(rows) // rounds // 10 * 10))[:rounds]]
        told = {"pgvector, no index": _ask(engine, rows, asked)}
        with engine.begin() as tx:
            tx.execute(text("create index on near using hnsw (vector halfvec_cosine_ops)"))
        told["pgvector, HNSW"] = _ask(engine, rows, asked)
        engine.dispose()
    return told


def _ask(engine: Engine, rows: NDArray[np.int8], asked: Sequence[int]) -> dict[str, float]:
    query = text("select id from near order by vector <=> cast(:vector as halfvec) limit 10")
    spent, found, there = [], 0, 0
    with engine.connect() as connection:
        for at in asked:
            began = time.perf_counter()
            ids = set(connection.execute(query, {"vector": str(rows[at].tolist())}).scalars())
            spent.append((time.perf_counter() - began) * 1000)
            products = rows.astype(np.int32) @ rows[at].astype(np.int32)
            near = set(np.flatnonzero(products >= BOUNDS.alike * UNIT).tolist())
            found, there = found + len(near & ids), there + len(near)
    return {"milliseconds": statistics.median(spent), "recall": found / there}


def measure(number: int, rounds: int, pgvector: bool) -> dict[str, Any]:
    """All figures."""
    rows = make_vectors(number)
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
        "vectors": number,
        "milliseconds": time_matching(rows, rounds),
        "pgvector": ask_pgvector(rows, rounds) if pgvector else {},
    }


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--vectors", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--pgvector", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    result = measure(options.vectors, options.rounds, options.pgvector)
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
    times = result["milliseconds"]
    least = times["brute force, 32 bits in memory"]
    asked = {name: told["milliseconds"] for name, told in result["pgvector"].items()}
    costs = Table("way", "ms a claim", "ratio", "finds", title=f"{result['vectors']:,} stored vectors")
    for name, spent in {**times, **asked}.items():
        finds = f"{result['pgvector'][name]['recall']:.3f}" if name in asked else ""
        costs.add_row(name, f"{spent:.2f}", f"{spent / least:.2f}", finds)
    console.print(costs)


if __name__ == "__main__":
    main()
