"""Receivers are told of new claims: signed, at least once, and as long as they want."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis
from sqlalchemy import Engine, select, text, update

from schemas import Unprocessable
from services.desk.claim_query import parse_claim_query
from services.desk.live.detected import STREAM
from services.desk.webhooks.deliverer import Deliverer
from services.desk.webhooks.delivery import Sent, note, send
from services.desk.webhooks.intake import READER
from services.desk.webhooks.registration import Registered, check_url, register
from services.desk.webhooks.replaying import replay_webhook
from services.desk.webhooks.settings import WebhookSettings
from services.fetching.guard import Guard
from services.fetching.posting import Poster
from services.kit.wire import FIELD, encode
from services.store.deliveries import find_position, forget_deliveries
from services.store.tables import deliveries, webhooks
from services.store.webhooks import disable_webhook, enable_webhook, find_webhook, remove_webhook
from tests.conftest import wait_until
from tests.desk.detected import detect, store, tell
from tests.desk.receiver import CLOSE, HANG, Receiver, receiving
from tests.desk.test_claims_missed import cut

LOOPBACK = {"allow": "127.0.0.1/32"}
QUICK = {**LOOPBACK, "schedule": "0.1 0.1 0.1", "look_every": 0.05, "total_limit": 1.0}


@asynccontextmanager
async def delivering(redis: Redis, engine: Engine, **more: object) -> AsyncIterator[WebhookSettings]:
    """What `copydesk webhooks run` does, in this process."""
    settings = WebhookSettings(**{**QUICK, **more})
    stop = asyncio.Event()
    async with Poster(settings.guard, settings.connect_limit, settings.total_limit) as poster:
        task = asyncio.create_task(Deliverer(redis, engine, settings, poster).run(stop))
        try:
            yield settings
        finally:
            stop.set()
            await task


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as one:
        yield one


@pytest.fixture
def add(redis: Redis, engine: Engine, house: None) -> Callable[..., object]:
    async def add(receiver: Receiver, **filters: str) -> Registered:
        guard = WebhookSettings(**LOOPBACK).guard
        return await register(redis, engine, guard, receiver.url, parse_claim_query(filters))

    return add


def read(engine: Engine, hook: Registered):
    with engine.connect() as tx:
        return find_webhook(tx, hook.webhook_id)


def read_deliveries(engine: Engine):
    with engine.connect() as tx:
        return tx.execute(select(deliveries).order_by(deliveries.c.created_at)).all()


async def until_told(receiver: Receiver, number: int, seconds: float = 10.0) -> None:
    await wait_until(lambda: len(receiver.told) >= number, seconds, f"told {number} times")


async def until_done(engine: Engine, number: int, seconds: float = 15.0) -> None:
    await wait_until(
        lambda: sum(row.done_at is not None for row in read_deliveries(engine)) == number,
        seconds,
        f"{number} delivered",
    )


async def test_a_receiver_is_told_of_what_it_wants_and_can_verify_it(redis, engine, receiver, add):
    await tell(redis, detect(1, "Before it came.", score=0.9))
    hook = await add(receiver, min_score="0.7")
    async with delivering(redis, engine):
        await tell(redis, detect(2, "Fees rise.", score=0.9), detect(3, "Not worth it.", score=0.2))
        await until_told(receiver, 1)
        await until_done(engine, 1)
        await asyncio.sleep(0.2)
    (told,) = receiver.told
    message = told.verify(hook.secret)
    assert (told.method, told.path) == ("POST", "/hook?key=1")
    assert told.headers["content-type"] == "application/json"
    assert message["type"] == "claim.detected"
    assert message["data"]["text"] == "Fees rise."
    assert datetime.fromisoformat(message["timestamp"]).tzinfo
    with pytest.raises(Exception, match="signature"):
        told.verify("whsec_" + "A" * 40)


async def test_what_fails_is_tried_again_under_the_same_id(redis, engine, receiver, add):
    hook = await add(receiver)
    receiver.answers = [500, CLOSE, HANG, 200]
    async with delivering(redis, engine):
        await tell(redis, detect(1, "Fees rise."))
        await until_done(engine, 1)
    assert len({told.id for told in receiver.told}) == 1
    assert len(receiver.told) == 4
    assert len({told.body for told in receiver.told}) == 1
    assert [told.verify(hook.secret)["data"]["text"] for told in receiver.told] == ["Fees rise."] * 4
    (row,) = read_deliveries(engine)
    assert (row.attempts, row.status, row.error) == (4, 200, None)
    assert read(engine, hook).failures == 0


async def test_a_receiver_that_disappears_is_told_when_it_is_back(redis, engine, receiver, add):
    hook = await add(receiver)
    await receiver.close()
    async with delivering(redis, engine, schedule=" ".join(["0.2"] * 50)):
        await tell(redis, detect(1, "Fees rise."))
        await wait_until(lambda: (read(engine, hook).failures or 0) > 1, 10, "it has failed")
        assert read(engine, hook).failing_since
        await receiver.open()
        await until_done(engine, 1)
    assert len(receiver.told) == 1
    assert read(engine, hook).failing_since is None


async def test_a_redirect_is_not_followed(redis, engine, receiver, add):
    async with receiving() as other:
        await add(receiver)
        receiver.always = f"HTTP/1.1 307 X\r\nLocation: {other.url}\r\n"
        async with delivering(redis, engine, schedule="0.1"):
            await tell(redis, detect(1, "Fees rise."))
            await until_told(receiver, 2)
            await wait_until(lambda: read_deliveries(engine)[0].next_at is None, 5, "it is given up")
        assert other.told == []
    assert "307" in read_deliveries(engine)[0].error


async def test_one_that_is_slow_or_dead_holds_up_no_other(redis, engine, receiver, add):
    async with receiving() as slow:
        await add(slow)
        await add(receiver)
        slow.always = HANG
        async with delivering(redis, engine, total_limit=5.0):
            await tell(redis, *(detect(number, f"Claim {number}.") for number in range(20)))
            began = time.monotonic()
            await until_told(receiver, 20)
            assert time.monotonic() - began < 4.0
            await slow.close()  # so that what is being sent ends
        await slow.open()


async def test_two_that_deliver_tell_each_once(redis, engine, receiver, add):
    await add(receiver)
    async with delivering(redis, engine), delivering(redis, engine):
        for number in range(30):
            await tell(redis, detect(number, f"Claim {number}, one.", f"Claim {number}, two."))
        await until_done(engine, 60)
        await asyncio.sleep(0.3)
    assert len(receiver.told) == 60
    assert len({told.id for told in receiver.told}) == 60


async def test_the_same_message_twice_in_the_stream_is_told_once(redis, engine, receiver, add):
    """A stage's work may be done twice."""
    await add(receiver)
    async with delivering(redis, engine):
        await tell(redis, detect(1, "Fees rise."), detect(1, "Fees rise."), detect(2, "Other."))
        await until_done(engine, 2)
        await asyncio.sleep(0.2)
    assert len(receiver.told) == 2


