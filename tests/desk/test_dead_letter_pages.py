"""Dead letters in the browser: found, read, mended, replayed, dropped; without a script."""

import json

import pytest
from lxml import html

from schemas import ArticleSubmitted, StageName, find_stage
from services.desk.pages.payloads import DUMPED, SHOWN, read_payload
from services.kit.wire import FIELD, NO_FIELD, encode
from services.store.dead_letters import DeadFilter, add_dead_letters, find_dead_letters
from tests.integration.records import make_letter

PERSON = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
INGEST = find_stage("ingest")
GOOD = encode(ArticleSubmitted(text="Mayor Ilse Brandt said the bridge cost 41 million euros."))
XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def bury(engine, *letters) -> list[int]:
    """Store the letters; their numbers, in order."""
    with engine.begin() as tx:
        add_dead_letters(tx, letters)
        return [row.dead_id for row in find_dead_letters(tx, DeadFilter(replayed=None))]


def waiting(engine) -> list[int]:
    with engine.connect() as tx:
        return [row.dead_id for row in find_dead_letters(tx, DeadFilter())]


async def read(client, path: str, status: int = 200):
    answer = await client.get(path)
    assert answer.status_code == status, answer.text[:500]
    return html.fromstring(answer.text)


def fields_of(form) -> dict[str, str]:
    """What a browser sends of a form."""
    named = {one.get("name"): one.get("value", "") for one in form.xpath(".//input[@name]")}
    areas = {one.get("name"): one.text_content() for one in form.xpath(".//textarea[@name]")}
    return {**named, **areas}


async def test_filters_narrow_the_list_and_stand_in_the_address(desk, engine):
    bury(engine, make_letter(1), make_letter(2, StageName.INGEST, reason="not JSON: x", source="Tide"))
    async with desk.client(headers=PERSON) as client:
        for query, number in (
            ("", 2),
            ("stage=ingest", 1),
            ("source=Tide", 1),
            ("reason=PDF", 1),
            ("stage=claims", 0),
        ):
            page = await read(client, f"/dead-letters?{query}")
            assert len(page.xpath("//table//a[starts-with(@href, '/dead-letters/')]")) == number
        page = await read(client, "/dead-letters?stage=ingest&reason=JSON")
        assert page.xpath("//select[@name='stage']/option[@selected]")[0].text == "ingest"
        assert page.xpath("//input[@name='reason']/@value") == ["JSON"]


async def test_a_group_leads_to_its_letters(desk, engine):
    letters = [make_letter(number) for number in (1, 2)]
    bury(engine, *letters, make_letter(3, reason="it is a % of_\\ & #1"))
    async with desk.client(headers=PERSON) as client:
        page = await read(client, "/dead-letters")
        groups = page.xpath("//section[@aria-labelledby='groups']//a/@href")
        assert len(groups) == 2
        numbers = [len((await read(client, path)).xpath("//th[@scope='row']")) for path in groups]
    assert numbers == [2, 1]


async def test_the_list_is_there_for_programs_with_the_same_filter(desk, engine):
    bury(engine, make_letter(1), make_letter(2, StageName.INGEST, reason="not JSON"))
    async with desk.client(headers=PERSON) as client:
        page = await read(client, "/dead-letters?stage=ingest&reason=JSON")
        links = page.xpath("//*[@class='forms']/a/@href")
        answers = [await client.get(link) for link in links]
    assert [link.partition("?")[0].rpartition(".")[2] for link in links] == ["json", "jsonl", "csv"]
    assert [one["reason"] for one in answers[0].json()["items"]] == ["not JSON"]
    assert [answer.text.count("not JSON") for answer in answers] == [1, 1, 1]


async def test_many_letters_are_paged_newest_first(desk, engine):
    numbers = bury(engine, *(make_letter(number) for number in range(1, 121)))
    seen, path = [], "/dead-letters"
    async with desk.client(headers=PERSON) as client:
        while path:
            page = await read(client, path)
            seen += [int(one) for one in page.xpath("//th[@scope='row']/a/text()")]
            path = next(iter(page.xpath("//a[@rel='next']/@href")), None)
    assert seen == numbers[::-1]


