"""Whatever an article, a name, an address or a note holds, it stays words."""

from urllib.parse import quote

import pytest
from sqlalchemy import Engine

from schemas import EntitiesExtracted, EntityKind, Mention, Removed, derive_id
from services.store.articles import save_arrival
from services.store.claims import save_claims
from services.store.entities import save_entities
from services.store.ledger import record_entries
from services.store.texts import save_texts
from services.store.triage import Judgement, TriageState, save_judgement
from tests.desk.payloads import PAYLOADS
from tests.desk.reading import find_foreign, parse
from tests.desk.rows import find, make_claim, make_entity
from tests.integration.records import describe, make_arrival, make_cleaned, make_detected, make_entry

LOUD = {"Accept": "text/html"}


def save_payload(engine: Engine, number: int, payload: str):
    """An article that has it wherever words can stand, with spans that end in the midst of it."""
    text = f"Brandt said {payload} was true.\n\n{payload}"
    entity = make_entity(payload, EntityKind.PERSON, aliases=(payload + "x",), titles=(payload,))
    middle = len(payload) // 2 or 1
    whole = make_claim(text, payload + " was true", number, "said", entity)
    cut = make_claim(text, payload[middle:] + " was", number, payload[:middle], payload)
    known = {
        "title": payload,
        "source": payload,
        "url": f"javascript:{payload}" if number % 2 else f"https://a.example/{payload}",
        "authors": (payload,),
        "dateline": payload,
        "section": payload,
        "language": "en",
    }
    mention = Mention(
        mention_id=derive_id("mention", number),
        entity_id=entity.entity_id,
        span=find(text, payload),
        label="X",
    )
    cleaned = make_cleaned(number, "a", text, **known)
    removed = (Removed(reason="notice", exact=payload), Removed(reason="byline", exact=payload))
    with engine.begin() as tx:
        for minute, revision in enumerate((f"old{payload}", "a")):
            save_arrival(tx, make_arrival(number, revision, minute, **known))
        save_texts(tx, [cleaned.model_copy(update={"removed": removed})])
        save_texts(tx, [make_cleaned(number, f"old{payload}", f"Other. {text}", **known)])
        extracted = EntitiesExtracted(
            **describe(number, "a"), text=text, entities=(entity,), mentions=(mention,)
        )
        save_entities(tx, [extracted])
        save_claims(tx, [make_detected(whole, cut, article=number)])
        save_judgement(tx, Judgement(whole.claim_id, payload, TriageState.TO_CHECK, payload))
        record_entries(tx, [make_entry(number, reason=payload, worker=payload)])
    return (whole, derive_id("article", number)), entity


@pytest.mark.timeout(300)
async def test_no_payload_becomes_markup(desk, engine):
    """All on every list; on the pages of one thing each kind of payload, by turns."""
    assert len(PAYLOADS) >= 100
    saved = [save_payload(engine, number, payload) for number, payload in enumerate(PAYLOADS)]
    paths = ["/digest?date=2026-11-23", "/entities", "/articles"]
    for number, (whole, entity) in enumerate(saved):
        of_one = f"/articles/{whole[1]}", f"/claims/{whole[0].claim_id}", f"/entities/{entity.entity_id}"
        paths.append(of_one[number % 3])
    async with desk.client("submit", headers=LOUD) as client:
        for path in paths:
            await check(client, path)
        seen, path = 0, "/claims?limit=100"
        while path:
            page = await check(client, path)
            seen += len(list(page.iter("article")))
            path = next((one.get("href") for one in page.iter("a") if one.get("rel") == "next"), None)
    assert seen == 2 * len(PAYLOADS)


async def check(client, path, **params):
    answer = await client.get(path, params=params or None)
    assert answer.status_code < 500, (path, params)
    page = parse(answer.text)
    assert find_foreign(page) == [], (path, params)
    return page


@pytest.mark.timeout(300)
async def test_what_is_asked_for_stays_words(desk, engine):
    whole, _ = save_payload(engine, 0, PAYLOADS[0])
    async with desk.client("submit", headers=LOUD) as client:
        await check(client, f"/articles/{whole[1]}", compare=f"old{PAYLOADS[0]}")
        for number, payload in enumerate(PAYLOADS[1::2]):
            questions = (
                ("/articles", {"title": payload, "source": payload}),
                ("/entities", {"q": payload, "kind": payload}),
                ("/claims", {"q": payload, "speaker": payload, "source": payload}),
                ("/claims", {"order": payload}),
                ("/digest", {"date": payload}),
                ("/sign-in", {"next": payload, "token": payload}),
                (f"/{quote(payload, safe='')}", {}),
            )
            path, params = questions[number % len(questions)]
            await check(client, path, **params)


async def test_a_payload_is_still_to_be_read(desk, engine):
    """Escaped, not taken away."""
    payload = PAYLOADS[0]
    (whole, _), _ = save_payload(engine, 0, payload)
    async with desk.client("submit", headers=LOUD) as client:
        page = parse((await client.get(f"/claims/{whole.claim_id}")).text)
    assert payload in page.find(".//main").text_content()


def test_the_check_itself_finds_what_it_looks_for():
    """Each payload, put into a page as it is, is found; but for those that are harmless where they stand."""
    pages = (f'<html><body><p title="{one}">{one}</p><a href="{one}">x</a></body></html>' for one in PAYLOADS)
    assert sum(bool(find_foreign(parse(page))) for page in pages) > 0.75 * len(PAYLOADS)
