"""Answers: one record or a list of them, with their ETag, in the form that is asked for."""

import csv
import io
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Generic, TypeVar

from fastapi import Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from services.desk.formats import MEDIA_TYPES, Form
from services.desk.house import House
from services.desk.paging import PAGE, link_next

R = TypeVar("R", bound=BaseModel)
P = TypeVar("P")
AT_ONCE = 500
"""Rows that a stream reads at once."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""
_TAG = re.compile(r'(?:W/)?("[^"]*")|(\*)')


class Page(BaseModel, Generic[R]):
    """A page of a list."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    items: list[R]
    """In the order asked for."""
    next: str | None = None
    """The `cursor` of the next page; null on the last. The Link header has it too, as `rel="next"`."""


@dataclass(frozen=True)
class Listing(Generic[R, P]):
    """A list in a stable order, read piece by piece."""

    read: Callable[[Connection, P | None, int], Sequence[tuple[R, P]]]
    """Up to so many records behind a position (from the start, where it is None), each with its own."""
    cursor: Callable[[P], str]
    """A position as the address holds it."""
    columns: Mapping[str, Callable[[R], object]]
    """What a line of CSV holds of a record."""


def answer_model(request: Request, model: BaseModel, **headers: str) -> Response:
    """One record as JSON; 304 where the caller has the same."""
    return answer_bytes(request, model.model_dump_json().encode(), **headers)


def answer_bytes(
    request: Request, body: bytes, media_type: str = MEDIA_TYPES[Form.JSON], **headers: str
) -> Response:
    """The body with its ETag; 304 without it where the caller has the same."""
    tag = f'"{sha256(body + media_type.encode()).hexdigest()[:32]}"'
    # Weak: packed or not, it is the same answer.
    headers = {**headers, "ETag": f"W/{tag}", "Cache-Control": "private, no-cache", "Vary": VARY}
    if _has(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=media_type)


VARY = "Accept, Authorization, Cookie"


def _has(given: str, tag: str) -> bool:
    """Whether an If-None-Match header names the tag; a weak one counts, as RFC 9110 has it."""
    return any(found[1] == tag or found[2] == "*" for found in _TAG.finditer(given))


async def answer_list(
    request: Request,
    house: House,
    form: Form,
    listing: Listing[R, P],
    *,
    after: P | None = None,
    limit: int | None = None,
    page: Callable[[list[R], str | None], BaseModel] | None = None,
) -> Response:
    """A page as JSON; of the other forms a stream of all that follows, or of as much as `limit` says."""
    if form is not Form.JSON:
        return await _stream(house, form, listing, after, limit)
    wanted = limit or PAGE
    rows = await house.read(lambda tx: listing.read(tx, after, wanted + 1))
    further = listing.cursor(rows[wanted - 1][1]) if len(rows) > wanted else None
    records = [record for record, _ in rows[:wanted]]
    made = page(records, further) if page else Page(items=records, next=further)
    return answer_model(request, made, **link_next(request, further))


async def _stream(
    house: House, form: Form, listing: Listing[R, P], after: P | None, limit: int | None
) -> Response:
    """The first piece is read before the answer begins: what goes wrong then is still a problem document."""
    pieces = _read_pieces(house, listing, after, limit)
    first: list[R] = await anext(pieces, [])

    async def write() -> AsyncIterator[bytes]:
        async with aclosing(pieces):
            if form is Form.CSV:
                yield _write_csv([list(listing.columns)])
            yield _write(form, listing, first)
            async for piece in pieces:
                yield _write(form, listing, piece)

    kept = {"Cache-Control": "private, no-cache", "Vary": VARY}
    return StreamingResponse(write(), media_type=MEDIA_TYPES[form], headers=kept)


async def _read_pieces(
    house: House, listing: Listing[R, P], after: P | None, limit: int | None
) -> AsyncGenerator[list[R], None]:
    """No more than a piece is in hand at once, and no connection is held between two."""
    left = limit
    while left is None or left > 0:
        size = AT_ONCE if left is None else min(AT_ONCE, left)
        rows = await house.read(lambda tx, size=size, after=after: listing.read(tx, after, size))  # type: ignore[misc]  # mypy: no lambda with defaults
        if rows:
            yield [record for record, _ in rows]
        if len(rows) < size:
            return
        after = rows[-1][1]
        left = None if left is None else left - len(rows)


def _write(form: Form, listing: Listing[R, P], records: Sequence[R]) -> bytes:
    if form is Form.JSONL:
        return b"".join(record.model_dump_json().encode() + b"\n" for record in records)
    return _write_csv([[read(record) for read in listing.columns.values()] for record in records])


def _write_csv(rows: Sequence[Sequence[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([[_write_cell(cell) for cell in row] for row in rows])
    return text.getvalue().encode()


def _write_cell(cell: object) -> object:
    """The cell, no spreadsheet's formula: text that would be one begins with an apostrophe."""
    if isinstance(cell, datetime):
        return cell.isoformat()
    if isinstance(cell, list | tuple):
        cell = "; ".join(map(str, cell))
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return f"'{cell}"
    return cell


def pick(*names: str) -> dict[str, Callable[[Any], object]]:
    """Columns that are fields of the record, `article.title` one of a record within."""
    return {name: _Field(name) for name in names}


@dataclass(frozen=True)
class _Field:
    name: str

    def __call__(self, record: object) -> object:
        for part in self.name.split("."):
            record = getattr(record, part, None)
        return record
