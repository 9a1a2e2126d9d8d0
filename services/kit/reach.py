"""How a process reaches Redis: it gives up on a silent server soon, and knows an ill one."""

from typing import Any

from redis.asyncio import Redis
from redis.asyncio.connection import (
    AbstractConnection,
    Connection,
    ConnectionPool,
    SSLConnection,
    UnixDomainSocketConnection,
    parse_url,
)
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import NoPermissionError, OutOfMemoryError, ReadOnlyError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

ANSWER_WITHIN = 5.0
"""Seconds that an answer may take."""
ILL = ("MISCONF", "MASTERDOWN", "CLUSTERDOWN", "NOREPLICAS", "UNBLOCKED")
"""How the answers of a server begin that is there and does not work: a full disk, a lost primary."""


class RedisIll(RedisConnectionError):
    """Redis answers and does not work: a replica after a failover, or a full disk."""


REDIS_AWAY = (RedisConnectionError, RedisTimeoutError, NoPermissionError, OutOfMemoryError, OSError)
"""Not there, ill, shut to us, or too full to begin (a hop that has acknowledged is let through even then)."""


class _Discerning(AbstractConnection):
    async def read_response(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401 (as redis-py has it)
        """The answer. An ill server is left, as one that is away: the next connection may lead to another."""
        try:
            return await super().read_response(*args, **options)
        except ResponseError as error:
            if not isinstance(error, ReadOnlyError) and not str(error).startswith(ILL):
                raise
            await self.disconnect(nowait=True)
            raise RedisIll(str(error)) from None


class _Tcp(_Discerning, Connection):
    pass


class _Tls(_Discerning, SSLConnection):
    pass


class _Unix(_Discerning, UnixDomainSocketConnection):
    pass


KINDS = {"redis": _Tcp, "rediss": _Tls, "unix": _Unix}


def connection_options(url: str) -> dict[str, Any]:
    """What redis-py needs beside the address, for a client and for a broker."""
    return {
        "connection_class": KINDS[url.partition(":")[0]],
        # Whoever asks knows whether asking again is right: an article would be published twice, and the ten
        # tries that redis-py may make are longer than a worker may be without a heartbeat.
        "retry": Retry(NoBackoff(), 0),
        "socket_timeout": ANSWER_WITHIN,
        "socket_connect_timeout": ANSWER_WITHIN,
    }


def open_redis(url: str) -> "Redis":
    """A client (nothing is opened yet)."""
    return Redis.from_pool(ConnectionPool(**{**parse_url(url), **connection_options(url)}))
