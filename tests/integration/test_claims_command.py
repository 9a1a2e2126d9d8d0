"""`copydesk claims`: what narrows it and what comes first."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner, Result

from schemas import ClaimKind, QuoteType
from services.cli.exits import Exit
from services.cli.main import app
from services.embedded import Addresses
from services.store.articles import save_arrival
from services.store.claims import save_claims
from tests.integration.records import NOON, make_arrival, make_claim, make_detected
from tests.integration.telling import repeat

Command = Callable[..., Result]
DAM, SAFE, TOLLS = "the dam will cost 84 million", "the dam is safe", "tolls rose"


@pytest.fixture
def copydesk(servers: Addresses, engine: Engine) -> Command:
    """The command on the test's servers, with three claims of two articles."""
    with engine.begin() as tx:
        save_arrival(tx, make_arrival(1, published_at=NOON))
        save_arrival(tx, make_arrival(2, published_at=NOON + timedelta(days=1)))
        safe = make_claim(SAFE, 0.5, 2).model_copy(update={"quote_type": QuoteType.DIRECT})
        tolls = make_claim(TOLLS, 0.4, 2, start=9).model_copy(update={"kind": ClaimKind.ASSERTED})
        save_claims(tx, [make_detected(make_claim(DAM, 0.9)), make_detected(safe, tolls, article=2)])
    environment = {"COPYDESK_REDIS_URL": servers.redis_url, "COPYDESK_DATABASE_URL": servers.database_url}

    def run(*arguments: str, **more: str) -> Result:
        return CliRunner().invoke(app, ["claims", *arguments], env={**environment, **more})

    return run


def found(result: Result) -> list[str]:
    assert result.exit_code == Exit.DONE, result.output
    return [one["text"] for one in json.loads(result.stdout)]


@pytest.mark.parametrize(
    ("options", "texts"),
    [
        ([], [DAM, SAFE, TOLLS]),
        (["--search", "dams"], [DAM, SAFE]),
        (["--search", 'dam -"84 million"'], [SAFE]),
        (["--until", "2026-11-24"], [DAM]),
        (["--since", "2026-11-24"], [SAFE, TOLLS]),
        (["--kind", "asserted"], [TOLLS]),
        (["--quote", "direct"], [SAFE]),
        (["--order", "newest"], [SAFE, TOLLS, DAM]),
        (["--search", "dam or tolls", "--order", "relevance", "--limit", "1"], [DAM]),
    ],
)
def test_options_narrow_and_order(copydesk, options, texts):
    assert found(copydesk("--json", *options)) == texts


def test_an_option_can_be_set_by_a_variable(copydesk):
    assert found(copydesk("--json", COPYDESK_CLAIMS_SEARCH="tolls")) == [TOLLS]


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ("worth", "3 claims, the 2 most check-worthy are shown"),
        ("newest", "3 claims, the newest 2 are shown"),
        ("relevance", "3 claims, the 2 that fit best are shown"),
        ("repetition", "3 claims, the 2 most repeated are shown"),
    ],
)
def test_the_table_says_what_is_not_shown(copydesk, order, said):
    assert said in copydesk("--order", order, "--limit", "2").stdout


def test_the_most_repeated_come_first_and_say_how_often(copydesk, engine):
    assert " again" not in copydesk().stdout
    with engine.begin() as tx:
        repeat(tx, TOLLS, 3)
        repeat(tx, SAFE, 0)
    printed = copydesk("--json", "--order", "repetition")
    assert [(one["text"], one["repetitions"]) for one in json.loads(printed.stdout)] == [
        (TOLLS, 3),
        (DAM, 0),
        (SAFE, 0),
    ]
    assert " again" in copydesk().stdout


@pytest.mark.parametrize("options", [["--until", "soon"], ["--kind", "true"], ["--order", "random"]])
def test_what_is_no_value_is_wrong_use(copydesk, options):
    assert copydesk(*options).exit_code == Exit.WRONG_USE
