"""What an address of Redis must look like. It holds a password, so no complaint repeats a part of it."""

from typing import Any

from redis.asyncio import ConnectionPool

FORM = "redis://:password@host:6379/0 (rediss:// for TLS; in a password write / as %2F, # as %23, ? as %3F)"


def check_redis_address(url: str) -> None:
    """ValueError, without the address, where no connection can be made of it."""
    try:
        pool: Any = ConnectionPool.from_url(url)
        pool.make_connection()
    except ValueError:
        raise ValueError(f"not an address of Redis; use {FORM}") from None
    except TypeError:
        raise ValueError("the address has an option that its kind of connection does not know") from None
