"""The desk as a process: listens, says where, and serves until it is told to stop."""

import asyncio
import gc
import socket
from collections.abc import Callable
from typing import Any

import structlog
import uvicorn
from fastapi import FastAPI
from limits.aio.storage import RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter

from services.control.settings import RoomSettings
from services.desk.analyst import Analyst
from services.desk.application import build_application
from services.desk.house import House
from services.desk.line import PLACES
from services.desk.settings import DeskSettings
from services.ingest.settings import IngestSettings
from services.kit.logs import configure_logs
from services.kit.reach import open_redis
from services.kit.settings import Settings
from services.store.engine import Patience, connect

log = structlog.get_logger()

STORE_ANSWERS_WITHIN = 10.0
"""Seconds that a query may take: who asks does not wait longer."""
STORE_GREETS_WITHIN = 3.0
"""Seconds in which the store says that it is there, to who asks it anew or on a connection that rested."""
LEAVE_WITHIN = 5
"""Seconds that requests in hand have to end when the desk stops."""


def open_house(settings: Settings, own: DeskSettings) -> House:
    """Connections to both servers (nothing is opened before it is used)."""
    redis_url = settings.redis_url.get_secret_value()
    redis = open_redis(redis_url)
    patience = Patience(STORE_ANSWERS_WITHIN, STORE_GREETS_WITHIN)
    pool: Any = redis.connection_pool
    storage = RedisStorage(
        f"async+{redis_url}",
        connection_pool=pool,
        implementation="redispy",
        key_prefix="copydesk.rate",
    )
    return House(
        redis=redis,
        engine=connect(settings.database_url.get_secret_value(), PLACES, patience, int(STORE_GREETS_WITHIN)),
        patience=patience,
        settings=own,
        limits=RoomSettings().limits(),
        limiter=MovingWindowRateLimiter(storage),
        content_limit=IngestSettings().max_bytes,
        message_limit=settings.max_message_bytes,
        analyst=Analyst(own.analyze_seconds, database_url=settings.database_url.get_secret_value()),
    )


class Server(uvicorn.Server):
    """A server that ends its streams of events when it stops: they would keep it until it loses patience."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop."""
        await self._app.state.live.close()
        await super().shutdown(sockets)


def build(settings: Settings, own: DeskSettings) -> FastAPI:
    """The application over the servers of the settings."""
    return build_application(own, lambda: open_house(settings, own))


def listen(own: DeskSettings) -> socket.socket:
    """A socket at the address of the settings.

    Who takes nothing of what is sent for as long as a stream waits is let go by the system (RFC 5482): all
    that waits for a client that stopped reading would stay in memory, and hold up the desk when it stops.
    """
    listener = socket.create_server((own.host, own.port), family=_find_family(own.host))
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(1000 * own.stream_write_limit))
    return listener


def configure(app: FastAPI, own: DeskSettings) -> uvicorn.Config:
    """How the application is served."""
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(own.proxies),
        forwarded_allow_ips=own.proxies or None,
        timeout_graceful_shutdown=LEAVE_WITHIN,
    )


async def run_desk(
    settings: Settings, own: DeskSettings, stop: asyncio.Event, said: Callable[[str], None] | None = None
) -> None:
    """Serve until SIGTERM, SIGINT or `stop`; `said` is told the address."""
    configure_logs(settings, service="desk")
    listener = listen(own)
    host, port = listener.getsockname()[:2]
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    app = build(settings, own)
    server = Server(configure(app, own), app)
    # What is loaded by now stays: looking through it for garbage held up all requests for .1 s at a time.
    gc.collect()
    gc.freeze()

    async def watch() -> None:
        await stop.wait()
        server.should_exit = True

    watching = asyncio.create_task(watch())
    log.info("desk_starting", address=address)
    if said:
        said(address)
    try:
        await server.serve(sockets=[listener])
    finally:
        watching.cancel()
        listener.close()
        log.info("desk_stopped")


def _find_family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
