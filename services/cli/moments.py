"""Times as people type them."""

from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from schemas import UtcTime
from services.cli.exits import Exit, fail
from services.ingest import read_moment

ADAPTER: TypeAdapter[datetime] = TypeAdapter(UtcTime)


def parse_moment(option: str, value: str | None) -> datetime | None:
    """A day or a time with its zone; ends the command where it is neither."""
    if value is None:
        return None
    try:
        return ADAPTER.validate_python(read_moment(value))
    except ValidationError as error:
        fail(
            Exit.WRONG_USE,
            f"{option} {value}: {error.errors()[0]['msg']}; use 2026-11-23 or 2026-11-23T10:00:00Z",
        )