async def test_a_letter_is_replayed_as_it_is(desk, redis, engine):
    (number,) = bury(engine, make_letter(1, StageName.INGEST, payload=GOOD))
    async with desk.client("operate", headers=PERSON) as client:
        page = await read(client, f"/dead-letters/{number}")
        (form,) = page.xpath("//section[@aria-labelledby='replay']//form")
        answer = await client.post(form.get("action"), data=fields_of(form))
        assert answer.status_code == 303
        page = await read(client, answer.headers["location"])
        assert page.xpath("//*[@role='status']")
        assert not page.xpath("//form[contains(@action, '/replay')]")
        again = await client.post(form.get("action"))
    assert again.status_code == 409
    ((_, fields),) = await redis.xrange(INGEST.source)
    assert fields[FIELD] == GOOD


async def test_a_letter_is_mended_in_the_page_and_replayed(desk, redis, engine):
    broken = json.dumps({"txt": "Mayor Ilse Brandt said\nthat “it” cost €41 million."}).encode()
    (number,) = bury(engine, make_letter(1, StageName.INGEST, payload=broken))
    async with desk.client("operate", headers=PERSON) as client:
        page = await read(client, f"/dead-letters/{number}")
        (form,) = page.xpath("//section[@aria-labelledby='mend']//form")
        refused = await client.post(form.get("action"), data={**fields_of(form)})
        assert refused.status_code == 422
        alert = html.fromstring(refused.text).get_element_by_id("refused").text_content()
        assert "give exactly one of text, html, raw" in alert
        assert waiting(engine) == [number]
        mended = fields_of(form)["mended"].replace('"txt"', '"text"')
        answer = await client.post(form.get("action"), data={"mended": mended})
    assert answer.status_code == 303
    ((_, fields),) = await redis.xrange(INGEST.source)
    assert ArticleSubmitted.model_validate_json(fields[FIELD]).text.endswith("cost €41 million.")


async def test_what_was_mended_wrongly_is_still_in_the_form(desk, engine):
    (number,) = bury(engine, make_letter(1, StageName.INGEST))
    async with desk.client("operate", headers=PERSON) as client:
        answer = await client.post(f"/dead-letters/{number}/replay", data={"mended": f"not JSON {XSS}"})
    assert answer.status_code == 422
    page = html.fromstring(answer.text)
    assert page.get_element_by_id("mended").text_content().strip() == f"not JSON {XSS}"
    assert "<script>alert" not in answer.text


async def test_an_entry_without_our_field_can_only_be_mended(desk, engine):
    reason = f"{NO_FIELD}; it has: text"
    (number,) = bury(engine, make_letter(1, StageName.INGEST, reason=reason, payload=b"text\thello"))
    async with desk.client("operate", headers=PERSON) as client:
        page = await read(client, f"/dead-letters/{number}")
        assert not page.xpath("//section[@aria-labelledby='replay']//form")
        assert (await client.post(f"/dead-letters/{number}/replay")).status_code == 422
        good = await client.post(f"/dead-letters/{number}/replay", data={"mended": GOOD.decode()})
    assert good.status_code == 303


async def test_dropping_is_asked_about_first(desk, engine):
    number, other = bury(engine, make_letter(1), make_letter(2))
    async with desk.client("operate", headers=PERSON) as client:
        page = await read(client, f"/dead-letters/{number}")
        (path,) = page.xpath("//a[contains(@href, '/drop')]/@href")
        page = await read(client, path)
        assert waiting(engine) == [number, other]
        (form,) = page.xpath("//main//form")
        answer = await client.post(form.get("action"), data=fields_of(form))
        assert answer.status_code == 303
        assert waiting(engine) == [other]
        await read(client, f"/dead-letters/{number}", status=404)
        assert (await client.post(f"/dead-letters/{number}/drop")).status_code == 404


