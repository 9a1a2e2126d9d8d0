"""How long the store is waited for: nobody waits for ever, and what needs long gets it."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError

from services.store import engine as engine_module
from services.store.engine import Patience, connect, is_away, unhurried
from tests.chaos.proxy import Lines, lines_to

WHOLE_WHILE = 20


@pytest.fixture
async def lines(servers) -> AsyncIterator[Lines]:
    async with lines_to(servers) as lines:
        yield lines


def run(store: Engine, statement: str) -> None:
    with store.begin() as tx:
        tx.execute(text(statement))


def test_a_statement_over_the_limit_is_ended_by_the_server(servers):
    """And counts as the server's fault."""
    store = connect(servers.database_url, patience=Patience(0.3))
    with pytest.raises(OperationalError, match="statement timeout") as raised:
        run(store, f"select pg_sleep({WHOLE_WHILE})")
    assert is_away(raised.value)
    run(store, "select 1")
    store.dispose()


def test_a_migration_takes_as_long_as_it_needs(servers):
    """Also within a transaction whose other statements are limited."""
    store = connect(servers.database_url, patience=Patience(0.3))
    with store.begin() as tx, unhurried(tx):
        tx.execute(text("select pg_sleep(1)"))
    with pytest.raises(OperationalError):
        run(store, f"select pg_sleep({WHOLE_WHILE})")
    store.dispose()


async def test_a_silent_server_is_given_up(lines):
    """In the midst of a session, and when a connection is opened."""
    store = connect(lines.addresses.database_url, patience=Patience(0.4), connect_within=2)
    await asyncio.to_thread(run, store, "select 1")
    lines.postgres.fall_silent()
    with pytest.raises(OperationalError) as raised:
        await asyncio.to_thread(run, store, "select 1")
    assert is_away(raised.value)
    await lines.postgres.restore()
    await asyncio.to_thread(run, store, "select 1")
    store.dispose()


async def test_a_process_that_wants_to_end_waits_no_longer(lines):
    """What waits already is let go too."""
    patience = Patience(WHOLE_WHILE)
    store = connect(lines.addresses.database_url, patience=patience)
    waiting = asyncio.create_task(asyncio.to_thread(run, store, f"select pg_sleep({WHOLE_WHILE})"))
    await asyncio.sleep(0.5)
    assert not waiting.done()
    patience.until = time.monotonic()
    with pytest.raises(OperationalError, match="no answer for"):
        await waiting
    store.dispose()


def test_a_connection_that_comes_back_after_the_end_is_closed(servers):
    """A thread may still hold one when its process disposes of the engine."""
    store = connect(servers.database_url)
    with store.connect() as late, store.connect() as later:
        drivers = [connection.connection.driver_connection for connection in (late, later)]
        store.dispose()
        assert [driver.closed for driver in drivers] == [False, False]
    assert [driver.closed for driver in drivers] == [True, True]
    run(store, "select 1")
    store.dispose()


def test_a_transaction_that_its_worker_forgot_is_ended(servers, monkeypatch):
    """As that of a worker that was paused: its locks are free, and the worker finds its connection cut."""
    monkeypatch.setattr(engine_module, "IDLE_LIMIT", 0.3)
    store = connect(servers.database_url)
    with pytest.raises(DBAPIError) as raised, store.begin() as tx:  # noqa: PT012
        tx.execute(text("select 1"))
        time.sleep(1)
        tx.execute(text("select 1"))
    assert is_away(raised.value)
    store.dispose()


def test_what_the_address_says_of_keepalives_counts(servers):
    """Ours are defaults."""
    address = make_url(servers.database_url).update_query_dict({"keepalives_idle": "77"})
    store = connect(address.render_as_string(hide_password=False))
    with store.connect() as connection:
        said = connection.connection.driver_connection.info.get_parameters()
    assert (said["keepalives_idle"], said["keepalives_interval"]) == ("77", "5")
    store.dispose()