# Deaths


async def start_process(servers, **settings: str) -> asyncio.subprocess.Process:
    names = {"redis_url": servers.redis_url, "database_url": servers.database_url}
    variables = {f"COPYDESK_{name}".upper(): value for name, value in {**names, **settings}.items()}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.cli.webhooks",
        "run",
        env={**os.environ, **variables},
        stderr=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
    )


async def test_a_death_between_sending_and_noting_loses_nothing(servers, redis, engine, receiver, add):
    """At least once: the receiver knows the second time by its webhook-id."""
    await add(receiver)
    receiver.answers = [HANG]
    quick = {"webhooks_allow": "127.0.0.1/32", "webhooks_look_every": "0.05", "webhooks_total_limit": "3"}
    process = await start_process(servers, **quick)
    try:
        await tell(redis, detect(1, "Fees rise."))
        await until_told(receiver, 1, 30)
        process.send_signal(signal.SIGKILL)
        await process.wait()
        (row,) = read_deliveries(engine)
        assert (row.attempts, row.done_at) == (1, None)
        async with delivering(redis, engine, total_limit=3.0):
            await until_done(engine, 1, 20)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert len(receiver.told) == 2
    assert receiver.told[0].id == receiver.told[1].id
    assert receiver.told[0].body == receiver.told[1].body


async def test_what_came_while_nobody_delivered_is_told(redis, engine, receiver, add):
    await add(receiver)
    async with delivering(redis, engine):
        await tell(redis, detect(1, "One."))
        await until_done(engine, 1)
    await tell(redis, detect(2, "Two."))
    async with delivering(redis, engine):
        await until_done(engine, 2)
    assert [json.loads(told.body)["data"]["text"] for told in receiver.told] == ["One.", "Two."]


async def test_what_the_stream_has_no_more_is_told_from_the_store(redis, engine, receiver, add):
    await add(receiver)
    async with delivering(redis, engine):
        await tell(redis, detect(9, "Nine."))
        await until_done(engine, 1)
    messages = [detect(1, "One."), detect(2, "Two.")]
    store(engine, *messages)
    await tell(redis, *messages)
    await cut(redis)
    await tell(redis, messages[1], detect(3, "Three."))
    async with delivering(redis, engine):
        await until_done(engine, 4)
        await asyncio.sleep(0.2)
    texts = [json.loads(told.body)["data"]["text"] for told in receiver.told]
    assert sorted(texts) == ["Nine.", "One.", "Three.", "Two."]


