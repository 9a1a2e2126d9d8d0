"""What every record and message is made of: frozen, described, tolerant of fields it does not know yet."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def to_utc(moment: datetime) -> datetime:
    """The same moment in UTC; a time without a zone is refused, since nobody can tell when it was."""
    if moment.tzinfo is None:
        raise ValueError("a time needs a zone, for example 2026-11-23T10:00:00Z")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("a time must lie in the years 1 to 9999 of UTC") from None


UtcTime = Annotated[datetime, AfterValidator(to_utc)]
Probability = Annotated[float, Field(ge=0, le=1)]


class Record(BaseModel):
    """A frozen value. Unknown fields are ignored, so that an older worker can read a newer message."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)
