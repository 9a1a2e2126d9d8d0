"""Pages as anybody reads them, without a script."""

import pytest
from lxml import html

from schemas import EntitiesExtracted, EntityKind, derive_id
from services.store.articles import save_arrival
from services.store.entities import save_entities
from services.store.tables import texts
from services.store.texts import save_texts
from tests.desk.reading import find_faults, find_foreign, parse
from tests.desk.rows import TEXT, list_pages, make_entity, save_story
from tests.integration.records import describe, make_arrival, make_cleaned

PAGE = {"Accept": "text/html"}


async def read(client, path, **params) -> html.HtmlElement:
    answer = await client.get(path, params=params or None)
    assert answer.status_code == 200, (path, answer.text[-300:])
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return parse(answer.text)


def say(element) -> str:
    return " ".join(element.text_content().split())


async def test_every_page_is_sound(desk, engine):
    """Unique ids, labels, headings in order, nothing foreign; signed in or not."""
    story = save_story(engine)
    save_story(engine, 2, "b", title=None, source=None)
    for scope in (None, "submit"):
        async with desk.client(scope, headers=PAGE) as client:
            for path in list_pages(story):
                page = await read(client, path)
                assert find_faults(page) == [], path
                assert find_foreign(page) == [], path


async def test_an_empty_house_says_what_to_do(desk):
    async with desk.client(headers=PAGE) as client:
        for path in ("/claims", "/articles", "/entities"):
            assert "copydesk publish" in say(await read(client, path))
        assert "Nothing that nobody has judged" in say(await read(client, "/digest"))


async def test_the_entrance_is_what_is_open(desk):
    async with desk.client(headers=PAGE) as client:
        answer = await client.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/claims?triage=open")


async def test_the_inbox_shows_a_claim_in_its_context(desk, engine):
    story = save_story(engine)
    async with desk.client(headers=PAGE) as client:
        page = await read(client, "/claims")
    card = page.get_element_by_id(f"c-{story.outer.claim_id}")
    quoted = card.find(".//blockquote")
    assert say(quoted) == (
        "Mayor Ilse Brandt said the Harbour Board had told her that the bridge cost 41 million euros."
    )
    said = "".join(mark.text_content() for mark in quoted.findall(".//mark[@class='said']"))
    assert said == story.outer.text
    assert f"/entities/{story.brandt.entity_id}" in [link.get("href") for link in card.iter("a")]
    assert "figures" in say(card.find(".//ul[@class='reasons']"))
    assert card.find(".//form[@data-judge]") is not None
    assert card.find(".//button") is None, "nobody is signed in"


async def test_how_it_was_said_is_said_in_words(desk, engine):
    story = save_story(engine)
    async with desk.client(headers=PAGE) as client:
        page = await read(client, "/claims")
    said = {card.get("data-claim"): say(card.find(".//h2")) for card in page.iter("article")}
    assert "denied" in said[str(story.denied.claim_id)]
    assert "reported within another claim" in said[str(story.inner.claim_id)]
    assert any("hedged" in words and "asserted by the article" in words for words in said.values())


async def test_facets_and_chips_lead_on_and_back(desk, engine):
    story = save_story(engine)
    async with desk.client(headers=PAGE) as client:
        page = await read(client, "/claims")
        (link,) = [one for one in page.get_element_by_id("facets").iter("a") if one.text == "Ilse Brandt"][:1]
        narrowed = await read(client, link.get("href"))
        assert [card.get("data-claim") for card in narrowed.iter("article")] == [str(story.outer.claim_id)]
        chip = narrowed.find(".//ul[@class='chips']//a")
        assert "Ilse Brandt" in say(chip)
        everything = await read(client, chip.get("href"))
        assert len(list(everything.iter("article"))) == 4


async def test_words_that_were_searched_for_are_marked(desk, engine):
    save_story(engine)
    async with desk.client(headers=PAGE) as client:
        page = await read(client, "/claims", q="bridges")
    assert {mark.text for mark in page.iter("mark") if mark.get("class") == "hit"} == {"bridge"}


async def test_the_pages_of_a_list_have_every_claim_once(desk, engine):
    for article in range(1, 5):
        save_story(engine, article)
    async with desk.client(headers=PAGE) as client:
        path, seen = "/claims?limit=5", []
        while path:
            page = await read(client, path)
            seen += [card.get("data-claim") for card in page.iter("article")]
            path = next((one.get("href") for one in page.iter("a") if one.get("rel") == "next"), None)
    assert len(seen) == len(set(seen)) == 16


async def test_each_list_has_twins_of_exactly_its_claims(desk, engine):
    save_story(engine)
    async with desk.client(headers=PAGE) as client:
        page = await read(client, "/claims", speaker="brandt", min_score="0.5")
        twins = {one.text: one.get("href") for one in page.find(".//footer").iter("a")}
        answer = await client.get(twins["json"])
        assert [one["claim_id"] for one in answer.json()["items"]] == [
            card.get("data-claim") for card in page.iter("article")
        ]
        assert (await client.get(twins["csv"])).headers["content-type"].startswith("text/csv")


async def test_the_text_of_an_article_is_exactly_the_clean_text(desk, engine):
    story = save_story(engine)
    async with desk.client(headers=PAGE) as client:
        page = await read(client, f"/articles/{story.article_id}")
    (shown,) = page.xpath("//section[@class='text']")
    for removed in shown.xpath(".//del"):
        removed.drop_tree()
    assert "".join(one.text_content() for one in shown.iter("p")) == TEXT
    for claim in (story.outer, story.inner, story.denied):
        pieces = [
            one for one in shown.iter("span") if str(claim.claim_id) in one.get("data-claims", "").split()
        ]
        assert "".join(one.text for one in pieces) == claim.content[0].exact
        assert page.get_element_by_id(f"at-{claim.claim_id}") is not None
    cues = [one.text for one in shown.iter("span") if "is-cue" in one.get("class", "").split()]
    assert cues == ["said", "told", "denied"]