async def test_where_nobody_is_told_the_position_goes_on(redis, engine, house):
    await tell(redis, detect(1, "One."))
    async with delivering(redis, engine):
        (entry,) = await tell(redis, detect(2, "Two."))

        def read_position():
            with engine.connect() as tx:
                return find_position(tx, READER)

        await wait_until(lambda: read_position() == entry, 5, "it is at the end")
    assert read_deliveries(engine) == []


async def test_an_emptied_redis_is_outlived(redis, engine, receiver, add):
    await add(receiver)
    async with delivering(redis, engine):
        await tell(redis, detect(1, "One."))
        await until_done(engine, 1)
        await redis.flushall()
        await asyncio.sleep(0.2)
        await tell(redis, detect(2, "Two."))
        await until_done(engine, 2)
    assert len(receiver.told) == 2


async def test_a_message_that_cannot_be_read_is_passed_over(redis, engine, receiver, add):
    await add(receiver)
    async with delivering(redis, engine):
        await redis.xadd(STREAM, {FIELD: b"no json"})
        await redis.xadd(STREAM, {FIELD: encode(detect(1, "One."))})
        await until_done(engine, 1)


# The end of patience


async def test_a_receiver_that_fails_too_long_is_disabled_and_can_be_enabled(redis, engine, receiver, add):
    hook = await add(receiver)
    receiver.always = 503
    async with delivering(redis, engine, patience=0.5, schedule=" ".join(["0.1"] * 100)):
        await tell(redis, detect(1, "One."))
        await wait_until(lambda: read(engine, hook).state == "disabled", 10, "it is disabled")
        row = read(engine, hook)
        assert row.disabled_at
        assert "failed for" in row.disabled_why
        number = len(receiver.told)
        await tell(redis, detect(2, "Two."))
        await asyncio.sleep(0.3)
        assert len(receiver.told) == number
        receiver.always = None
        with engine.begin() as tx:
            assert enable_webhook(tx, hook.webhook_id)
        await until_done(engine, 1)
        store(engine, detect(1, "One."), detect(2, "Two."))
        with engine.begin() as tx:
            begun = datetime.now(UTC) - timedelta(minutes=1)
            assert replay_webhook(tx, hook.webhook_id, since=begun) == 1
        await until_done(engine, 2)
    assert json.loads(receiver.told[-1].body)["data"]["text"] == "Two."


async def test_a_receiver_that_is_gone_is_disabled_at_once(redis, engine, receiver, add):
    hook = await add(receiver)
    receiver.always = 410
    async with delivering(redis, engine):
        await tell(redis, detect(1, "One."))
        await wait_until(lambda: read(engine, hook).state == "disabled", 10, "it is disabled")
    assert "wants nothing more" in read(engine, hook).disabled_why


async def test_what_was_given_up_is_replayed_under_its_id(redis, engine, receiver, add):
    hook = await add(receiver)
    receiver.answers = [500, 500]
    async with delivering(redis, engine, schedule="0.1"):
        await tell(redis, detect(1, "One."))
        await wait_until(
            lambda: read_deliveries(engine) and read_deliveries(engine)[0].next_at is None, 10, "given up"
        )
        assert read(engine, hook).given_up == 1
        with engine.begin() as tx:
            assert replay_webhook(tx, hook.webhook_id) == 1
        await until_done(engine, 1)
        with engine.begin() as tx:
            assert replay_webhook(tx, hook.webhook_id) == 0
            assert replay_webhook(tx, hook.webhook_id, delivered=True) == 1
        await until_told(receiver, 4)
        await until_done(engine, 1)
    assert len({told.id for told in receiver.told}) == 1


async def test_a_receiver_that_asks_for_a_pause_gets_it(redis, engine, receiver, add):
    hook = await add(receiver)
    receiver.answers = ["HTTP/1.1 429 X\r\nRetry-After: 2\r\n"]
    async with delivering(redis, engine):
        await tell(redis, detect(1, "One."))
        await until_told(receiver, 1)
        await wait_until(lambda: read(engine, hook).resting_until, 5, "it rests")
        began = time.monotonic()
        await tell(redis, detect(2, "Two."))
        await until_done(engine, 2)
        assert time.monotonic() - began > 1.5


