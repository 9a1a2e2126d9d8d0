"""Webhooks in the browser: looked at, enabled and disabled, tried, told again; without a script."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, update

from schemas import derive_id
from services.desk.webhooks.rotation import rotate
from services.store.tables import deliveries, webhooks
from services.store.webhooks import disable_webhook
from tests.conftest import wait_until
from tests.desk.delivering import delivering, read, read_deliveries, until_done
from tests.desk.detected import detect, tell
from tests.desk.reading import find_faults, find_foreign, parse
from tests.desk.test_dead_letter_pages import PERSON, XSS, fields_of

NOBODY = derive_id("nobody")
ACTS = ("enable", "disable", "test", "replay")


@pytest.fixture(autouse=True)
def _loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPYDESK_WEBHOOKS_ALLOW", "127.0.0.1/32")


async def look(client, path: str = "/webhooks"):
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text[-300:]
    page = parse(answer.text)
    assert find_faults(page) == find_foreign(page) == []
    return page


async def press(client, page, what: str):
    """The page that a button leads to."""
    (form,) = page.xpath(f"//main//form[contains(@action, '/{what}')]")
    answer = await client.post(form.get("action"), data=fields_of(form))
    assert answer.status_code == 303, answer.text[-300:]
    return await look(client, answer.headers["location"])


def say(page) -> str:
    return " ".join(page.xpath("//main")[0].text_content().split())


def read_cells(page) -> list[str]:
    """What the row of the only receiver says, cell by cell, without its buttons."""
    (row,) = page.xpath("//main//tbody/tr")
    return [" ".join(cell.text_content().split()) for cell in row][:-1]


async def give_up(redis, engine: Engine, hook, receiver) -> None:
    receiver.always = 500
    async with delivering(redis, engine, schedule="0.1"):
        await tell(redis, detect(1, "Fees rise."))
        await wait_until(lambda: read(engine, hook).given_up == 1, 10, "it is given up")
    receiver.always = None


async def test_each_receiver_is_shown_with_how_it_fares(desk, redis, engine, receiver, add):
    hook = await add(receiver, min_score="0.7")
    name = f"{receiver.url} min_score=0.7"
    async with desk.client("operate", headers=PERSON) as client:
        assert read_cells(await look(client)) == [name, "● active", "none lately", "0", "0", "0", ""]
        async with delivering(redis, engine):
            await tell(redis, detect(1, "Fees rise.", score=0.9))
            await until_done(engine, 1)
        (row,) = read_deliveries(engine)
        assert f"{row.done_at:%H:%M}" in read_cells(await look(client))[2]
        with engine.begin() as tx:
            disable_webhook(tx, hook.webhook_id, "it has failed for 72 hours", datetime.now(UTC))
            tx.execute(update(webhooks).values(dropped=1234))
            tx.execute(update(deliveries).values(done_at=None, next_at=datetime.now(UTC)))
        page = await look(client)
    assert read_cells(page)[:6] == [name, "✕ disabled", "none lately", "1", "0", "1,234"]
    assert read_cells(page)[6].startswith("it has failed for 72 hours, ")


async def test_secrets_are_never_shown(desk, engine, receiver, add):
    hook = await add(receiver)
    with engine.begin() as tx:
        new = rotate(tx, hook.webhook_id, 60.0)
    async with desk.client("operate", headers=PERSON) as client:
        shown = [(await client.get(path)).text for path in ("/webhooks", "/webhooks.json")]
    assert not [one for one in shown if hook.secret in one or new.secret in one]


async def test_an_empty_list_says_how_one_is_added(desk):
    async with desk.client("operate", headers=PERSON) as client:
        assert "copydesk webhooks add" in say(await look(client))


async def test_one_is_disabled_and_enabled(desk, engine, receiver, add):
    hook = await add(receiver)
    async with desk.client("operate", headers=PERSON) as client:
        page = await press(client, await look(client), "disable")
        assert read(engine, hook).state == "disabled"
        assert page.xpath("//*[@role='status']")
        page = await press(client, page, "enable")
    assert read(engine, hook).state == "active"


async def test_a_test_says_how_it_went(desk, engine, receiver, add):
    hook = await add(receiver)
    async with desk.client("operate", headers=PERSON) as client:
        page = await press(client, await look(client), "test")
        assert "taken in" in page.xpath("//*[@role='status']")[0].text
        assert receiver.told[0].verify(hook.secret)["type"] == "webhook.test"
        receiver.always = 500
        refused = await client.post(f"/webhooks/{hook.webhook_id}/test")
    alert = parse(refused.text).xpath("//*[@role='alert']")[0].text
    assert "the receiver answers with status 500" in alert


async def test_what_was_given_up_is_told_again(desk, redis, engine, receiver, add):
    hook = await add(receiver)
    await give_up(redis, engine, hook, receiver)
    async with desk.client("operate", headers=PERSON) as client:
        page = await look(client)
        assert "the receiver answers with status 500" in say(page)
        (path,) = page.xpath("//main//a[contains(@href, '/deliveries.json')]/@href")
        assert (await client.get(path)).json()["items"][0]["status"] == 500
        page = await press(client, page, "replay")
        async with delivering(redis, engine):
            await until_done(engine, 1)
        assert not (await look(client)).xpath("//form[contains(@action, '/replay')]")
        nothing = await client.post(f"/webhooks/{hook.webhook_id}/replay")
    assert nothing.headers["location"] == "/webhooks?done=none"


async def test_the_list_is_there_for_programs(desk, receiver, add):
    hook = await add(receiver)
    async with desk.client("operate", headers=PERSON) as client:
        (link,) = (await look(client)).xpath("//*[@class='forms']/a/@href")
        (one,) = (await client.get(link)).json()["items"]
    assert (one["webhook_id"], one["dropped"], one["delivered_at"]) == (str(hook.webhook_id), 0, None)
    assert not {"secret", "old_secrets"} & one.keys()


async def test_it_stands_in_the_navigation_of_operators_alone(desk):
    for scope, number in (("operate", 1), ("submit", 0), (None, 0)):
        async with desk.client(scope, headers=PERSON) as client:
            page = parse((await client.get("/claims")).text)
        assert len(page.xpath("//header//nav//a[@href='/webhooks']")) == number


@pytest.mark.parametrize(("scope", "status"), [(None, 401), ("read", 403), ("submit", 403)])
async def test_only_an_operator_sees_or_changes_anything(desk, engine, receiver, add, scope, status):
    hook = await add(receiver)
    async with desk.client(scope, headers=PERSON) as client:
        answers = [await client.get("/webhooks")]
        answers += [await client.post(f"/webhooks/{hook.webhook_id}/{what}") for what in ACTS]
    assert {answer.status_code for answer in answers} == {status}
    assert not [answer for answer in answers if receiver.url in answer.text]
    assert (read(engine, hook).state, receiver.told) == ("active", [])


@pytest.mark.parametrize("what", ACTS)
async def test_another_sites_page_changes_nothing(desk, engine, receiver, add, what):
    hook = await add(receiver)
    for told in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://attacker.example"}):
        async with desk.client("operate", headers=told) as client:
            answer = await client.post(f"/webhooks/{hook.webhook_id}/{what}")
            assert answer.status_code == 403
    assert (read(engine, hook).state, receiver.told) == ("active", [])


@pytest.mark.parametrize("what", ACTS)
async def test_one_that_is_not_there_is_not_found(desk, what):
    async with desk.client("operate", headers=PERSON) as client:
        assert (await client.post(f"/webhooks/{NOBODY}/{what}")).status_code == 404


async def test_nothing_of_a_receiver_becomes_markup(desk, engine, receiver, add):
    hook = await add(receiver, speaker=XSS)
    with engine.begin() as tx:
        disable_webhook(tx, hook.webhook_id, XSS, datetime.now(UTC))
        tx.execute(update(webhooks).values(url=f"http://127.0.0.1:1/{XSS}"))
    async with desk.client("operate", headers=PERSON) as client:
        await look(client)
        tried = await client.post(f"/webhooks/{hook.webhook_id}/test")
    assert find_foreign(parse(tried.text)) == []
