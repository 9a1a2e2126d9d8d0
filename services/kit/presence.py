"""Which workers are alive: each stage has a sorted set of consumers with their last sign of life."""

from redis.asyncio import Redis

from schemas import StageRow

SILENT_AFTER = 15.0
"""Seconds without a sign of life after which a consumer does not count as live."""
FORGOTTEN_AFTER = 86_400.0

# KEYS: the stage's set. ARGV: seconds before which all are forgotten, now, consumer. A full Redis lets a
# script go on that began by giving something up: a worker that drains a full house must not look dead.
SIGN = """
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[3])
"""


def presence_key(row: StageRow) -> str:
    """Key of the stage's sorted set: consumer name to seconds of the server's clock."""
    return f"copydesk.presence.{row.stage}"


async def server_time(redis: "Redis") -> float:
    """Seconds since the epoch by the server's clock."""
    seconds, microseconds = await redis.time()
    return float(seconds) + float(microseconds) / 1e6


# KEYS: the sorted set. ARGV: consumer, seconds after which the silent are forgotten. Forgetting comes first:
# a full Redis refuses a script that begins by adding, and lets one go on that has begun to write.
SIGN_IN = """
local now = redis.call('TIME')
local seconds = now[1] + now[2] / 1e6
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', seconds - ARGV[2])
redis.call('ZADD', KEYS[1], seconds, ARGV[1])
"""


async def sign_in(redis: "Redis", row: StageRow, consumer: str) -> None:
    """Give a sign of life, and forget those who gave none for a day."""
    script = redis.register_script(SIGN_IN)
    await script(keys=[presence_key(row)], args=[consumer, FORGOTTEN_AFTER])


async def sign_out(redis: "Redis", row: StageRow, consumer: str) -> None:
    """Leave on purpose."""
    await redis.zrem(presence_key(row), consumer)
