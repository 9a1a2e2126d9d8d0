"""Records of articles as they stand in files: one JSON object, or one file of text or HTML, each.

The fields are those of `schemas.ArticleSubmitted`, with two other names that scrapers use:

| in a file | means |
|---|---|
| `id` | `source_id`, where the record or the command names the source it is an id of |
| `date` | `published_at` |

A day without a time is its midnight in UTC; one author may stand without a list; unknown fields are ignored.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from pydantic import ValidationError

from schemas import ArticleSubmitted

Fields = dict[str, Any]


CONTENTS = ("text", "html", "raw")


@dataclass(frozen=True)
class Found:
    """One record of a source, or why there is none."""

    origin: str
    """Where it stands: `examples/a.jsonl:3` is line 3, `a.json[2]` the second object of an array."""
    fields: Fields | None = None
    """Its fields; `raw` is bytes where the whole file is the article, base64 otherwise."""
    error: str | None = None
    """What is wrong and what to do about it."""


@dataclass(frozen=True)
class Defaults:
    """What is said of articles whose record does not say it."""

    source: str | None = None
    url: str | None = None
    published_at: datetime | None = None
    language: str | None = None


NO_DEFAULTS = Defaults()


def read_submission(fields: Fields, defaults: Defaults = NO_DEFAULTS) -> ArticleSubmitted:
    """The submission that a record's fields make. ValueError names each field that is wrong, and why."""
    try:
        return ArticleSubmitted.model_validate(_fill(_rename(fields, defaults), defaults))
    except ValidationError as error:
        raise ValueError(_explain(error, fields)) from None


def find_id(fields: Fields) -> str | None:
    """The id that a record gives itself, as `id` or `source_id`."""
    given = fields.get("id", fields.get("source_id"))
    return None if given is None or given == "" else str(given)


def read_moment(value: str) -> datetime | str:
    """A day ("2026-11-23") as its midnight in UTC; anything else as it is, for the schema to judge."""
    try:
        return datetime.combine(date.fromisoformat(value), time(), UTC)
    except ValueError:
        return value


def _rename(fields: Fields, defaults: Defaults) -> Fields:
    named = {name: value for name, value in fields.items() if _says_something(name, value)}
    own_id, day = named.pop("id", None), named.pop("date", None)
    if own_id is not None and (named.get("source") or defaults.source):
        named.setdefault("source_id", own_id)
    if day is not None:
        named.setdefault("published_at", day)
    return {name: _READ.get(name, _as_it_is)(value) for name, value in named.items()}


def _says_something(name: str, value: object) -> bool:
    return value is not None and (value != "" or name in CONTENTS)


def _as_it_is(value: object) -> object:
    return value


_READ: dict[str, Callable[[Any], object]] = {
    "authors": lambda value: [value] if isinstance(value, str) else value,
    "published_at": lambda value: read_moment(value) if isinstance(value, str) else value,
    "raw": lambda value: base64.b64encode(value) if isinstance(value, bytes) else value,
    "source_id": lambda value: str(value) if isinstance(value, int) else value,
}


def _fill(fields: Fields, defaults: Defaults) -> Fields:
    return {name: value for name, value in vars(defaults).items() if value is not None} | fields


def _explain(error: ValidationError, fields: Fields) -> str:
    return "; ".join(_explain_one(dict(found), fields) for found in error.errors())


def _explain_one(found: Fields, fields: Fields) -> str:
    where = ".".join(map(str, found["loc"]))
    why = str(found["msg"]).removeprefix("Value error, ")
    if not where:
        return f"{why} (the record has {', '.join(fields) or 'no fields'})"
    return f"{where}: {why}, not {repr(found['input'])[:60]}"
