"""`copydesk entities`: who and what the articles name, and which Wikidata ids that stands for."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection, Row

from schemas import EntityKind
from services.cli.connections import DEFAULT_HOME, Connections, Home, call
from services.cli.exits import Exit, fail
from services.cli.known_entities import Unreadable, list_names, read_entities
from services.cli.rendering import show_text
from services.store.entities import EntityFilter, list_entities
from services.store.known_names import import_names, list_named, read_names, set_wikidata

entities = typer.Typer(help="Who and what the articles name.", no_args_is_help=True)
stderr = Console(stderr=True)


@entities.command("import")
def import_(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="CSV with the columns name, kind, wikidata and aliases (parted by |), or such JSON Lines.",
        ),
    ],
    replace: Annotated[
        bool,
        typer.Option(
            "--replace",
            envvar="COPYDESK_ENTITIES_REPLACE",
            help="Forget all that was imported before; by default only what has the same ids.",
        ),
    ] = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Know entities by their Wikidata ids from now on, and in the articles that are stored."""
    try:
        known = read_entities(file)
    except Unreadable as error:
        fail(Exit.WRONG_USE, f"{file}: {error}")

    async def act(on: Connections) -> int:
        with on.engine.begin() as tx:
            import_names(tx, [{**vars(name), "kind": name.kind.value} for name in list_names(known)], replace)
            return _link_stored(tx)

    linked = call(home, act)
    stderr.print(f"{len(known)} entities imported; {linked} names in stored articles have another id now")


@entities.command()
def ls(
    name: Annotated[
        str | None, typer.Option(envvar="COPYDESK_ENTITIES_NAME", help="Part of a name or alias.")
    ] = None,
    kind: Annotated[
        EntityKind | None, typer.Option(envvar="COPYDESK_ENTITIES_KIND", help="Only this kind.")
    ] = None,
    limit: Annotated[
        int, typer.Option(min=1, envvar="COPYDESK_ENTITIES_LIMIT", help="At most so many.")
    ] = 50,
    as_json: Annotated[bool, typer.Option("--json", envvar="COPYDESK_JSON", help="Print JSON.")] = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """List the entities of the stored articles, those that most articles name first."""

    async def act(on: Connections) -> list[Row[Any]]:
        with on.engine.connect() as connection:
            return list(list_entities(connection, EntityFilter(name, kind, limit)))

    rows = call(home, act)
    if as_json:
        print(json.dumps([{**row._mapping} for row in rows], default=str, ensure_ascii=False, indent=2))
    else:
        Console().print(_tabulate(rows))


def _link_stored(tx: Connection) -> int:
    """Bring the stored entities up to the table; how many names had another id before."""
    from services.entities.linking import KnownName, index_names, normalise

    names = (KnownName(EntityKind(row.kind), row.key, row.wikidata, row.is_alias) for row in read_names(tx))
    known = index_names(names)
    changed: list[tuple[str, str, str | None]] = []
    for row in list_named(tx):
        wikidata = known.get((row.kind, normalise(EntityKind(row.kind), row.name)))
        changed += [(row.kind, row.name, wikidata)] if wikidata != row.wikidata else []
    set_wikidata(tx, changed)
    return len(changed)


def _tabulate(rows: Iterable[Row[Any]]) -> Table:
    table = Table("name", "kind", "wikidata", "articles", "mentions", "id")
    for row in rows:
        counts = str(row.articles), str(row.mentions)
        table.add_row(show_text(row.name), row.kind, row.wikidata or "", *counts, str(row.entity_id))
    return table
