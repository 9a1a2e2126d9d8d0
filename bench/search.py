"""What a search costs at a million claims: with the indexes, and by reading the table.

    python -m bench.search [--rows 1000000] [--rounds 3] [--patience 60] [--home FOLDER] [--ablate] [--json]

A store is filled with invented claims. Each typical query is run through the functions that the desk calls;
what they send to Postgres is explained with its time and the pages it touches, once as the server plans it
and once with indexes forbidden in the same session. Both run in one process of the server, with everything
in memory that fits; the lowest time of the rounds counts. `--ablate` drops each index in turn and tells which
query is the worse for it. The last line is what writing costs: `save_claims` against the same rows without
what searching needs. With `--home` the store is kept, and used again.
"""

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import OperationalError

from bench.million import Pool, fill, make_pool
from bench.questions import Query, list_queries
from bench.writing import Written, compare_writing
from services.embedded import Servers
from services.store.engine import connect, unhurried
from services.store.migration import migrate
from services.store.tables import claims, wordings

SCANS = ("indexscan", "indexonlyscan", "bitmapscan")
INDEXES = sorted(str(index.name) for index in (*claims.indexes, *wordings.indexes))
Statements = Sequence[tuple[str, Any]]


@dataclass(frozen=True)
class Cost:
    """Of all statements of a query together."""

    milliseconds: float
    pages: int
    nodes: tuple[str, ...]
    """How tables are read."""
    is_whole: bool = True
    """Whether it came to its end; else it took longer than that."""


@dataclass(frozen=True)
class Measured:
    """A query with its indexes, and without any."""

    name: str
    indexed: Cost
    scanned: Cost

    @property
    def ratio(self) -> float:
        """How many times as long the scan takes."""
        return self.scanned.milliseconds / self.indexed.milliseconds


def measure(tx: Connection, statements: Statements, rounds: int) -> Cost:
    """The cheapest of the rounds; the statements were run before."""
    costs = [_explain(tx, statements) for _ in range(rounds)]
    return min(costs, key=lambda cost: cost.milliseconds)


def measure_scan(tx: Connection, statements: Statements, patience: int) -> Cost:
    """Once, with indexes forbidden: what queries themselves say about that does not count."""
    statements = [one for one in statements if not one[0].startswith("set local")]
    with without_indexes(tx):
        return _bound(tx, lambda: _explain(tx, statements), patience)


def _bound(tx: Connection, act: Callable[[], Cost], patience: int) -> Cost:
    """The cost; after so many seconds for a statement it is enough."""
    try:
        with tx.begin_nested():
            tx.execute(text(f"set local statement_timeout = '{patience}s'"))
            return act()
    except OperationalError:
        return Cost(patience * 1000, 0, (), is_whole=False)
    finally:
        tx.execute(text("set local statement_timeout = 0"))


def record(tx: Connection, query: Query) -> Statements:
    """What the query sends to Postgres, but for its own question how many rows are to be expected."""
    sent: list[tuple[str, Any]] = []

    def note(_: object, __: object, statement: str, parameters: object, *___: object) -> None:
        if not statement.startswith("explain"):
            sent.append((statement, parameters))

    event.listen(tx, "before_cursor_execute", note)
    query(tx)
    event.remove(tx, "before_cursor_execute", note)
    return sent


def _explain(tx: Connection, statements: Statements) -> Cost:
    milliseconds, pages, nodes = 0.0, 0, dict[str, None]()
    for statement, parameters in statements:
        if statement.startswith("set local"):
            tx.exec_driver_sql(statement)
            continue
        asked = f"explain (analyze, buffers, timing off, format json) {statement}"
        (explained,) = tx.exec_driver_sql(asked, parameters).scalar_one()
        milliseconds += explained["Execution Time"] + explained["Planning Time"]
        plan = explained["Plan"]
        pages += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
        nodes |= dict.fromkeys(_name_nodes(plan))
    return Cost(milliseconds, pages, tuple(nodes))


def _name_nodes(plan: dict[str, Any]) -> Iterator[str]:
    """How tables are read, with the index or the table."""
    if name := plan.get("Index Name"):
        yield f"{plan['Node Type']} {name}"
    elif plan["Node Type"] == "Seq Scan":
        yield f"Seq Scan {plan['Relation Name']}"
    for child in plan.get("Plans", ()):
        yield from _name_nodes(child)


@contextmanager
def without_indexes(tx: Connection) -> Iterator[None]:
    """Have the server read tables from one end to the other."""
    for scan in SCANS:
        tx.execute(text(f"set enable_{scan} = off"))
    try:
        yield
    finally:
        for scan in SCANS:
            tx.execute(text(f"set enable_{scan} = on"))


