"""Where somebody stands who follows the claims: what an event's id says, and `Last-Event-ID` gives back."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

_STREAM = re.compile(r"(\d{1,20})-(\d{1,20})(?:\.(\d{1,9}))?")
_STORE = re.compile(r"store-(\d{1,17})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LARGEST = 2**64 - 1


@dataclass(frozen=True)
class StreamPlace:
    """Behind a claim of a stream entry, or behind the whole entry."""

    milliseconds: int
    sequence: int
    index: int | None = None
    """Of the claim in the entry; None for the end of the entry."""

    @property
    def entry_id(self) -> str:
        """The entry's id."""
        return f"{self.milliseconds}-{self.sequence}"

    @property
    def entry(self) -> tuple[int, int]:
        """The entry's id as numbers, which can be compared."""
        return self.milliseconds, self.sequence

    @property
    def moment(self) -> datetime:
        """When Redis took the entry."""
        return _EPOCH + timedelta(milliseconds=min(self.milliseconds, 10**14))

    def __str__(self) -> str:
        return self.entry_id if self.index is None else f"{self.entry_id}.{self.index}"


@dataclass(frozen=True)
class StorePlace:
    """Behind a claim that was read from the store, in the order in which it was found."""

    detected_at: datetime
    claim_id: UUID

    def __str__(self) -> str:
        micros = (self.detected_at - _EPOCH) // timedelta(microseconds=1)
        return f"store-{micros}.{self.claim_id}"


Place = StreamPlace | StorePlace
START = StreamPlace(0, 0)


def read_place(text: str) -> Place:
    """The place that an event's id names. ValueError for what is none of ours."""
    if found := _STREAM.fullmatch(text):
        index = found[3]
        place = StreamPlace(int(found[1]), int(found[2]), None if index is None else int(index))
        if max(place.entry) <= _LARGEST:
            return place
    if found := _STORE.fullmatch(text):
        return StorePlace(_EPOCH + timedelta(microseconds=int(found[1])), UUID(found[2]))
    raise ValueError("not the id of an event of this stream")


def read_entry_id(entry_id: bytes | str) -> StreamPlace:
    """The end of the entry with this id."""
    text = entry_id.decode() if isinstance(entry_id, bytes) else entry_id
    milliseconds, _, sequence = text.partition("-")
    return StreamPlace(int(milliseconds), int(sequence))


def find_before(place: StreamPlace) -> StreamPlace:
    """The place just before an entry: behind it comes this entry, whole."""
    milliseconds, sequence = place.entry
    return StreamPlace(milliseconds, sequence - 1) if sequence else StreamPlace(milliseconds - 1, _LARGEST)
