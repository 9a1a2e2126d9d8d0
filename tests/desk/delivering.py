"""Delivering in this process, and what the store says of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.asyncio import Redis
from sqlalchemy import Engine, select

from services.desk.webhooks.deliverer import Deliverer
from services.desk.webhooks.delivery import open_poster
from services.desk.webhooks.registration import Registered
from services.desk.webhooks.settings import WebhookSettings
from services.kit.health import Health
from services.store.tables import deliveries
from services.store.webhooks import find_webhook
from tests.conftest import wait_until
from tests.desk.receiver import Receiver

LOOPBACK = {"allow": "127.0.0.1/32"}
QUICK = {**LOOPBACK, "schedule": "0.1 0.1 0.1", "look_every": 0.05, "total_limit": 1.0}


@asynccontextmanager
async def delivering(redis: Redis, engine: Engine, **more: object) -> AsyncIterator[Health]:
    """What `copydesk webhooks run` does, in this process; gives what it says of itself."""
    settings = WebhookSettings(**{**QUICK, **more})
    stop, health = asyncio.Event(), Health(tick_limit=60.0, turn_limit=60.0)
    async with open_poster(settings) as poster:
        task = asyncio.create_task(Deliverer(redis, engine, settings, poster, health).run(stop))
        try:
            yield health
        finally:
            stop.set()
            await task


def read(engine: Engine, hook: Registered):
    with engine.connect() as tx:
        return find_webhook(tx, hook.webhook_id)


def read_deliveries(engine: Engine):
    with engine.connect() as tx:
        return tx.execute(select(deliveries).order_by(deliveries.c.created_at)).all()


async def until_told(receiver: Receiver, number: int, seconds: float = 10.0) -> None:
    await wait_until(lambda: len(receiver.told) >= number, seconds, f"told {number} times")


async def until_done(engine: Engine, number: int, seconds: float = 15.0) -> None:
    await wait_until(
        lambda: sum(row.done_at is not None for row in read_deliveries(engine)) == number,
        seconds,
        f"{number} delivered",
    )
