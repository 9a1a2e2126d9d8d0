"""The user's own table of entities: CSV with a head line, or JSON Lines."""

import csv
import json
from collections.abc import Iterable, Iterator
from itertools import chain, dropwhile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, Field, StringConstraints, ValidationError

from schemas import EntityKind
from schemas.record import Record
from services.store.entities import LONGEST_NAME

if TYPE_CHECKING:
    from services.entities.linking import Known, KnownName

COLUMNS = ("name", "kind", "wikidata")
SEPARATOR = "|"
"""Between the aliases of a line of CSV."""
Line = tuple[int, str]
"""A line of the file with its number."""


class Unreadable(Exception):
    """The file is no such table, and where."""


def _printable(name: str) -> str:
    if not name.isprintable():
        raise ValueError("a name holds no control characters")
    return name


Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_NAME),
    AfterValidator(_printable),
]


class KnownEntity(Record):
    """A line of the table."""

    name: Name
    """Its usual name."""
    kind: EntityKind
    """What sort of thing it is."""
    wikidata: str = Field(pattern=r"^Q[1-9][0-9]*$", max_length=20)
    """Its id there."""
    aliases: tuple[Name, ...] = ()
    """Other names it is known by."""


def read_entities(path: Path) -> list[KnownEntity]:
    """The lines of the file; Unreadable, naming the first that is wrong."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = _number(file)
            first = next(lines, (1, ""))
            read = _read_json if first[1].lstrip().startswith("{") else _read_csv
            return [_check(number, fields) for number, fields in read(chain([first], lines))]
    except OSError as error:
        raise Unreadable(f"can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Unreadable(f"byte {error.start + 1} is not UTF-8") from error
    except csv.Error as error:
        raise Unreadable(f"is no CSV: {error}") from error


def list_names(known: Iterable[KnownEntity]) -> "list[KnownName]":
    """Each name once for each id; what is something's own name is no alias of it besides."""
    # Its neighbours load spaCy, which takes seconds.
    from services.entities.linking import KnownName, normalise

    names: dict[tuple[str, str, str], KnownName] = {}
    for one in known:
        for given, is_alias in [(one.name, False), *((alias, True) for alias in one.aliases)]:
            name = KnownName(one.kind, normalise(one.kind, given), one.wikidata, is_alias)
            names.setdefault((name.kind, name.key, name.wikidata), name)
    return list(names.values())


def index_entities(known: Iterable[KnownEntity]) -> "Known":
    """The Wikidata id that each name of the table stands for."""
    from services.entities.linking import index_names

    return index_names(list_names(known))


def _number(lines: Iterable[str]) -> Iterator[Line]:
    """The lines with their numbers, without the blank ones before the first."""
    return dropwhile(lambda line: not line[1].strip(), enumerate(lines, 1))


def _read_json(lines: Iterable[Line]) -> Iterator[tuple[int, Any]]:
    for number, line in lines:
        if line.strip():
            try:
                yield number, json.loads(line)
            except (ValueError, RecursionError) as error:
                raise Unreadable(f"line {number} is not JSON: {error}") from error


def _read_csv(lines: Iterable[Line]) -> Iterator[tuple[int, dict[str, Any]]]:
    number, head = next(iter(lines))
    reader = csv.DictReader(chain([head], (line for _, line in lines)))
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise Unreadable(f"the first line must name the columns; missing: {', '.join(missing)}")
    for row in reader:
        given = row.get("aliases") or ""
        yield (
            number - 1 + reader.line_num,
            {**row, "aliases": [one for one in given.split(SEPARATOR) if one.strip()]},
        )


def _check(number: int, fields: object) -> KnownEntity:
    try:
        return KnownEntity.model_validate(fields)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Unreadable(
            f"line {number}: {where}: {first['msg']}" if where else f"line {number}: {first['msg']}"
        ) from None
