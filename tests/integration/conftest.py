"""Tools that only some machines have, metrics that begin at nothing, and a store without tables."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from services.control import exposition
from services.embedded import Addresses
from services.store.engine import connect


@pytest.fixture
def redis_cli() -> Path:
    """Redis's own command, as publishers in other languages would use its protocol."""
    binary = shutil.which("redis-cli")
    if binary is None:
        pytest.skip("no redis-cli here; on Debian: apt-get install redis-tools")
    return Path(binary)


@pytest.fixture
def nothing_shown_before() -> Iterator[None]:
    exposition.prepare()
    yield
    exposition.withdraw()


@pytest.fixture
def empty_url(servers: Addresses) -> Iterator[str]:
    """Address of a database without any table, gone after the test."""
    name = f"empty_{uuid4().hex}"
    url = make_url(servers.database_url)
    owner = create_engine(url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text(f"create database {name}"))
    yield url.set(database=name).render_as_string(hide_password=False)
    with owner.connect() as connection:
        connection.execute(text(f"drop database {name} with (force)"))
    owner.dispose()


@pytest.fixture
def empty(empty_url: str) -> Iterator[Engine]:
    engine = connect(empty_url)
    yield engine
    engine.dispose()
