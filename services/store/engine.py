"""Connections to the shared store."""

from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError, InterfaceError, OperationalError

# What SQLAlchemy raises when the server is away, restarting, or cut the connection.
UNREACHABLE = (OperationalError, InterfaceError)


def connect(url: str, pool_size: int = 4) -> Engine:
    """An engine for a `postgresql://` address (nothing is opened yet).

    Raises ValueError with the setting's name, and without the address, where it is not one.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ValueError("COPYDESK_DATABASE_URL is not an address; use postgresql://user@host/name") from None
    if parsed.get_backend_name() != "postgresql":
        raise ValueError("COPYDESK_DATABASE_URL must begin with postgresql://")
    return create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        pool_size=pool_size,
        pool_pre_ping=True,
        hide_parameters=True,  # errors are logged, and article text is not
        connect_args={"connect_timeout": 5, "application_name": "copydesk"},
    )
