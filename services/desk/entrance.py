"""The entrance: submissions are looked at, and handed in as far as there is room."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

import structlog
from redis.exceptions import RedisError

from schemas import ArticleSubmitted, Unprocessable
from schemas.record import Record
from services.control.publication import Candidate, HouseFull, Published, find_known_candidates, publish
from services.control.room import find_room
from services.desk.formats import API
from services.desk.house import House
from services.desk.problems import refuse_full
from services.ingest import Read, identify
from services.ingest.ingestion import check_size
from services.kit.wire import encode

log = structlog.get_logger()
REMEMBERED = 24 * 3600
"""Seconds for which an article that no stage has ended yet is known to wait."""
_FIELD = re.compile(rf"({'|'.join(ArticleSubmitted.model_fields)})(?:\.\w+)*(?=: )")


class Fate(StrEnum):
    """What became of a submission at the entrance."""

    ACCEPTED = "accepted"
    KNOWN = "known"
    REFUSED = "refused"
    FULL = "full"


class Handed(Record):
    """A submission at the entrance: accepted, known before, refused for a reason, or to come again."""

    status: Fate
    origin: str | None = None
    """Where it stood: `[3]` the third of an array, `:3` the third line."""
    article_id: UUID | None = None
    revision: str | None = None
    submission_id: UUID | None = None
    """None where the same was handed in before."""
    location: str | None = None
    """Where it can be followed."""
    field: str | None = None
    """The field to blame, where one is."""
    reason: str | None = None


@dataclass(frozen=True)
class Refusal(Exception):
    """A submission that ingest could never take."""

    reason: str
    field: str | None = None
    too_large: bool = False


def locate(article_id: UUID) -> str:
    """The address of an article."""
    return f"{API}/articles/{article_id}"


def examine(house: House, origin: str, submission: ArticleSubmitted) -> Candidate:
    """The submission with what it will be known by. Raises Refusal."""
    if not submission.address_only:
        try:
            check_size(submission, house.content_limit)
        except Unprocessable as error:
            raise Refusal(error.reason, _find_content(submission), too_large=True) from None
    if len(encode(submission)) > house.message_limit:
        raise Refusal(f"has more than {house.message_limit:,} bytes as a message", too_large=True)
    try:
        identity = identify(submission)
    except Unprocessable as error:
        raise Refusal(error.reason, find_field(error.reason) or _find_content(submission)) from None
    return Candidate(origin, submission, (identity.article_id, identity.revision))


def find_field(reason: str) -> str | None:
    """The field that a reason begins with."""
    found = _FIELD.match(reason)
    return found[0] if found else None


def _find_content(submission: ArticleSubmitted) -> str:
    given = (name for name in ("text", "html", "raw") if getattr(submission, name) is not None)
    return next(given, "url")


def examine_all(house: House, reads: Iterable[Read]) -> list[Candidate | Handed]:
    """Each submission of a source, or why it is refused, in their order."""
    return [_examine(house, read) for read in reads]


def _examine(house: House, read: Read) -> Candidate | Handed:
    try:
        if read.submission is None:
            raise Refusal(read.error or "unreadable", find_field(read.error or ""))
        return examine(house, read.origin, read.submission)
    except Refusal as refusal:
        return Handed(status=Fate.REFUSED, origin=read.origin, field=refusal.field, reason=refusal.reason)


async def hand_in(house: House, examined: Sequence[Candidate | Handed]) -> list[Handed]:
    """What becomes of each, in their order. Problem 503 where there is no room for any.

    What is accepted or known is in Redis, or was before: nothing of it is lost.
    """
    candidates = [one for one in examined if isinstance(one, Candidate)]
    handed: dict[int, Handed] = {}
    if candidates:
        room = await find_room(house.redis, house.limits)
        if room.free == 0:
            raise refuse_full(room.reason or "no room", room.retry_after)
        chosen, beyond = await house.run(lambda: _choose(house, candidates, room.free))
        published, left = await _publish(house, chosen)
        if not published:
            raise refuse_full("Redis is out of memory", room.retry_after)
        left += beyond
        await _remember(house, published)
        handed = {id(one.candidate): _describe(one) for one in published}
        full = "there is no more room; come again"
        handed |= {id(one): Handed(status=Fate.FULL, origin=one.origin, reason=full) for one in left}
    return [one if isinstance(one, Handed) else handed[id(one)] for one in examined]


def _choose(
    house: House, candidates: Sequence[Candidate], free: int
) -> tuple[list[Candidate], list[Candidate]]:
    """Those that there is room for, and the others; what is known takes none of it."""
    known = find_known_candidates(house.engine, candidates)
    chosen: list[Candidate] = []
    left: list[Candidate] = []
    for one in candidates:
        is_known = one.ref in known
        (chosen if is_known or free > 0 else left).append(one)
        free -= not is_known
    return chosen, left


async def _publish(house: House, part: Sequence[Candidate]) -> tuple[list[Published], list[Candidate]]:
    try:
        return await publish(house.redis, house.engine, part, run=house.run), []
    except HouseFull as full:
        return full.accepted, full.left


def _describe(one: Published) -> Handed:
    article_id, revision = one.candidate.ref or (None, None)
    return Handed(
        status=Fate.KNOWN if one.entry_id is None else Fate.ACCEPTED,
        origin=one.candidate.origin or None,
        article_id=article_id,
        revision=revision,
        submission_id=one.submission_id,
        location=locate(article_id) if article_id else None,
    )


def waiting_key(article_id: UUID) -> str:
    """Key that tells what was handed in lately of an article: its revision and its entry."""
    return f"copydesk.desk.submitted.{article_id}"


async def _remember(house: House, published: Sequence[Published]) -> None:
    """So that an article can be followed before the first stage has ended it."""
    try:
        async with house.redis.pipeline(transaction=False) as pipe:
            for one in published:
                if one.entry_id is not None and one.candidate.ref is not None:
                    article_id, revision = one.candidate.ref
                    pipe.set(waiting_key(article_id), f"{one.entry_id} {revision}", ex=REMEMBERED)
            await pipe.execute()
    except (RedisError, OSError) as error:
        # They are accepted all the same.
        log.warning("submission_not_remembered", error=type(error).__name__)


async def find_waiting(house: House, article_id: UUID) -> tuple[str, str] | None:
    """Entry and revision of what was handed in lately; None where nothing was, as far as is known."""
    said: Any = await house.redis.get(waiting_key(article_id))
    if said is None:
        return None
    entry_id, _, revision = said.decode().partition(" ")
    return entry_id, revision
