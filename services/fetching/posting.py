"""One POST to an address that somebody gave: within limits, to where the guard allows, and nowhere else."""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import certifi
import httpcore

from services.fetching.answers import read_retry_after
from services.fetching.guard import Guard
from services.fetching.network import GuardedNetwork, Resolve, resolve
from services.fetching.target import read_target

CONNECTIONS = 100
KEPT_FOR = 5.0
"""Seconds for which a connection is kept open for the next one."""


@dataclass(frozen=True)
class Posted:
    """How the other side answered; of the body nothing is read."""

    status: int
    retry_after: float
    """Seconds that it asks to be left alone; 0 where it does not ask."""


def _trust(ca_file: Path | None) -> ssl.SSLContext:
    """Who may vouch for the other side: the public authorities, and those of the file."""
    context = ssl.create_default_context(cafile=certifi.where())
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    return context


class Poster:
    """Posts; one for a process, used within `async with`. Redirects are not followed."""

    def __init__(
        self,
        guard: Guard,
        connect_limit: float,
        total_limit: float,
        resolve: Resolve = resolve,
        ca_file: Path | None = None,
    ) -> None:
        self._connect_limit = connect_limit
        self._total_limit = total_limit
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=_trust(ca_file),
            max_connections=CONNECTIONS,
            keepalive_expiry=KEPT_FOR,
            network_backend=GuardedNetwork(guard, resolve),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._pool.aclose()

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Posted:
        """The answer. Unprocessable for an address that may not be asked; anything else may go away."""
        target = read_target(url)
        address = httpcore.URL(
            scheme=target.scheme.encode(),
            host=target.host.encode(),
            port=target.port,
            target=target.path.encode(),
        )
        said = {
            "Host": target.origin.partition("://")[2],
            "Content-Length": str(len(body)),
            **headers,
        }
        try:
            async with asyncio.timeout(self._total_limit):
                return await self._exchange(address, body, said)
        except TimeoutError:
            raise TimeoutError(f"{target.host} did not answer within {self._total_limit:g} s") from None

    async def _exchange(self, address: httpcore.URL, body: bytes, headers: dict[str, str]) -> Posted:
        limits = {"connect": self._connect_limit, "read": self._total_limit, "write": self._total_limit}
        async with self._pool.stream(
            "POST",
            address,
            headers=list(headers.items()),
            content=body,
            extensions={"timeout": {**limits, "pool": self._total_limit}},
        ) as answer:
            said = {name.decode("ascii").lower(): value.decode("latin-1") for name, value in answer.headers}
            return Posted(answer.status, read_retry_after(answer.status, said))