async def test_a_group_is_replayed_or_dropped_and_never_all_by_mistake(desk, redis, engine):
    numbers = bury(
        engine, make_letter(1), make_letter(2), make_letter(3, StageName.INGEST, reason="not JSON")
    )
    async with desk.client("operate", headers=PERSON) as client:
        for path in ("/dead-letters/replay", "/dead-letters/drop"):
            assert (await client.post(path)).status_code == 422
        assert waiting(engine) == numbers
        page = await read(client, "/dead-letters?reason=PDF")
        (form,) = page.xpath("//form[@action='/dead-letters/replay']")
        assert (await client.post(form.get("action"), data=fields_of(form))).status_code == 303
        assert waiting(engine) == numbers[2:]
        (path,) = (await read(client, "/dead-letters?stage=ingest")).xpath(
            "//a[contains(@href, '/drop')]/@href"
        )
        (form,) = (await read(client, path)).xpath("//main//form")
        await client.post(form.get("action"), data=fields_of(form))
    assert waiting(engine) == []
    assert await redis.xlen(find_stage("clean").source) == 2


CHANGES = ("/dead-letters/{}/replay", "/dead-letters/{}/drop", "/dead-letters/replay", "/dead-letters/drop")


@pytest.mark.parametrize("path", CHANGES)
@pytest.mark.parametrize(("scope", "status"), [(None, 401), ("read", 403), ("submit", 403)])
async def test_only_an_operator_changes_anything(desk, engine, path, scope, status):
    (number,) = bury(engine, make_letter(1))
    async with desk.client(scope, headers=PERSON) as client:
        answer = await client.post(path.format(number), data={"stage": "clean"})
        assert answer.status_code == status
        page = await read(client, f"/dead-letters/{number}")
        assert not page.xpath("//main//form[@method='post']")
    assert waiting(engine) == [number]


@pytest.mark.parametrize("path", CHANGES)
async def test_another_sites_page_changes_nothing(desk, engine, path):
    (number,) = bury(engine, make_letter(1))
    for told in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://attacker.example"}):
        async with desk.client("operate", headers=told) as client:
            answer = await client.post(path.format(number), data={"stage": "clean"})
            assert answer.status_code == 403
    assert waiting(engine) == [number]


@pytest.mark.parametrize("number", ["0", "-1", str(2**63), "17", "1e3", "x"])
async def test_a_number_that_is_none_is_told(desk, number):
    async with desk.client("operate", headers=PERSON) as client:
        for path in (
            f"/dead-letters/{number}",
            f"/dead-letters/{number}/payload",
            f"/dead-letters/{number}/drop",
        ):
            assert (await client.get(path)).status_code in (404, 422)


async def test_nothing_of_a_letter_becomes_markup(desk, engine):
    letter = make_letter(1, reason=XSS, source=XSS, exception=XSS, worker=XSS, payload=f'"{XSS}'.encode())
    (number,) = bury(engine, letter)
    async with desk.client("operate", headers=PERSON) as client:
        for path in ("/dead-letters", f"/dead-letters/{number}", f"/dead-letters?source={XSS}&reason={XSS}"):
            text = (await client.get(path)).text
            assert "<script>alert" not in text
            assert "<img" not in text
        kept = await client.get(f"/dead-letters/{number}/payload")
    assert kept.content == letter.payload
    assert kept.headers["content-type"] == "application/octet-stream"
    assert kept.headers["content-disposition"].startswith("attachment")


# Payloads


def test_json_is_broken_into_lines_and_means_the_same():
    payload = read_payload(b'{"a":[1,2],"b":"\\u00e9"}')
    assert payload.kind == "json"
    assert payload.text.splitlines()[0] == "{"
    assert json.loads(payload.editable) == {"a": [1, 2], "b": "é"}


def test_what_is_no_json_is_text_and_what_is_no_text_is_bytes():
    assert read_payload(b"plain words").kind == "text"
    dumped = read_payload(b"%PDF-1.4\xff\x00")
    assert dumped.kind == "bytes"
    assert dumped.text.startswith("00000000  25 50 44 46")
    assert dumped.text.endswith("%PDF-1.4..")


@pytest.mark.parametrize("payload", [b"x" * (SHOWN + 1), b"\xff" * (DUMPED + 1), b'"' + b"y" * SHOWN + b'"'])
def test_of_a_long_payload_the_beginning_is_shown(payload):
    shown = read_payload(payload)
    assert shown.cut
    assert shown.bytes == len(payload)


@pytest.mark.parametrize("payload", [b"[" * 100_000, b'"\\ud800"', b"", b"\x00"])
def test_odd_payloads_are_shown_too(payload):
    read_payload(payload).text.encode()
