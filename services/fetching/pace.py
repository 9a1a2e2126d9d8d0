"""How often a host is asked: one request, then a pause, whichever worker makes the next one."""

import time
from typing import Protocol

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

log = structlog.get_logger()

PATIENCE = 10.0
"""Seconds that a request waits for its turn here; beyond that it has to come again."""

# KEYS: the host's next free moment, in ms. ARGV: the pause and the patience, in ms.
# Returns the ms to wait, negative where that is more than the patience: then no turn is taken.
TAKE_TURN = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local free = math.max(now, tonumber(redis.call('GET', KEYS[1]) or '0'))
local wait = free - now
if wait > tonumber(ARGV[2]) then return -wait end
if tonumber(ARGV[1]) > 0 then
  redis.call('SET', KEYS[1], free + ARGV[1], 'PX', wait + ARGV[1])
end
return wait
"""


class Pace(Protocol):
    """Turns at a host."""

    async def take_turn(self, host: str, pause: float) -> float:
        """Seconds to wait for this request's turn; negative where that is too long, and no turn was taken."""

    async def hold(self, host: str, seconds: float) -> None:
        """No requests to the host for so long."""


class OwnPace:
    """Turns within one process."""

    def __init__(self) -> None:
        self._free: dict[str, float] = {}

    async def take_turn(self, host: str, pause: float) -> float:
        """Seconds to wait; negative where that is too long."""
        now = time.monotonic()
        self._free = {name: free for name, free in self._free.items() if free > now}
        free = self._free.get(host, now)
        if free - now > PATIENCE:
            return now - free
        self._free[host] = free + pause
        return free - now

    async def hold(self, host: str, seconds: float) -> None:
        """No requests to the host for so long."""
        self._free[host] = time.monotonic() + seconds


class SharedPace:
    """Turns over all processes that share a Redis; within this one while Redis cannot be asked."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis
        self._script = redis.register_script(TAKE_TURN)
        self._own = OwnPace()

    async def take_turn(self, host: str, pause: float) -> float:
        """Seconds to wait; negative where that is too long."""
        try:
            arguments = [int(pause * 1000), int(PATIENCE * 1000)]
            return int(await self._script(keys=[_key(host)], args=arguments)) / 1000
        except (RedisError, OSError):
            return await self._own.take_turn(host, pause)

    async def hold(self, host: str, seconds: float) -> None:
        """No requests to the host for so long."""
        try:
            moment, micros = await self._redis.time()
            free = moment * 1000 + micros // 1000 + int(seconds * 1000)
            await self._redis.set(_key(host), free, px=max(1, int(seconds * 1000)))
        except (RedisError, OSError):
            await self._own.hold(host, seconds)


def _key(host: str) -> str:
    return f"copydesk.pace.{host}"
