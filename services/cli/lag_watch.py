"""`copydesk lag --watch`: the stages again and again, also through an outage of Redis, until Ctrl-C."""

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError
from rich.console import Console
from rich.live import Live

from services.cli.connections import Connections, call
from services.cli.lag_table import LagView, show_moment
from services.control.lag import measure_lag
from services.control.status import Status

AWAY = (RedisConnectionError, RedisTimeoutError, OSError)


@dataclass(frozen=True)
class Look:
    """What was last seen, when, and why there is nothing newer."""

    statuses: Sequence[Status]
    at: float
    trouble: str | None = None


def watch_lag(home: Path, every: float, as_json: bool) -> None:
    """Show each look as it comes; ends quietly with Ctrl-C."""
    with contextlib.suppress(KeyboardInterrupt):
        call(home, lambda connections: _watch(connections, every, as_json))


async def _watch(connections: Connections, every: float, as_json: bool) -> None:
    with _showing(as_json) as show:
        async for look in _look_on(connections, every):
            show(look)


async def _look_on(connections: Connections, every: float) -> AsyncIterator[Look]:
    """One look after the other. The first must succeed: an address that is wrong stays wrong."""
    last = Look(await measure_lag(connections.redis, connections.engine), time.time())
    away_since = None
    while True:
        yield last
        await asyncio.sleep(every)
        try:
            last = Look(await measure_lag(connections.redis, connections.engine), time.time())
            away_since = None
        except (RedisError, OSError) as error:
            away_since = away_since or time.time()
            last = Look(last.statuses, last.at, _explain(error, away_since))


def _explain(error: Exception, since: float) -> str:
    if isinstance(error, AWAY):
        return f"Redis can't be reached since {show_moment(since)}; what is shown is older"
    return f"Redis gives an error since {show_moment(since)}: {error}"


@contextlib.contextmanager
def _showing(as_json: bool) -> Iterator[Callable[[Look], None]]:
    """A way to show looks: lines of JSON, a live table, or tables one below the other."""
    console = Console()
    if as_json:
        yield Lines(lambda look: print(json.dumps([asdict(one) for one in look.statuses]), flush=True))
    elif console.is_terminal:
        with Live(console=console, auto_refresh=False) as live:
            yield lambda look: live.update(LagView(look.statuses, look.trouble), refresh=True)
    else:
        yield Lines(lambda look: console.print(show_moment(look.at), LagView(look.statuses)))


class Lines:
    """Shows each look with `write`; trouble goes to standard error, once, and so does its end."""

    def __init__(self, write: Callable[[Look], None]) -> None:
        self._write = write
        self._trouble: str | None = None

    def __call__(self, look: Look) -> None:
        """Show one."""
        if look.trouble and not self._trouble:
            print(look.trouble, file=sys.stderr, flush=True)
        elif self._trouble and not look.trouble:
            print("Redis answers again", file=sys.stderr, flush=True)
        if not look.trouble:
            self._write(look)
        self._trouble = look.trouble
