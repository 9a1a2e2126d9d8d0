"""/livez (is progress made?), /readyz (can work be taken?) and /metrics of a worker."""

import asyncio
import contextlib
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import uvicorn
from prometheus_client import make_asgi_app
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route


@dataclass
class Health:
    """What a worker knows about itself. Times are seconds of the monotonic clock."""

    tick_limit: float
    turn_limit: float
    ready: dict[str, str] = field(default_factory=dict)
    """Reasons why no work can be taken, by what lacks: redis, store, model, stopping."""
    ticked: float = field(default_factory=time.monotonic)
    """When the heartbeat last came round."""
    turn_began: float | None = None
    """When the turn in hand began."""
    reading: bool = True
    """Whether the subscriber's read loop is there."""

    def lacks(self, what: str, why: str | None) -> None:
        """Note that `what` lacks because of `why`, or is there again (None)."""
        if why is None:
            self.ready.pop(what, None)
        else:
            self.ready[what] = why

    def failures(self) -> dict[str, str]:
        """Why this process should be started again; empty while it makes progress."""
        now = time.monotonic()
        found = {}
        if now - self.ticked > self.tick_limit:
            found["heartbeat"] = f"none for {now - self.ticked:.0f} s"
        if self.turn_began is not None and now - self.turn_began > self.turn_limit:
            found["turn"] = f"not ended for {now - self.turn_began:.0f} s"
        if not self.reading:
            found["reader"] = "the subscriber's loop has ended"
        return found


def build_routes(health: Health) -> Starlette:
    """The ASGI application: 200 with {} where all is well, else 503 with the reasons by name."""

    def answer(problems: dict[str, str]) -> JSONResponse:
        return JSONResponse(problems, status_code=503 if problems else 200)

    async def livez(_: Request) -> JSONResponse:
        return answer(health.failures())

    async def readyz(_: Request) -> JSONResponse:
        return answer(health.ready)

    return Starlette(
        routes=[Route("/livez", livez), Route("/readyz", readyz), Mount("/metrics", make_asgi_app())]
    )


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the worker."""
        yield


class HealthServer:
    """Serves a worker's health on the worker's own loop: when the loop hangs, so does the answer."""

    def __init__(self, health: Health, host: str, port: int) -> None:
        self._socket = socket.create_server((host, port))
        self.address = "{}:{}".format(*self._socket.getsockname()[:2])
        config = uvicorn.Config(build_routes(health), lifespan="off", log_config=None, access_log=False)
        self._server = _Server(config)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to serve."""
        self._task = asyncio.create_task(self._server.serve(sockets=[self._socket]))

    async def stop(self) -> None:
        """End serving and free the port."""
        self._server.should_exit = True
        if self._task:
            await self._task
        self._socket.close()
