"""Facets of very many claims, kept in Redis for some seconds, so that all desks show the same.

What is counted in full is counted anew for each answer. Of more claims than that any COUNTED are counted: who
asks again a moment later may as well have the same ones.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TypeVar

import structlog
from pydantic import TypeAdapter, ValidationError
from redis.exceptions import RedisError
from sqlalchemy import Connection

from services.desk.house import House
from services.store.claim_facets import Facet, Narrowing, read_narrowing
from services.store.claim_filter import ClaimFilter, Order
from services.store.claim_gathering import Search, prepare

log = structlog.get_logger()
T = TypeVar("T")
KEPT = 10
"""Seconds."""
WITHIN = 0.5
"""Seconds that Redis may take: counting anew takes no longer."""
_NARROWING = TypeAdapter(Narrowing)


@dataclass(frozen=True)
class Asked:
    """The facets of a filter, with so many values each."""

    wanted: ClaimFilter
    facets: Sequence[Facet] = tuple(Facet)
    values: int = 10

    @property
    def key(self) -> str:
        """Under which they are kept: by all that narrows, and not by order or page."""
        narrow = replace(self.wanted, order=Order.WORTH, after=None, limit=None)
        said = repr((narrow, tuple(self.facets), self.values))
        return f"copydesk.desk.facets.{sha256(said.encode()).hexdigest()}"


async def read_with_facets(
    house: House, asked: Asked, read: Callable[[Connection, Search, Narrowing], T]
) -> T:
    """What `read` makes of the store and of the facets, in one transaction."""
    kept = await _recall(house, asked)

    def act(tx: Connection) -> tuple[T, Narrowing]:
        search = prepare(tx, asked.wanted)
        found = kept or read_narrowing(tx, asked.wanted, asked.facets, asked.values, search)
        return read(tx, search, found), found

    made, found = await house.read(act)
    if kept is None and found.is_sample:
        await _keep(house, asked, found)
    return made


async def _recall(house: House, asked: Asked) -> Narrowing | None:
    try:
        async with asyncio.timeout(WITHIN):
            said = await house.redis.get(asked.key)
        return _NARROWING.validate_json(said) if said else None
    except (RedisError, OSError, ValidationError) as error:
        log.warning("facets_not_recalled", error=type(error).__name__)
        return None


async def _keep(house: House, asked: Asked, found: Narrowing) -> None:
    try:
        async with asyncio.timeout(WITHIN):
            await house.redis.set(asked.key, _NARROWING.dump_json(found), ex=KEPT)
    except (RedisError, OSError) as error:
        log.warning("facets_not_kept", error=type(error).__name__)
