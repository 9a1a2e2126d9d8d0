"""The one-shot step that workers wait for: consumer groups in Redis, tables in Postgres."""

import asyncio

from redis.asyncio import Redis
from sqlalchemy import Engine

from schemas import TOPOLOGY
from services.kit.lease import ensure_group
from services.store.migration import migrate


async def apply_topology(redis: "Redis", engine: Engine) -> list[str]:
    """Make what is missing; safe to repeat. Returns the groups that were made now."""
    await asyncio.to_thread(migrate, engine)
    return [f"{row.source}/{row.group}" for row in TOPOLOGY if await ensure_group(redis, row)]


def show_topology() -> list[dict[str, object]]:
    """The table, as plain values."""
    return [
        {
            "stage": row.stage.value,
            "consumes": row.source,
            "message": row.consumes.__name__,
            "produces": row.target,
            "group": row.group,
            "batch": row.batch,
            "claim_after": row.claim_after,
            "max_deliveries": row.max_deliveries,
        }
        for row in TOPOLOGY
    ]