async def test_an_article_shows_its_way_through_the_stages(desk, engine):
    story = save_story(engine)
    async with desk.client(headers=PAGE) as client:
        page = await read(client, f"/articles/{story.article_id}")
    (table,) = page.xpath("//section[@aria-labelledby='stages-title']//table")
    shown = [(say(row.find("th")), say(row.find("td"))) for row in table.find("tbody")]
    assert shown == [(stage, "done") for stage in ("ingest", "clean", "entities", "claims")]


async def test_an_article_whose_metadata_lacks_fields_is_shown(desk, engine):
    """A text that an older worker stored knows less of itself."""
    story = save_story(engine)
    with engine.begin() as tx:
        tx.execute(texts.update().values(metadata={}))
    async with desk.client(headers=PAGE) as client:
        page = await read(client, f"/articles/{story.article_id}")
    assert page.xpath("//section[@aria-label='Clean text']/@lang") == ["en"]


async def test_revisions_are_compared(desk, engine):
    story = save_story(engine)
    changed = TEXT.replace("41 million", "43 million")
    with engine.begin() as tx:
        save_arrival(tx, make_arrival(1, "b", 5))
        save_texts(tx, [make_cleaned(1, "b", changed)])
    async with desk.client(headers=PAGE) as client:
        page = await read(client, f"/articles/{story.article_id}", compare="a")
        (compared,) = page.xpath("//div[contains(@class,'compared')]")
        assert [one.text for one in compared.iter("del")] == ["41"]
        assert [one.text for one in compared.iter("ins")] == ["43"]
        older = await read(client, f"/articles/{story.article_id}", revision="a")
        assert "older revision" in say(older.find(".//main"))


async def test_a_name_has_its_claims_over_time_as_a_plot_and_a_table(desk, engine):
    story = save_story(engine)
    async with desk.client(headers=PAGE) as client:
        page = await read(client, f"/entities/{story.brandt.entity_id}")
    assert "Mayor" in say(page.find(".//dl"))
    assert page.xpath("//a[@href='https://www.wikidata.org/wiki/Q4242']")
    plot = page.xpath("//svg[@class='plot']")[0]
    assert len(plot.findall("rect")) == 1
    assert plot.find("title").text == "Claims by Ilse Brandt, week by week"
    assert say(page.find(".//details//tbody")).endswith("1")
    assert "Harbour Board" in say(page.get_element_by_id("about").getparent())


async def test_names_are_found_despite_their_spelling(desk, engine):
    save_story(engine)
    async with desk.client(headers=PAGE) as client:
        page = await read(client, "/entities", q="ilse brant")
        twin = page.xpath("//footer//a[text()='json']/@href")[0]
        found = (await client.get(twin)).json()["items"]
    assert "Ilse Brandt" in say(page.find(".//tbody"))
    assert [one["name"] for one in found] == ["Ilse Brandt"]


@pytest.mark.parametrize("path", ["/entities", "/entities?q=harbour&kind=organization"])
async def test_all_names_are_there_page_by_page(desk, engine, path):
    names = {f"Harbour {number}" for number in range(120)}
    entities = tuple(make_entity(name, EntityKind.ORGANIZATION) for name in names)
    with engine.begin() as tx:
        save_arrival(tx, make_arrival(1))
        save_entities(tx, [EntitiesExtracted(**describe(1, "a"), text="", entities=entities, mentions=())])
    seen = []
    async with desk.client(headers=PAGE) as client:
        while path:
            page = html.fromstring((await client.get(path)).text)
            seen += page.xpath("//th[@scope='row']/a/text()")
            path = next(iter(page.xpath("//a[@rel='next']/@href")), None)
    assert (len(seen), set(seen)) == (120, names)


async def test_a_claim_in_full_names_what_it_lies_within(desk, engine):
    story = save_story(engine)
    async with desk.client(headers=PAGE) as client:
        inner = await read(client, f"/claims/{story.inner.claim_id}")
        outer = await read(client, f"/claims/{story.outer.claim_id}")
    assert f"/claims/{story.outer.claim_id}" in [one.get("href") for one in inner.find(".//main").iter("a")]
    assert f"/claims/{story.inner.claim_id}" in [one.get("href") for one in outer.find(".//main").iter("a")]
    assert "+1.50" in say(outer)


@pytest.mark.parametrize(
    "path",
    [
        "/claims/{}",
        "/articles/{}",
        "/entities/{}",
        "/articles/x",
        "/claims?order=x",
        "/claims?cursor=x",
        "/articles?cursor=x",
    ],
)
async def test_what_is_not_there_is_said_on_a_page(desk, path):
    async with desk.client(headers=PAGE) as client:
        answer = await client.get(path.format(derive_id("article", 99)))
    assert answer.status_code in (404, 422)
    assert find_faults(parse(answer.text)) == []


async def test_where_nobody_may_read_a_page_leads_to_signing_in(start_desk):
    desk = await start_desk(anonymous=False)
    async with desk.client(headers=PAGE) as client:
        answer = await client.get("/claims?q=a")
    assert answer.status_code == 401
    (link,) = parse(answer.text).xpath("//main//a")
    assert link.get("href") == "/sign-in?next=/claims%3Fq%3Da"
