"""Pages of a list, told apart by opaque cursors: where the page before ended, not how many were before."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Hashable, Iterator
from dataclasses import astuple, is_dataclass
from functools import cache
from typing import Any, TypeVar, cast
from urllib.parse import quote, urlencode

from fastapi import Request
from pydantic import TypeAdapter, ValidationError

from services.desk.formats import read_asked
from services.desk.problems import refuse_field

P = TypeVar("P")
MOST = 1_000
"""Rows of a page at most."""
PAGE = 50
"""Rows of a page where nobody says how many."""
LONGEST = 2_000
"""Characters of a cursor."""
LARGEST = 2**31 - 1
"""Number that a column of the store holds, where it is none of the large ones."""


@cache
def _adapt(kind: Hashable) -> TypeAdapter[Any]:
    return TypeAdapter(cast("type[Any]", kind))


def write_cursor(order: str, position: object) -> str:
    """A position in a list of this order, as the address holds it."""
    said = f"{order}:".encode() + _adapt(cast("Hashable", type(position))).dump_json(position)
    return urlsafe_b64encode(said).rstrip(b"=").decode()


def read_cursor(order: str, kind: type[P], cursor: str, largest: int = LARGEST) -> P:
    """The position that a cursor stands for. Problem 422 where it is none of a list of this order.

    Nor where it has a number beyond `largest`: the store would not take it, and could not say whose it is.
    """
    try:
        said = urlsafe_b64decode(cursor[:LONGEST].encode("ascii") + b"==")
        named, colon, position = said.partition(b":")
        if colon and named.decode() == order:
            found: P = _adapt(cast("Hashable", kind)).validate_json(position)
            if all(abs(number) <= largest for number in _list_numbers(found)):
                return found
    except (ValidationError, UnicodeError, binascii.Error):
        pass
    raise refuse_field("cursor", "is not one that the answer before gave for this order")


def _list_numbers(position: object) -> Iterator[int]:
    """The whole numbers of a position, which may have several parts."""
    parts: object = position
    if is_dataclass(position) and not isinstance(position, type):
        parts = astuple(position)
    yield from (one for one in (parts if isinstance(parts, tuple) else (parts,)) if isinstance(one, int))


def link_next(request: Request, cursor: str | None) -> dict[str, str]:
    """The Link header (RFC 8288) that leads to the next page; none on the last."""
    if cursor is None:
        return {}
    kept = [pair for pair in request.query_params.multi_items() if pair[0] != "cursor"]
    query = urlencode([*kept, ("cursor", cursor)])
    return {"Link": f'<{quote(read_asked(request))}?{query}>; rel="next"'}
