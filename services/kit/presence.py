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


async def sign_in(redis: "Redis", row: StageRow, consumer: str) -> None:
    """Give a sign of life, and forget those who gave none for a day."""
    now = await server_time(redis)
    script = redis.register_script(SIGN)
    await script(keys=[presence_key(row)], args=[now - FORGOTTEN_AFTER, now, consumer])


async def sign_out(redis: "Redis", row: StageRow, consumer: str) -> None:
    """Leave on purpose."""
    await redis.zrem(presence_key(row), consumer)
