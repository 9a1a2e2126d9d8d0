"""What matching a claim costs among many that are stored.

    python -m bench.matching [--claims 100000] [--rounds 20] [--pgvector] [--recluster] [--json]

Vectors are made by chance, in groups of fifty that lie near one another, as in news on one subject. Timed in
turns, medians of the rounds: the index that is used, and brute force over the same vectors. Then with a
Postgres that is started for it and holds as many wordings: new claims are matched as the control service
does it: index, reading, agreement, writing and counting. `--pgvector` asks another one for the neighbours,
with an HNSW index and without, and says what part of those there are each way finds. `--recluster` times that
command over all of them, and the longest that it keeps others from matching.
"""

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection, Engine, insert, text

from schemas import derive_id
from services.cli.matching import AT_ONCE, Matcher
from services.cli.reclustering import recluster
from services.embedded import Servers
from services.encoder.sentences import WIDTH
from services.matching.agreement import BOUNDS
from services.matching.nearness import UNIT, Index
from services.store.engine import Patience, connect
from services.store.migration import migrate
from services.store.tables import articles, claim_clusters, claims, wordings
from services.store.wordings import LOCK, note_wordings

NEAR = 50
"""Statements that lie near a statement: of 9,000 contents of political news there were five."""
PAGE = 5000
NO_MORE = {"day": None, "speaker": None}
HELD = text("select exists (select from pg_locks where locktype = 'advisory' and granted and objid = :lock)")
BRUTE = "brute force, 32 bits in memory"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
PLACES, THINGS, TURNS = (
    words.split()
    for words in (
        "Lindmoor Highton Osterby Veldheim Harbourton Marrow Ketter Savelund Halvik Brackmouth",
        "rents profits exports emissions prices wages sales fares taxes fees losses subsidies",
        "rose fell grew dropped climbed shrank",
    )
)


