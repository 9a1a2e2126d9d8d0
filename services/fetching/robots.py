"""What sites ask of those who fetch: robots.txt (RFC 9309), read once an hour for each site."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from protego import Protego

KEPT_FOR = 3600.0
DOUBTED_FOR = 30.0
"""Seconds for which nobody asks a site again whose rules could not be read."""
KEPT = 2_000
"""Sites whose rules are remembered."""
MAX_BYTES = 500_000
"""How much of a robots.txt is read."""


class Robots:
    """The rules of sites. `read` gives a site's robots.txt, and raises where nobody can tell."""

    def __init__(self, read: Callable[[str], Awaitable[bytes]], agent: str) -> None:
        self._read = read
        self._agent = agent
        self._rules: OrderedDict[str, tuple[float, Protego | Exception]] = OrderedDict()
        self._asking: dict[str, asyncio.Lock] = {}

    async def allows(self, origin: str, url: str) -> bool:
        """Whether the site lets this address be fetched."""
        rules = await self._find(origin)
        return bool(rules.can_fetch(url, self._agent))

    async def find_pause(self, origin: str) -> float:
        """Seconds between two requests that the site asks for; 0 where it asks for none."""
        rules = await self._find(origin)
        return float(rules.crawl_delay(self._agent) or 0)

    async def _find(self, origin: str) -> Protego:
        async with self._asking.setdefault(origin, asyncio.Lock()):
            known = self._rules.get(origin)
            if known is None or known[0] < time.monotonic():
                known = self._rules[origin] = await self._ask(origin)
            self._rules.move_to_end(origin)
            self._forget()
        if isinstance(known[1], Exception):
            raise known[1]
        return known[1]

    async def _ask(self, origin: str) -> tuple[float, Protego | Exception]:
        try:
            text = (await self._read(f"{origin}/robots.txt")).decode("utf-8", "replace")
        except Exception as error:
            return time.monotonic() + DOUBTED_FOR, error
        return time.monotonic() + KEPT_FOR, Protego.parse(text)

    def _forget(self) -> None:
        while len(self._rules) > KEPT:
            origin, _ = self._rules.popitem(last=False)
            self._asking.pop(origin, None)