def measure_all(engine: Engine, pool: Pool, rounds: int, patience: int, say: Console) -> list[Measured]:
    """Each query in both ways."""
    measured = []
    with engine.connect() as tx, unhurried(tx):
        _prepare(tx)
        for name, query in list_queries(tx, pool).items():
            statements = record(tx, query)
            one = Measured(name, measure(tx, statements, rounds), measure_scan(tx, statements, patience))
            measured.append(one)
            say.print(f"{name}: {one.indexed.milliseconds:.1f} ms, {one.scanned.milliseconds:.0f} ms")
    return measured


def _prepare(tx: Connection) -> None:
    for setting in ("jit = off", "max_parallel_workers_per_gather = 0"):
        tx.execute(text(f"set {setting}"))


def ablate(
    engine: Engine, pool: Pool, measured: Sequence[Measured], patience: int, say: Console
) -> dict[str, tuple[str, float]]:
    """For each index the query, of those that use it, that takes most times as long without it."""
    found = {}
    for name in INDEXES:
        using = [one for one in measured if any(node.endswith(f" {name}") for node in one.indexed.nodes)]
        with engine.connect() as tx, unhurried(tx):
            _prepare(tx)
            queries = list_queries(tx, pool)
            tx.execute(text(f"drop index {name}"))
            ratios = {}
            for one in using:
                ask = partial(_ask, tx, queries[one.name])
                ratios[one.name] = _bound(tx, ask, patience).milliseconds / one.indexed.milliseconds
            tx.rollback()
        found[name] = max(ratios.items(), key=lambda one: one[1], default=("no query", 1.0))
        say.print(f"without {name}: {found[name][0]} takes {found[name][1]:.1f} times as long")
    return found


def _ask(tx: Connection, query: Query) -> Cost:
    return _explain(tx, record(tx, query))


def read_sizes(engine: Engine) -> dict[str, int]:
    """Megabytes of the claims, their wordings, and each index of these."""
    names = ["claims", "wordings", *INDEXES, "names", "name_words"]
    with engine.connect() as tx:
        size = text("select pg_table_size(cast(:name as regclass)) / 1048576")
        return {name: tx.execute(size, {"name": name}).scalar_one() for name in names}


def main() -> None:
    """Fill, ask, compare, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--patience", type=int, default=60, help="seconds for each scan")
    parser.add_argument("--home", type=Path)
    parser.add_argument("--ablate", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    say = Console(stderr=True)
    kept = nullcontext(options.home) if options.home else tempfile.TemporaryDirectory()
    with kept as folder, Servers(Path(folder)) as addresses:
        engine = connect(addresses.database_url)
        pool = make_pool(options.rows)
        prepare_store(engine, options.rows, pool, say)
        measured = measure_all(engine, pool, options.rounds, options.patience, say)
        needed = ablate(engine, pool, measured, options.patience, say) if options.ablate else {}
        written = compare_writing(engine, pool, options.rounds)
        sizes = read_sizes(engine)
        engine.dispose()
    if options.json:
        rows = [{**asdict(one), "ratio": one.ratio} for one in measured]
        print(json.dumps({"queries": rows, "sizes": sizes, "needed": needed, "written": asdict(written)}))
    else:
        print_tables(measured, sizes, needed, written)


def prepare_store(engine: Engine, rows: int, pool: Pool, say: Console) -> None:
    """The tables with the claims in them; what a store that was kept has already stays."""
    migrate(engine)
    with engine.connect() as tx:
        is_filled = tx.execute(text("select exists (select from claims)")).scalar_one()
    if not is_filled:
        fill(engine, rows, pool, say)


def print_tables(
    measured: Sequence[Measured],
    sizes: dict[str, int],
    needed: dict[str, tuple[str, float]],
    written: Written,
) -> None:
    """For people."""
    queries = Table("query", "ms", "scan, ms", "times", "pages", "scan, pages", "how")
    for one in measured:
        more = "" if one.scanned.is_whole else "> "
        costs = (
            f"{one.indexed.milliseconds:.1f}",
            f"{more}{one.scanned.milliseconds:.0f}",
            f"{more}{one.ratio:.0f}",
        )
        pages = f"{one.indexed.pages:,}", f"{one.scanned.pages:,}"
        queries.add_row(one.name, *costs, *pages, "\n".join(one.indexed.nodes))
    indexes = Table("index or table", "MB", "most needed by", "times as long without")
    for name, size in sizes.items():
        query, ratio = needed.get(name, ("", None))
        indexes.add_row(name, f"{size:,}", query, f"{ratio:.1f}" if ratio else "")
    console = Console()
    console.print(queries, indexes)
    console.print(
        f"writing: {written.searchable:.0f} µs of processor time a claim, {written.plain:.0f} without what "
        f"searching needs: {written.ratio:.2f} times as much"
    )


if __name__ == "__main__":
    main()
