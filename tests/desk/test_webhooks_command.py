"""`copydesk webhooks`: added, listed, tried, told again, removed."""

import asyncio
import json
from collections.abc import Callable

import pytest
from typer.testing import CliRunner, Result

from schemas import derive_id
from services.cli.exits import Exit
from services.cli.main import app
from services.embedded import Addresses
from tests.desk.receiver import Receiver, receiving

Command = Callable[..., Result]
NOBODY = str(derive_id("nobody"))


@pytest.fixture
def copydesk(servers: Addresses, engine: object) -> Command:
    environment = {
        "COPYDESK_REDIS_URL": servers.redis_url,
        "COPYDESK_DATABASE_URL": servers.database_url,
        "COPYDESK_WEBHOOKS_ALLOW": "127.0.0.1/32",
        "COLUMNS": "300",
    }

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["webhooks", *arguments], env=environment)

    return run


def add(copydesk: Command, *options: str) -> dict:
    added = copydesk("add", "http://127.0.0.1:9/hook", "--json", *options)
    assert added.exit_code == Exit.DONE, added.output
    return json.loads(added.stdout)


def test_the_secret_is_printed_once(copydesk):
    made = add(copydesk, "--filter", "min_score=0.7", "--filter", "speaker=Brandt")
    assert made["secret"].startswith("whsec_")
    assert made["filter"] == {"min_score": 0.7, "speaker": "Brandt"}
    listed, table = copydesk("ls", "--json"), copydesk("ls")
    (one,) = json.loads(listed.stdout)
    assert (one["webhook_id"], one["state"], one["waiting"]) == (made["webhook_id"], "active", 0)
    assert made["secret"] not in listed.output + table.output
    assert "min_score=0.7" in table.stdout


def test_without_json_the_id_and_the_secret_are_what_is_printed(copydesk):
    made = copydesk("add", "http://127.0.0.1:9/hook")
    webhook_id, secret = made.stdout.split()
    assert secret.startswith("whsec_")
    assert copydesk("rm", webhook_id).exit_code == Exit.DONE


def test_ones_own_secret_is_taken(copydesk):
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    assert add(copydesk, "--secret", secret)["secret"] == secret


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["http://10.0.0.1/"], "not a public address"),
        (["http://169.254.169.254/"], "COPYDESK_WEBHOOKS_ALLOW"),
        (["ftp://herald.example/"], "not a web address"),
        (["http://127.0.0.1/", "--secret", "short"], "whsec_"),
        (["http://127.0.0.1/", "--filter", "min_score=high"], "min_score"),
        (["http://127.0.0.1/", "--filter", "mim_score=0.5"], "mim_score"),
        (["http://127.0.0.1/", "--filter", "limit=3"], "limit"),
        (["http://127.0.0.1/", "--filter", "speaker=Brandt", "--filter", "speaker=Holm"], "given twice"),
    ],
)
def test_what_makes_no_sense_is_refused(copydesk, arguments, said):
    refused = copydesk("add", *arguments)
    assert refused.exit_code == Exit.WRONG_USE
    assert said in refused.output
    assert json.loads(copydesk("ls", "--json").stdout) == []


def test_a_receiver_that_does_not_answer_fails_the_test(copydesk):
    made = add(copydesk)
    tried = copydesk("test", made["webhook_id"], "--json")
    assert tried.exit_code == Exit.FAILED
    assert json.loads(tried.stdout)["taken"] is False


@pytest.mark.parametrize("command", ["rm", "test", "enable", "disable", "rotate", "replay"])
def test_one_that_is_not_there_is_not_found(copydesk, command):
    assert copydesk(command, NOBODY).exit_code == Exit.NOT_FOUND


def test_replaying_says_how_many(copydesk):
    made = add(copydesk)
    replayed = copydesk("replay", made["webhook_id"], "--since", "2026-11-23", "--json")
    assert json.loads(replayed.stdout) == {"deliveries": 0}
    assert copydesk("enable", made["webhook_id"]).exit_code == Exit.DONE


async def test_a_test_message_is_sent_and_can_be_verified(copydesk, servers, redis):
    receiver: Receiver
    async with receiving() as receiver:
        added = await asyncio.to_thread(copydesk, "add", receiver.url, "--json")
        made = json.loads(added.stdout)
        tried = await asyncio.to_thread(copydesk, "test", made["webhook_id"], "--json")
    assert json.loads(tried.stdout) == {"taken": True, "status": 204, "error": None}
    assert receiver.told[0].verify(made["secret"])["type"] == "webhook.test"


def test_a_new_secret_is_printed_once(copydesk):
    made = add(copydesk)
    changed = copydesk("rotate", made["webhook_id"])
    secret = changed.stdout.strip()
    assert secret.startswith("whsec_")
    assert secret != made["secret"]
    assert "both sign until" in changed.stderr
    again = json.loads(copydesk("rotate", made["webhook_id"], "--at-once", "--json").stdout)
    listed = copydesk("ls", "--json").output + copydesk("ls").output
    assert not [one for one in (made["secret"], secret, again["secret"]) if one in listed]


def test_a_secret_that_is_none_is_refused_when_it_is_changed(copydesk):
    refused = copydesk("rotate", add(copydesk)["webhook_id"], "--secret", "short")
    assert refused.exit_code == Exit.WRONG_USE
    assert "whsec_" in refused.output


def test_one_is_disabled_by_hand_and_enabled(copydesk):
    made = add(copydesk)
    assert copydesk("disable", made["webhook_id"]).exit_code == Exit.DONE
    (one,) = json.loads(copydesk("ls", "--json").stdout)
    assert (one["state"], one["disabled_why"]) == ("disabled", "somebody disabled it")
    assert copydesk("enable", made["webhook_id"]).exit_code == Exit.DONE