async def test_what_is_old_is_forgotten(redis, engine, receiver, add):
    await add(receiver)
    receiver.answers = [500]
    async with delivering(redis, engine, schedule="30"):
        await tell(redis, detect(1, "One."))
        await until_told(receiver, 1)
        await asyncio.sleep(0.2)
    now = datetime.now(UTC)
    with engine.begin() as tx:
        tx.execute(update(deliveries).values(created_at=now - timedelta(days=60)))
        assert forget_deliveries(tx, now, now, 10) == 0  # it still waits
        tx.execute(update(deliveries).values(next_at=None))
        assert forget_deliveries(tx, now, now - timedelta(days=90), 10) == 0
        assert forget_deliveries(tx, now, now - timedelta(days=30), 10) == 1


async def test_one_that_is_removed_while_it_is_told_is_no_trouble(redis, engine, receiver, add):
    hook = await add(receiver)
    receiver.answers = [HANG]
    async with delivering(redis, engine):
        await tell(redis, detect(1, "One."))
        await until_told(receiver, 1)
        with engine.begin() as tx:
            assert remove_webhook(tx, hook.webhook_id)
        await asyncio.sleep(1.5)
        other = await add(receiver)
        await tell(redis, detect(2, "Two."))
        await until_done(engine, 1)
    assert receiver.told[-1].verify(other.secret)


async def test_one_that_is_disabled_while_much_waits_is_told_no_more(redis, engine, receiver, add):
    hook = await add(receiver)
    receiver.pause = 0.1
    async with delivering(redis, engine, at_once=1):
        await tell(redis, *(detect(number, f"Claim {number}.") for number in range(1, 31)))
        await until_told(receiver, 2)
        with engine.begin() as tx:
            assert disable_webhook(tx, hook.webhook_id, "enough", datetime.now(UTC))
        told = len(receiver.told)
        await asyncio.sleep(1.0)
    assert len(receiver.told) <= told + 2
    assert read(engine, hook).waiting >= 20


async def test_noting_and_removing_never_wait_for_each_other_in_a_ring(redis, engine, receiver, add):
    """Removing has the receiver first, and its deliveries then."""
    hook = await add(receiver)
    async with delivering(redis, engine):
        await tell(redis, detect(1, "One."))
        await until_done(engine, 1)
    (delivery,) = read_deliveries(engine)
    with engine.begin() as tx:
        tx.execute(update(deliveries).values(done_at=None))

    def note_it():
        with engine.begin() as tx:
            note(tx, delivery, Sent(500, "no", 0.1), WebhookSettings(**QUICK))

    with engine.begin() as tx:
        tx.execute(select(webhooks).where(webhooks.c.webhook_id == hook.webhook_id).with_for_update())
        noting = asyncio.create_task(asyncio.to_thread(note_it))
        await wait_until(lambda: count_waiting(engine) == 1, 10, "noting waits for the receiver")
        # Not with others, who note or send now.
        tx.execute(select(deliveries).with_for_update(nowait=True))
        assert remove_webhook(tx, hook.webhook_id)
    await noting


def count_waiting(engine: Engine) -> int:
    with engine.connect() as tx:
        return tx.execute(text("select count(*) from pg_locks where not granted")).scalar_one()


# Where nothing is sent

NOWHERE = [
    "http://127.0.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "http://10.0.0.1/",
    "http://192.168.1.1/",
    "http://0.0.0.0/",
    "http://localhost/",
    "http://user:password@example.com/",
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "http://example.com\r\nX-Injected: 1/",
    "http://example.com/\r\nX-Injected: 1",
    "http://exa mple.com/",
    "//example.com/",
    "",
]


async def resolve_privately(host: str, port: int) -> list[str]:
    """A name server that leads into the network of the house."""
    return ["93.184.216.34", "10.0.0.7"] if host == "rebind.example" else ["93.184.216.34"]


@pytest.mark.parametrize("url", NOWHERE)
async def test_an_address_that_is_not_public_is_refused_when_it_is_added(url):
    with pytest.raises(Unprocessable):
        await check_url(url, Guard())


async def test_a_name_that_leads_to_a_private_address_is_refused_when_it_is_added():
    with pytest.raises(Unprocessable, match=r"10\.0\.0\.7"):
        await check_url("https://rebind.example/hook", Guard(), resolve_privately)
    assert await check_url("https://herald.example/a b", Guard(), resolve_privately) == (
        "https://herald.example/a%20b"
    )


async def test_a_port_that_is_not_of_the_web_is_refused():
    with pytest.raises(Unprocessable, match="6379"):
        await check_url("http://herald.example:6379/", Guard(), resolve_privately)


