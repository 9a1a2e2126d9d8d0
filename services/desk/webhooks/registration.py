"""Adding a receiver: its address and its secret are judged before anything is kept."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpcore
from redis.asyncio import Redis
from sqlalchemy import Connection, Engine

from schemas import Unprocessable
from services.desk.claim_query import ClaimQuery
from services.desk.live.detected import find_edges
from services.desk.webhooks.intake import READER
from services.desk.webhooks.signing import make_secret, read_secret
from services.fetching.guard import Guard
from services.fetching.network import Resolve, resolve
from services.fetching.target import read_target
from services.store.deliveries import find_position, move_position
from services.store.webhooks import add_webhook

UNUSED = {"order", "limit", "cursor"}
"""Parameters of a list that mean nothing to a receiver."""


@dataclass(frozen=True)
class Registered:
    """A new receiver, with the secret that is shown this once."""

    webhook_id: UUID
    url: str
    secret: str
    filter: Mapping[str, Any]


async def check_url(url: str, guard: Guard, resolve: Resolve = resolve) -> str:
    """The address as it will be asked. Unprocessable for one that never would be.

    A name that has no address now may have one later: the guard judges again at each message.
    """
    target = read_target(url)
    try:
        addresses = await resolve(target.host, target.port)
    except (httpcore.ConnectError, OSError, UnicodeError):
        return target.url
    for address in addresses:
        if fault := guard.find_fault(address, target.port):
            hint = "; COPYDESK_WEBHOOKS_ALLOW and COPYDESK_WEBHOOKS_PORTS let receivers be elsewhere"
            raise Unprocessable(f"url: {target.host} may not be told: {fault}{hint}")
    return target.url


def keep_filter(query: ClaimQuery) -> dict[str, Any]:
    """The parameters as they are kept, and read again by `parse_claim_query`."""
    return query.model_dump(mode="json", exclude_none=True, exclude=UNUSED)


async def register(
    redis: "Redis", engine: Engine, guard: Guard, url: str, query: ClaimQuery, secret: str | None = None
) -> Registered:
    """Tell a receiver of what comes from now on. Unprocessable or ValueError for what it can't be told by."""
    if secret is not None:
        read_secret(secret)
    new = Registered(uuid4(), await check_url(url, guard), secret or make_secret(), keep_filter(query))
    since = (await find_edges(redis)).last.entry_id

    def save(tx: Connection) -> None:
        # Where nobody has read for receivers yet, the reading begins here: before whatever comes next.
        if find_position(tx, READER) is None:
            move_position(tx, READER, None, since)
        add_webhook(
            tx, new.webhook_id, url=new.url, secret=new.secret, filter=dict(new.filter), since_entry=since
        )

    await asyncio.to_thread(_write, engine, save)
    return new


def _write(engine: Engine, save: Callable[[Connection], None]) -> None:
    with engine.begin() as tx:
        save(tx)
