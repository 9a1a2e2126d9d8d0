"""`copydesk dead` with thousands of letters."""

import json
from collections.abc import Callable

import pytest
from redis import Redis
from sqlalchemy import Engine
from typer.testing import CliRunner, Result

from schemas import StageName, find_stage
from services.cli.main import app
from services.embedded import Addresses
from services.kit.wire import FIELD
from services.store.dead_letters import DeadFilter, add_dead_letters, list_dead_letters
from tests.integration.records import make_letter

CLEAN, INGEST = find_stage(StageName.CLEAN), find_stage(StageName.INGEST)
THOUSANDS = 3_000
Command = Callable[..., Result]


@pytest.fixture
def copydesk(servers: Addresses) -> Command:
    """The command on the test's servers."""
    environment = {"COPYDESK_REDIS_URL": servers.redis_url, "COPYDESK_DATABASE_URL": servers.database_url}

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, list(arguments), env=environment)

    return run


@pytest.fixture
def stream(servers: Addresses) -> Redis:
    """A Redis with nothing in it."""
    client = Redis.from_url(servers.redis_url)
    client.flushall()
    yield client
    client.close()


@pytest.fixture
def buried(engine: Engine) -> Engine:
    """Thousands of letters of one reason, and three of another."""
    with engine.begin() as tx:
        add_dead_letters(
            tx, [make_letter(number, payload=b"%d" % number) for number in range(1, THOUSANDS + 1)]
        )
        add_dead_letters(
            tx, [make_letter(number, INGEST.stage, reason="not JSON", source="Tide") for number in (1, 2, 3)]
        )
    return engine


def count(engine: Engine, **wanted) -> int:
    with engine.connect() as connection:
        return len(list_dead_letters(connection, DeadFilter(**wanted)))


def test_thousands_are_replayed_each_once(copydesk, buried, stream):
    """All go back in their order, with their bytes; none waits, and none is replayed a second time."""
    done = copydesk("dead", "replay", "--stage", "clean")
    assert (done.exit_code, len(done.stdout.splitlines())) == (0, THOUSANDS)
    payloads = [int(fields[FIELD]) for _, fields in stream.xrange(CLEAN.source)]
    assert payloads == list(range(1, THOUSANDS + 1))
    assert count(buried, stage="clean") == 0
    assert copydesk("dead", "replay", "--stage", "clean").exit_code == 3
    assert stream.xlen(CLEAN.source) == THOUSANDS


def test_thousands_are_dropped_and_others_stay(copydesk, buried):
    """The filter decides."""
    assert "3000 dropped" in copydesk("dead", "drop", "--reason", "PDF").stderr
    assert count(buried) == 3


def test_a_dry_run_says_which_and_changes_nothing(copydesk, buried, stream):
    """Neither the store nor a stream."""
    for verb in ("replay", "drop"):
        said = copydesk("dead", verb, "--source", "Tide", "--dry-run")
        assert [line.split("\t")[1:] for line in said.stdout.splitlines()] == [["ingest", "not JSON"]] * 3
    assert count(buried) == THOUSANDS + 3
    assert stream.keys() == []


def test_a_summary_counts_them_by_stage_source_and_reason(copydesk, buried):
    """The first question about thousands is how many kinds there are."""
    rows = json.loads(copydesk("dead", "ls", "--summary", "--json").stdout)
    assert [(row["letters"], row["stage"], row["source"], row["reason"]) for row in rows] == [
        (THOUSANDS, "clean", "Harbour Post", "the content is a PDF file"),
        (3, "ingest", "Tide", "not JSON"),
    ]


def test_without_a_filter_nothing_is_replayed_or_dropped(copydesk, buried):
    """Everything must be asked for by --all."""
    for verb in ("replay", "drop"):
        assert copydesk("dead", verb).exit_code == 2
    assert count(buried) == THOUSANDS + 3
