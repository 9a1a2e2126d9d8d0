"""One answer from the net: asked for politely, read within limits, from where the guard allows."""

import asyncio
import ssl
from dataclasses import dataclass
from typing import Self

import certifi
import httpcore

from schemas import Unprocessable
from services.fetching.answers import judge_status, read_retry_after
from services.fetching.network import GuardedNetwork, Resolve, resolve
from services.fetching.pace import Pace
from services.fetching.robots import MAX_BYTES, Robots
from services.fetching.settings import FetchSettings
from services.fetching.target import Target, read_target
from services.fetching.unpacking import ACCEPTED, Unpacked

CONNECTIONS = 100
REDIRECTS = (301, 302, 303, 307, 308)
NOT_MODIFIED = 304


class Unavailable(Exception):
    """The page is not to be had, and asking again would not help; nothing is wrong with us."""


class TryLater(Exception):
    """The host's turn comes only in so many `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the host can be asked in {seconds:.1f} s")
        self.seconds = seconds


@dataclass(frozen=True)
class Known:
    """What is remembered of a page, to ask whether it has changed."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True)
class Page:
    """An answer."""

    url: str
    """Where it came from in the end."""
    status: int
    """200 or 304."""
    headers: dict[str, str]
    """By their names in small letters."""
    body: bytes
    """Unpacked."""

    @property
    def known(self) -> Known:
        """What to remember of it."""
        return Known(self.headers.get("etag"), self.headers.get("last-modified"))

    @property
    def media_type(self) -> str:
        """What it says it is, such as `text/html`."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Fetcher:
    """Fetches pages; one for a process, used within `async with`."""

    def __init__(self, settings: FetchSettings, pace: Pace, resolve: Resolve = resolve) -> None:
        self._settings = settings
        self._pace = pace
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=ssl.create_default_context(cafile=certifi.where()),
            max_connections=CONNECTIONS,
            network_backend=GuardedNetwork(settings.guard, resolve),
        )
        self._robots = Robots(self._read_robots, settings.agent.partition("/")[0])

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections."""
        await self._pool.aclose()

    async def get(self, url: str, known: Known | None = None, patient: bool = False) -> Page:
        """The answer at `url`, or where it redirects to.

        Raises Unprocessable for an address that may not be fetched and an answer that is too much,
        Unavailable where there is nothing to be had, TryLater where the host's turn is far off (with
        `patient` it waits instead), and anything else where asking again may help.
        """
        target = read_target(url)
        for _ in range(self._settings.redirects + 1):
            await self._ask_leave(target, patient)
            page = await self._request(target, known, self._settings.max_bytes)
            if page.status not in REDIRECTS:
                return await self._judge(target, page)
            target = read_target(page.headers.get("location", ""), base=target.url)
        raise Unprocessable(f"url: {url[:80]!r} redirects more than {self._settings.redirects} times")

    async def _ask_leave(self, target: Target, patient: bool) -> None:
        """Ask robots.txt, then wait for the host's turn."""
        pause = self._settings.delay
        if self._settings.robots:
            if not await self._robots.allows(target.origin, target.url):
                raise Unavailable(f"{target.host} asks in robots.txt not to fetch this address")
            asked = await self._robots.find_pause(target.origin)
            pause = max(pause, min(asked, self._settings.most_delay))
        while (wait := await self._pace.take_turn(target.host, pause)) < 0:
            if not patient:
                raise TryLater(-wait)
            await asyncio.sleep(min(-wait, 1.0))
        await asyncio.sleep(wait)

    async def _judge(self, target: Target, page: Page) -> Page:
        if page.status in (200, 203, NOT_MODIFIED):
            return page
        if seconds := read_retry_after(page.status, page.headers):
            await self._pace.hold(target.host, seconds)
        if reason := judge_status(page.status):
            raise Unavailable(reason)
        raise httpcore.ProtocolError(f"{target.host} answers with status {page.status}")

    async def _read_robots(self, url: str) -> bytes:
        """RFC 9309: where there is no robots.txt all is allowed; where nobody can tell, nothing is yet."""
        target = read_target(url)
        for _ in range(self._settings.redirects + 1):
            page = await self._request(target, None, MAX_BYTES, cut=True)
            if page.status not in REDIRECTS:
                break
            target = read_target(page.headers.get("location", ""), base=target.url)
        if page.status >= 500 or page.status == 429:
            raise httpcore.ProtocolError(f"{target.host} answers with status {page.status} to robots.txt")
        return page.body if page.status == 200 else b""

    async def _request(self, target: Target, known: Known | None, most: int, cut: bool = False) -> Page:
        limit = self._settings.total_limit
        try:
            async with asyncio.timeout(limit):
                return await self._exchange(target, known, most, cut)
        except TimeoutError:
            raise TimeoutError(f"{target.host} did not answer in full within {limit:g} s") from None

    async def _exchange(self, target: Target, known: Known | None, most: int, cut: bool) -> Page:
        address = httpcore.URL(
            scheme=target.scheme.encode(),
            host=target.host.encode(),
            port=target.port,
            target=target.path.encode(),
        )
        async with self._pool.stream(
            "GET", address, headers=self._headers(target, known), extensions={"timeout": self._timeouts()}
        ) as answer:
            headers = {
                name.decode("ascii").lower(): value.decode("utf-8", "replace")
                for name, value in answer.headers
            }
            if answer.status != 200:
                return Page(target.url, answer.status, headers, b"")
            unpacked = Unpacked(headers.get("content-encoding", "").strip().lower(), most, cut)
            async for piece in answer.aiter_stream():
                unpacked.add(piece)
                if unpacked.whole:
                    break
            return Page(target.url, answer.status, headers, unpacked.body())

    def _headers(self, target: Target, known: Known | None) -> dict[bytes | str, bytes | str]:
        asked = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified} if known else {}
        return {
            "Host": target.origin.partition("://")[2],
            "User-Agent": self._settings.agent,
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Encoding": ACCEPTED,
            **{name: value for name, value in asked.items() if value},
        }

    def _timeouts(self) -> dict[str, float]:
        limits = self._settings
        return {
            "connect": limits.connect_limit,
            "read": limits.read_limit,
            "write": limits.read_limit,
            "pool": limits.total_limit,
        }