def make_vectors(number: int) -> NDArray[np.int8]:
    """Vectors by chance, each with about fifty near it, as statements on one subject have them."""
    chance = np.random.default_rng(11)
    subjects = chance.normal(size=(max(1, number // NEAR), WIDTH))
    own = chance.normal(size=(number, WIDTH))
    raw = np.sqrt(0.7) * subjects[np.arange(number) % len(subjects)] + np.sqrt(0.3) * own
    return np.round(raw * (127 / np.linalg.norm(raw, axis=1, keepdims=True))).astype(np.int8)


def time_matching(rows: NDArray[np.int8], rounds: int) -> dict[str, dict[str, float]]:
    """Milliseconds to look for one claim, by each way in turns; and what part of the neighbours it finds."""
    index = Index()
    index.add({UUID(int=at): row.tobytes() for at, row in enumerate(rows)})
    floats, least = rows.astype(np.float32), BOUNDS.alike * UNIT

    def multiply(at: int) -> int:
        # Not by `@`: that takes all processors, and the index takes one.
        return len(np.flatnonzero(np.einsum("ij,j->i", floats, floats[at]) >= least))

    ways: dict[str, Callable[[int], int]] = {
        "index: signs, then vectors": lambda at: len(index.search([rows[at].tobytes()], BOUNDS.alike)[0]),
        BRUTE: multiply,
    }
    spent: dict[str, list[float]] = {name: [] for name in ways}
    found = dict.fromkeys(ways, 0)
    for at in np.random.default_rng(5).integers(0, len(rows), rounds).tolist():
        for name, way in ways.items():
            began = time.perf_counter()
            found[name] += way(at)
            spent[name].append((time.perf_counter() - began) * 1000)
    there = found[BRUTE]
    return {
        name: {"milliseconds": statistics.median(spent[name]), "recall": found[name] / there} for name in ways
    }


def ask_pgvector(rows: NDArray[np.int8], rounds: int) -> dict[str, dict[str, float]]:
    """Milliseconds and recall of the nearest sixty by pgvector, with an HNSW index and without."""
    with tempfile.TemporaryDirectory(prefix="copydesk-bench-") as home, Servers(Path(home)) as addresses:
        engine = connect(addresses.database_url, patience=Patience(3600.0))
        with engine.begin() as tx:
            tx.execute(text("create extension vector"))
            tx.execute(text(f"create table near (id int, vector halfvec({WIDTH}))"))
            driver: Any = tx.connection.driver_connection
            with driver.cursor().copy("copy near from stdin") as copy:
                for at, row in enumerate(rows.tolist()):
                    copy.write_row((at, str(row)))
        asked = [int(at) for at in np.random.default_rng(3).integers(0, len(rows), rounds)]
        told = {"pgvector, no index": _ask(engine, rows, asked)}
        with engine.begin() as tx:
            tx.execute(text("create index on near using hnsw (vector halfvec_cosine_ops)"))
        told["pgvector, HNSW"] = _ask(engine, rows, asked)
        engine.dispose()
    return told


def _ask(engine: Engine, rows: NDArray[np.int8], asked: Sequence[int]) -> dict[str, float]:
    query = text("select id from near order by vector <=> cast(:vector as halfvec) limit 60")
    spent, found, there = [], 0, 0
    with engine.connect() as connection:
        connection.execute(text("set hnsw.ef_search = 200"))
        for at in asked:
            began = time.perf_counter()
            ids = set(connection.execute(query, {"vector": str(rows[at].tolist())}).scalars())
            spent.append((time.perf_counter() - began) * 1000)
            products = rows.astype(np.int32) @ rows[at].astype(np.int32)
            near = set(np.flatnonzero(products >= BOUNDS.alike * UNIT).tolist())
            found, there = found + len(near & ids), there + len(near)
    return {"milliseconds": statistics.median(spent), "recall": found / there}


def write_sentence(chance: random.Random) -> str:
    """A statement like many others."""
    share, year = chance.randint(2, 90), chance.randint(1990, 2026)
    place, thing, turn = chance.choice(PLACES), chance.choice(THINGS), chance.choice(TURNS)
    return (
        f"The {thing} in {place} {turn} by {share} percent between {year} and last summer, in all districts."
    )


def time_store(rows: NDArray[np.int8], rounds: int) -> float:
    """Milliseconds a claim, by the median of the transactions, in a store that holds so many wordings."""
    with store_of(rows) as engine:
        chance, matcher, spent = random.Random(8), Matcher(), list[float]()
        for number in range(rounds + 1):
            with engine.begin() as tx:
                _add_claims(tx, chance, len(rows) + number * AT_ONCE, rows)
            began = time.perf_counter()
            matched = matcher.match(engine)
            spent.append((time.perf_counter() - began) * 1000 / matched.changes)
    return statistics.median(spent[1:])


def time_recluster(rows: NDArray[np.int8]) -> dict[str, float]:
    """Seconds of `copydesk recluster` over so many wordings, and the longest that nobody else may settle."""
    with store_of(rows) as engine, engine.connect() as watching, ThreadPoolExecutor(1) as thread:
        watching = watching.execution_options(isolation_level="AUTOCOMMIT")
        began = time.perf_counter()
        work = thread.submit(recluster, engine, lambda _: b"", lambda *_: None)
        longest, free = 0.0, began
        while not work.done():
            time.sleep(0.02)
            now = time.perf_counter()
            if watching.execute(HELD, {"lock": LOCK}).scalar_one():
                longest = max(longest, now - free)
            else:
                free = now
        work.result()
        return {"seconds": time.perf_counter() - began, "locked": longest}


@contextmanager
def store_of(rows: NDArray[np.int8]) -> Iterator[Engine]:
    """A Postgres of its own with a claim and a wording for each vector, all settled."""
    with tempfile.TemporaryDirectory(prefix="copydesk-bench-") as home, Servers(Path(home)) as addresses:
        engine = connect(addresses.database_url, patience=Patience(3600.0))
        migrate(engine)
        chance = random.Random(7)
        for first in range(0, len(rows), PAGE):
            with engine.begin() as tx:
                _fill(tx, chance, first, rows[first : first + PAGE])
        with engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("analyze"))
        yield engine
        engine.dispose()


def _fill(tx: Connection, chance: random.Random, first: int, rows: NDArray[np.int8]) -> None:
    """Stored claims, each of an article of its own and settled."""
    made = list(_make_claims(chance, first, rows))
    tx.execute(insert(articles), [one["article"] for one in made])
    tx.execute(insert(claims), [one["claim"] for one in made])
    placed = ({**one["wording"], "said_at": NOON, "cluster_id": one["wording"]["wording_id"]} for one in made)
    tx.execute(insert(wordings), list(placed))
    tx.execute(insert(claim_clusters), [one["cluster"] for one in made])


def _add_claims(tx: Connection, chance: random.Random, first: int, rows: NDArray[np.int8]) -> None:
    """New claims, each near to some that are stored."""
    some = [chance.randrange(len(rows)) for _ in range(AT_ONCE)]
    made = list(_make_claims(chance, first, rows[some]))
    tx.execute(insert(articles), [one["article"] for one in made])
    tx.execute(insert(claims), [one["claim"] for one in made])
    note_wordings(tx, {one["claim"]["claim_id"]: {**NO_MORE, **one["wording"]} for one in made})


def _make_claims(
    chance: random.Random, first: int, rows: NDArray[np.int8]
) -> Iterator[dict[str, dict[str, Any]]]:
    for number, row in enumerate(rows, start=first):
        article, claim, wording = (derive_id(kind, number) for kind in ("article", "claim", "wording"))
        said, at = write_sentence(chance), NOON + timedelta(seconds=number)
        yield {
            "article": {
                "article_id": article,
                "revision": "a",
                "submitted_at": at,
                "source": f"Outlet {number % 40}",
            },
            "claim": {
                "claim_id": claim,
                "article_id": article,
                "revision": "a",
                "kind": "asserted",
                "polarity": "affirmed",
                "modality": "stated",
                "text": said,
                "check_worthiness": 0.5,
                "position": 0,
                "record": {},
                "said_at": at,
                "about": [],
                "search": "",
                "wording_id": wording,
            },
            "wording": {"wording_id": wording, "text": said, "denied": False, "vector": row.tobytes()},
            "cluster": {
                "cluster_id": wording,
                "first_claim_id": claim,
                "first_seen_at": at,
                "last_seen_at": at,
                "repetitions": 0,
                "claims": 1,
                "articles": 1,
                "outlets": 1,
                "speakers": 0,
                "wordings": 1,
                "check_worthiness": 0.5,
            },
        }


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--claims", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--pgvector", action="store_true")
    parser.add_argument("--recluster", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = make_vectors(options.claims)
    ways = time_matching(rows, options.rounds)
    ways["matched in the store, all in all"] = {"milliseconds": time_store(rows, options.rounds)}
    ways |= ask_pgvector(rows, options.rounds) if options.pgvector else {}
    anew = time_recluster(rows) if options.recluster else {}
    result = {"claims": options.claims, "ways": ways, "recluster": anew}
    if options.json:
        print(json.dumps(result))
    else:
        _print(result)


def _print(result: dict[str, Any]) -> None:
    least = result["ways"][BRUTE]["milliseconds"]
    table = Table("way", "ms a claim", "ratio", "finds", title=f"{result['claims']:,} stored claims")
    for name, told in result["ways"].items():
        spent, finds = told["milliseconds"], f"{told['recall']:.3f}" if "recall" in told else ""
        table.add_row(name, f"{spent:.2f}", f"{spent / least:.2f}", finds)
    Console().print(table)
    if anew := result["recluster"]:
        Console().print(
            f"recluster: {anew['seconds']:.1f} s, {anew['locked']:.2f} s at most without matching"
        )


if __name__ == "__main__":
    main()
