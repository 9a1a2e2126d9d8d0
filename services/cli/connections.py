"""Which servers a command talks to, and what it says when they are away."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar
from urllib.parse import urlsplit

import typer
from platformdirs import user_data_path
from redis.asyncio import Redis
from redis.exceptions import AuthenticationError, NoPermissionError, OutOfMemoryError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from services.cli.exits import Exit, fail
from services.embedded.addresses import read_addresses
from services.kit.reach import RedisIll, open_redis
from services.kit.settings import Settings
from services.store.engine import UNREACHABLE, connect, is_away

T = TypeVar("T")

Home = Annotated[
    Path,
    typer.Option(
        envvar="COPYDESK_HOME", help="Folder of the embedded servers' data, addresses and the workers' logs."
    ),
]
DEFAULT_HOME = user_data_path("copydesk")
WAYS_TO_START = "start them with `copydesk up` or `docker compose up`, or set "


@dataclass(frozen=True)
class Connections:
    """Both servers."""

    redis: Redis
    engine: Engine


def find_addresses(home: Path) -> tuple[str, str]:
    """Addresses of Redis and Postgres: those set, else the embedded ones of `home`, else the defaults."""
    settings = Settings()
    given = settings.model_fields_set
    running = read_addresses(home)
    redis_url, database_url = settings.redis_url.get_secret_value(), settings.database_url.get_secret_value()
    if running and "redis_url" not in given:
        redis_url = running.redis_url
    if running and "database_url" not in given:
        database_url = running.database_url
    return redis_url, database_url


def find_store(home: Path) -> str | None:
    """Address of Postgres where one is set or the embedded one of `home` runs, for whom can do without."""
    settings, running = Settings(), read_addresses(home)
    if "database_url" in settings.model_fields_set:
        return settings.database_url.get_secret_value()
    return running.database_url if running else None


def call(home: Path, act: Callable[[Connections], Coroutine[Any, Any, T]]) -> T:
    """Run `act` with connections; ends the command with exit code 4 where a server cannot be reached."""
    redis_url, database_url = find_addresses(home)
    with reporting(redis_url, database_url):
        return asyncio.run(_act(redis_url, database_url, act))


async def _act(redis_url: str, database_url: str, act: Callable[[Connections], Coroutine[Any, Any, T]]) -> T:
    engine = connect(database_url)
    redis = open_redis(redis_url)
    try:
        return await act(Connections(redis, engine))
    finally:
        await redis.aclose()
        engine.dispose()


@contextmanager
def reporting(redis_url: str, database_url: str) -> Iterator[None]:
    """Turn what servers raise into a message without passwords and an exit code."""
    try:
        yield
    except OutOfMemoryError:
        where = _without_password(redis_url)
        fail(
            Exit.LIMIT, f"Redis at {where} is full: nothing more is taken until there is room; try again then"
        )
    except RedisIll as error:
        fail(Exit.UNREACHABLE, f"Redis at {_without_password(redis_url)} can't work: {error}")
    except (AuthenticationError, NoPermissionError) as error:
        where = _without_password(redis_url)
        fail(Exit.UNREACHABLE, f"Redis at {where} refuses: {first_line(error)}; see COPYDESK_REDIS_URL")
    except (RedisConnectionError, RedisTimeoutError) as error:
        where = f"Redis at {_without_password(redis_url)} can't be reached"
        fail(Exit.UNREACHABLE, f"{where}: {first_line(error)}; {WAYS_TO_START}COPYDESK_REDIS_URL")
    except UNREACHABLE as error:
        _fail_for_postgres(first_line(error.orig), _without_password(database_url))
    except DBAPIError as error:
        if "UndefinedTable" in type(error.orig).__name__:
            fail(Exit.FAILED, "the store has no tables yet; run: copydesk topology apply")
        if not is_away(error):
            raise
        fail(
            Exit.UNREACHABLE,
            f"Postgres at {_without_password(database_url)} can't work: {first_line(error.orig)}",
        )


def _fail_for_postgres(said: str, where: str) -> NoReturn:
    """`FATAL` is the server's own word: it is there, and refuses."""
    _, fatal, refusal = said.partition("FATAL:")
    if fatal:
        fail(Exit.UNREACHABLE, f"Postgres at {where} refuses: {refusal.strip()}; see COPYDESK_DATABASE_URL")
    fail(
        Exit.UNREACHABLE,
        f"Postgres at {where} can't be reached: {said}; {WAYS_TO_START}COPYDESK_DATABASE_URL",
    )


def first_line(error: object) -> str:
    """What an error says, without what a driver adds below it."""
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    host = parts.hostname or parts.query.removeprefix("host=") or "?"
    return f"{host}:{parts.port}" if parts.port else host
