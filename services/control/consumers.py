"""Consumers of workers that are gone are taken off their groups, once nothing is pending for them."""

from typing import Any

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from schemas import TOPOLOGY, StageRow
from services.kit.presence import SILENT_AFTER, presence_key, server_time

# KEYS: the stream. ARGV: group, consumer. Looking and deleting are one act: nothing can come in between.
SCRIPT = """
if #redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2]) > 0 then return 0 end
redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
return 1
"""


async def clear_consumers(redis: "Redis") -> int:
    """Clear the dead consumers of all stages; returns how many there were."""
    return sum([await _clear(redis, row) for row in TOPOLOGY])


async def _clear(redis: "Redis", row: StageRow) -> int:
    alive = await _find_alive(redis, row)
    try:
        consumers: Any = await redis.xinfo_consumers(row.source, row.group)
    except ResponseError:
        return 0
    script = redis.register_script(SCRIPT)
    cleared = 0
    for consumer in consumers:
        name = consumer["name"].decode()
        silent = consumer["idle"] > SILENT_AFTER * 1000
        if name not in alive and silent and not consumer["pending"]:
            cleared += int(await script(keys=[row.source], args=[row.group, name]))
    return cleared


async def _find_alive(redis: "Redis", row: StageRow) -> set[str]:
    now = await server_time(redis)
    seen: Any = await redis.zrangebyscore(presence_key(row), now - SILENT_AFTER, "+inf")
    return {name.decode() for name in seen}
