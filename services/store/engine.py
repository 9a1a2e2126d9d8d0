"""Connections to the shared store, and what counts as the store being away."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from math import inf
from typing import Any, cast

import psycopg
from psycopg.abc import RV, PQGen
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

# What SQLAlchemy raises when the server is away, restarting, or cut the connection.
UNREACHABLE = (OperationalError, InterfaceError)
FORM = "postgresql://user:password@host:5432/name"


def read_address(url: str) -> URL:
    """The parts of a `postgresql://` address; ValueError, without a part of it, where it is not one."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise ValueError(f"not an address of Postgres; use {FORM}") from None
    if parsed.get_backend_name() != "postgresql":
        raise ValueError(f"not an address of Postgres; use {FORM}")
    if "@" in (parsed.host or ""):
        raise ValueError("the address has more than one @; in a password write it as %40")
    try:
        make_conninfo(**{name: str(value) for name, value in parsed.query.items()})
    except psycopg.ProgrammingError:
        raise ValueError("the address has an option that Postgres does not know") from None
    return parsed


STANDBY, CORRUPTED = "25006", ("XX001", "XX002")
ENDED_IDLE = ("25P03", "25P04")
"""A transaction that took too long on our side: the worker was paused."""
NOT_SET_UP = ("42501", "42P01", "42703", "3F000")
"""No right to a table, no such table, column or schema: the store's fault, whatever the document."""
LIMITS_OF_A_ROW = "54"
"""Class of errors that come of a value, such as one too long for an index: trying again is no use."""

# A peer that is gone without a word is noticed within half a minute also while nothing is sent.
KEEPALIVES = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
IDLE_LIMIT = 60.0
"""Seconds after which Postgres ends a transaction that its worker neither goes on with nor ends: a worker
that was paused must not keep the articles locked."""


class Silence(psycopg.OperationalError):
    """The store gives no answer."""


MARGIN = 0.25
"""Part of its own limit by which the server may be late before the connection is given up."""


@dataclass
class Patience:
    """How long the store's answers are waited for; one for all connections of an engine."""

    seconds: float = 120.0
    """For one answer. A server that is stopped, or that a network swallows, gives none and no error."""
    greeting: float = inf
    """For a sign of life on a connection that rested, where that is less."""
    until: float = inf
    """Moment of the monotonic clock after which none is waited for: the process wants to end."""

    def exhausted(self, began: float) -> bool:
        """Whether what is waited for since `began` has taken too long."""
        return time.monotonic() >= min(began + self.seconds * (1 + MARGIN), self.until)


class _Connection(psycopg.Connection[Any]):
    patience: Patience | None = None

    @contextmanager
    def greeted(self) -> Iterator[None]:
        """Wait for a sign of life only."""
        patience = self.patience
        if patience is not None:
            self.patience = replace(patience, seconds=min(patience.greeting, patience.seconds))
        try:
            yield
        finally:
            self.patience = patience

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """Wait for an answer while patience lasts, then give the connection up."""
        try:
            return super().wait(self._wait_patiently(gen), interval, timeout)
        except Silence:
            self.close()
            raise

    def _wait_patiently(self, gen: PQGen[RV]) -> PQGen[RV]:
        began = time.monotonic()
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if not ready and self.patience and self.patience.exhausted(began):
                    raise Silence(f"no answer for {time.monotonic() - began:.0f} s")
                wanted = gen.send(ready)
        except StopIteration as end:
            return cast("RV", end.value)


class _Pool(QueuePool):
    """Closes what comes back after its end too: a thread may still be asking when its process leaves."""

    _ended = False

    def dispose(self) -> None:
        self._ended = True
        super().dispose()

    def _do_return_conn(self, record: ConnectionPoolEntry) -> None:
        super()._do_return_conn(record)
        if self._ended:
            super().dispose()


def connect(
    url: str, pool_size: int = 4, patience: Patience | None = None, connect_within: int = 5
) -> Engine:
    """An engine for a `postgresql://` address (nothing is opened yet); ValueError where it is not one."""
    parsed = read_address(url)
    defaults = {"connect_timeout": connect_within, "application_name": "copydesk", **KEEPALIVES}
    engine = create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        poolclass=_Pool,
        pool_size=pool_size,
        pool_pre_ping=True,
        hide_parameters=True,  # errors are logged, and article text is not
        connect_args={name: value for name, value in defaults.items() if name not in parsed.query},
    )
    _limit(engine, patience or Patience())
    _greet(engine)
    return engine


def _limit(engine: Engine, patience: Patience) -> None:
    """Have the engine's connections give up after `patience`, and the server before them."""

    @event.listens_for(engine, "do_connect")
    def open_connection(_: object, __: object, arguments: list[str], options: dict[str, Any]) -> _Connection:
        connection = _Connection.connect(*arguments, **options)
        connection.patience = patience
        return connection

    @event.listens_for(engine, "connect")
    def set_limits(connection: _Connection, _: object) -> None:
        # Not as a start-up option: PgBouncer refuses those.
        limits = {
            "statement_timeout": patience.seconds,
            "idle_in_transaction_session_timeout": IDLE_LIMIT,
        }
        for name, seconds in limits.items():
            connection.execute("select set_config(%s, %s, false)", (name, f"{seconds * 1000:.0f}ms"))
        connection.commit()


def _greet(engine: Engine) -> None:
    """Have a connection that rested prove soon that it is still one, and not only at patience's end."""
    ask = engine.dialect.do_ping

    def ask_soon(dbapi_connection: Any) -> bool:  # noqa: ANN401 - one of the class above
        with dbapi_connection.greeted():
            return ask(dbapi_connection)

    # SQLAlchemy has no event before it asks a resting connection.
    engine.dialect.do_ping = ask_soon  # type: ignore[method-assign]


@contextmanager
def unhurried(tx: Connection) -> Iterator[None]:
    """Let the transaction's statements take as long as they need."""
    driver: Any = tx.connection.driver_connection
    patience, driver.patience = driver.patience, None
    try:
        tx.execute(text("set local statement_timeout = 0"))
        yield
    finally:
        driver.patience = patience


def is_away(error: BaseException) -> bool:
    """Whether the store is away, ill or not set up, so that waiting is right and no document is to blame."""
    if not isinstance(error, DBAPIError):
        return False
    state = str(getattr(error.orig, "sqlstate", None) or "")
    if state in (STANDBY, *CORRUPTED, *ENDED_IDLE, *NOT_SET_UP):
        return True
    return isinstance(error, UNREACHABLE) and not state.startswith(LIMITS_OF_A_ROW)
