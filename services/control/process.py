"""The control service as a process: health, metrics, and the duties until it is told to stop."""

import asyncio
import signal

import structlog

from services.control.service import Control, Match, Reclean
from services.control.settings import ControlSettings, RoomSettings
from services.kit.health import Health, HealthServer
from services.kit.logs import configure_logs
from services.kit.reach import open_redis
from services.kit.settings import Settings
from services.store.engine import Patience, connect

log = structlog.get_logger()

STORE_ANSWERS_WITHIN = 3.0
"""Seconds that counting the dead letters may take, for the lag."""


async def run_control(
    settings: Settings,
    own: ControlSettings,
    stop: asyncio.Event,
    reclean: Reclean | None = None,
    match: Match | None = None,
) -> None:
    """Serve until SIGTERM, SIGINT or `stop`."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    configure_logs(settings, service="control")
    health = Health(tick_limit=settings.turn_limit, turn_limit=settings.turn_limit)
    health.lacks("lease", "not asked yet")
    server = HealthServer(health, settings.health_host, settings.health_port)
    await server.start()
    redis = open_redis(settings.redis_url.get_secret_value())
    patience = Patience(settings.store_limit)
    engine = connect(settings.database_url.get_secret_value(), patience=patience)
    # A silent store must not keep the lag from being measured.
    quick = connect(settings.database_url.get_secret_value(), 1, Patience(STORE_ANSWERS_WITHIN))
    log.info("control_starting", health=server.address)
    try:
        await Control(redis, engine, own, health, RoomSettings().limits(), quick, reclean, match).run(stop)
    finally:
        patience.until = 0.0
        await redis.aclose()
        await asyncio.to_thread(engine.dispose)
        await asyncio.to_thread(quick.dispose)
        await server.stop()
        log.info("control_stopped")
