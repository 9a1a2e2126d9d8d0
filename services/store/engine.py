"""Connections to the shared store."""

from psycopg import ProgrammingError
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError, InterfaceError, OperationalError

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
    except ProgrammingError:
        raise ValueError("the address has an option that Postgres does not know") from None
    return parsed


def connect(url: str, pool_size: int = 4) -> Engine:
    """An engine for a `postgresql://` address (nothing is opened yet); ValueError where it is not one."""
    return create_engine(
        read_address(url).set(drivername="postgresql+psycopg"),
        pool_size=pool_size,
        pool_pre_ping=True,
        hide_parameters=True,  # errors are logged, and article text is not
        connect_args={"connect_timeout": 5, "application_name": "copydesk"},
    )
