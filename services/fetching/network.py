"""Connections go only where the guard lets them: a name is resolved once, and what was judged is used."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import httpcore

from schemas import Unprocessable
from services.fetching.guard import Guard

Resolve = Callable[[str, int], Awaitable[list[str]]]


async def resolve(host: str, port: int) -> list[str]:
    """All addresses of a host, as the system would try them. Raises httpcore.ConnectError for none."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpcore.ConnectError(f"{host} has no address: {error.strerror or error}") from None
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class GuardedNetwork(httpcore.AsyncNetworkBackend):
    """Makes connections for the HTTP client.

    TLS goes on checking the name, as it is the address alone that is put in its place.
    """

    def __init__(self, guard: Guard, resolve: Resolve = resolve) -> None:
        self._guard = guard
        self._resolve = resolve
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 (httpcore calls it so)
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the first address that answers; Unprocessable if a single one is not to be had."""
        addresses = await self._resolve(host, port)
        for address in addresses:
            if fault := self._guard.find_fault(address, port):
                raise Unprocessable(f"url: {host} may not be fetched from: {fault}")
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in addresses:
            try:
                return await self._network.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 (httpcore calls it so)
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002 (httpcore gives it)
    ) -> httpcore.AsyncNetworkStream:
        """Never."""
        raise Unprocessable(f"{path}: only the web is fetched from")

    async def sleep(self, seconds: float) -> None:
        """As the client asks for between its own tries."""
        await asyncio.sleep(seconds)