@pytest.mark.parametrize("url", [*NOWHERE, "http://rebind.example/"])
async def test_an_address_that_became_private_later_is_not_asked(redis, engine, house, url):
    """However it came into the store: what counts is where the connection goes."""
    hook = await register(redis, engine, Guard(), "http://93.184.216.34/", parse_claim_query({}))
    with engine.begin() as tx:
        tx.execute(webhooks.update().values(url=url))
    async with Poster(Guard(), 1.0, 2.0, resolve_privately if "rebind" in url else _resolve) as poster:
        sent = await send(poster, read(engine, hook), "msg_1", "{}")
    assert sent.status is None
    assert sent.error


async def _resolve(host: str, port: int) -> list[str]:
    return {"localhost": ["127.0.0.1"]}.get(host, [host])


# The API


async def test_the_secret_is_shown_once(desk, engine, receiver, monkeypatch):
    monkeypatch.setenv("COPYDESK_WEBHOOKS_ALLOW", "127.0.0.1/32")
    async with desk.client("operate") as client:
        made = await client.post(
            "/api/v1/webhooks", json={"url": receiver.url, "filter": {"min_score": 0.5, "q": "fees"}}
        )
        assert made.status_code == 201
        secret, path = made.json()["secret"], made.headers["location"]
        assert made.json()["filter"] == {"min_score": 0.5, "q": "fees"}
        shown = await client.get(path)
        assert (shown.status_code, shown.json()["state"]) == (200, "active")
        listed = await client.get("/api/v1/webhooks")
        assert [one["url"] for one in listed.json()["items"]] == [receiver.url]
        assert secret not in shown.text + listed.text
        assert "secret" not in shown.json()

        tested = await client.post(f"{path}/test")
        assert (tested.status_code, tested.json()["taken"], tested.json()["status"]) == (200, True, 204)
        assert receiver.told[0].verify(secret)["type"] == "webhook.test"

        assert (await client.post(f"{path}/replay")).json() == {"deliveries": 0}
        assert (await client.post(f"{path}/enable")).status_code == 200
        assert (await client.delete(path)).status_code == 204
        for method, gone in (("GET", path), ("DELETE", path), ("POST", f"{path}/test")):
            assert (await client.request(method, gone)).status_code == 404
        assert (await client.get(f"{path}/deliveries")).status_code == 404


async def test_deliveries_are_listed_by_the_page(desk, redis, engine, receiver, add):
    hook = await add(receiver)
    async with delivering(redis, engine):
        await tell(redis, detect(1, "One.", "Two.", "Three."))
        await until_done(engine, 3)
    path = f"/api/v1/webhooks/{hook.webhook_id}/deliveries"
    async with desk.client("operate") as client:
        first = await client.get(path, params={"limit": 2})
        second = await client.get(path, params={"limit": 2, "cursor": first.json()["next"]})
    found = [one["delivery_id"] for page in (first, second) for one in page.json()["items"]]
    assert len(set(found)) == 3
    assert second.json()["next"] is None
    assert {one["status"] for one in first.json()["items"]} == {204}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"url": "http://127.0.0.1/"}, "url"),
        ({"url": "http://example.com/\r\nX: 1"}, "url"),
        ({"url": "http://93.184.216.34/", "secret": "whsec_short"}, "secret"),
        ({"url": "http://93.184.216.34/", "secret": "whsec_AAAA\r\nX: 1"}, "secret"),
        ({"url": "http://93.184.216.34/", "filter": {"min_score": 2}}, "filter.min_score"),
        ({"url": "http://93.184.216.34/", "filter": {"mim_score": 0.5}}, "filter.mim_score"),
        ({"url": "http://93.184.216.34/", "filter": "all"}, "filter"),
        ({"filter": {}}, "url"),
    ],
)
async def test_what_makes_no_sense_is_refused_with_its_field(desk, engine, body, field):
    async with desk.client("operate") as client:
        answer = await client.post("/api/v1/webhooks", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field
    assert "whsec_" not in answer.text or field == "secret"
    with engine.connect() as tx:
        assert tx.execute(select(webhooks)).all() == []


async def test_only_operators_may(desk, redis, engine, receiver, add):
    path = f"/api/v1/webhooks/{(await add(receiver)).webhook_id}"
    asked = [("GET", "/api/v1/webhooks"), ("POST", "/api/v1/webhooks"), ("GET", path), ("DELETE", path)]
    asked += [("POST", f"{path}/{what}") for what in ("test", "enable", "replay")]
    asked += [("GET", f"{path}/deliveries")]
    for scope, status in ((None, 401), ("read", 403), ("submit", 403)):
        async with desk.client(scope) as client:
            assert {(await client.request(*one)).status_code for one in asked} == {status}
    assert receiver.told == []
