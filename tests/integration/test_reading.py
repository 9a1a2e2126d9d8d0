"""Articles and entities as their pages show them."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine

from schemas import Outcome, RemovalReason, Removed, StageName, derive_id
from services.store.article_reading import (
    ArticleFilter,
    ArticlePosition,
    list_articles,
    read_article,
    read_mentions,
    read_text,
)
from services.store.articles import save_arrival
from services.store.claims import save_claims
from services.store.entities import save_entities
from services.store.entity_reading import (
    Step,
    count_over_time,
    list_speakers_about,
    list_spoken_of,
    read_entity,
)
from services.store.ledger import record_entries
from services.store.texts import save_texts
from tests.integration.records import (
    NOON,
    make_arrival,
    make_claim,
    make_cleaned,
    make_detected,
    make_entity,
    make_entry,
    make_extracted,
)

BRANDT = make_entity("Ilse Brandt", "the mayor")
BOARD, PORT = make_entity("Harbour Board", "HB"), make_entity("Port of Lindmoor")
FIRST, SECOND, THIRD = (derive_id("article", number) for number in (1, 2, 3))


@pytest.fixture
def desk(engine: Engine) -> Engine:
    """Three articles, each first seen after the one before; the first in two revisions."""
    arrivals = [
        make_arrival(1, "a", 0, source="Harbour Post", title="Bridge opens", published_at=NOON),
        make_arrival(1, "b", 5, source="Harbour Post", title="Bridge opened", published_at=NOON),
        make_arrival(2, source="Coast Radio", title="Ferry fares", published_at=NOON + timedelta(days=1)),
        make_arrival(
            3, source="Harbour Post Weekly", title="100% tolls", published_at=NOON + timedelta(days=9)
        ),
    ]
    for arrival in arrivals:
        with engine.begin() as tx:
            save_arrival(tx, arrival)
    with engine.begin() as tx:
        save_texts(
            tx, [make_cleaned(1, "b", title="Bridge opened", source="Harbour Post", published_at=NOON)]
        )
        save_entities(
            tx, [make_extracted(BRANDT, BOARD, revision="b"), make_extracted(BRANDT, PORT, article=2)]
        )
        made = [
            make_claim(f"it cost {at}", 0.5, 1, at, claimant=BRANDT, about=(BOARD, BRANDT)) for at in range(2)
        ]
        save_claims(tx, [make_detected(*made, revision="b")])
        made = [make_claim("fares rose", article=2, claimant=BRANDT, about=(PORT,))]
        save_claims(tx, [make_detected(*made, article=2)])
        save_claims(
            tx, [make_detected(make_claim("no", article=3, claimant=BOARD, about=(BRANDT,)), article=3)]
        )
        record_entries(tx, [make_entry(1, "a"), make_entry(1, "b", StageName.CLEAN, Outcome.DONE, 7)])
    return engine


def listed(engine: Engine, **wanted: object) -> list[str]:
    with engine.connect() as tx:
        return [row.title for row in list_articles(tx, ArticleFilter(**wanted))]


# Articles


def test_articles_are_listed_with_their_claims_the_last_seen_first(desk):
    with desk.connect() as tx:
        rows = list_articles(tx, ArticleFilter())
    assert [(row.title, row.claims) for row in rows] == [
        ("100% tolls", 1),
        ("Ferry fares", 1),
        ("Bridge opened", 2),
    ]


@pytest.mark.parametrize(
    ("wanted", "titles"),
    [
        ({"source": "harbour"}, ["100% tolls", "Bridge opened"]),
        ({"source_is": "Harbour Post"}, ["Bridge opened"]),
        ({"title": "FERRY"}, ["Ferry fares"]),
        ({"title": "0%"}, ["100% tolls"]),
        ({"title": "%f"}, []),
        ({"entity_id": BRANDT.entity_id}, ["Ferry fares", "Bridge opened"]),
        ({"entity_id": PORT.entity_id, "source": "post"}, []),
        ({"limit": 2}, ["100% tolls", "Ferry fares"]),
        ({"limit": 0}, []),
    ],
)
def test_each_condition_narrows(desk, wanted, titles):
    assert listed(desk, **wanted) == titles


def test_since_and_until_part_the_list(desk):
    with desk.connect() as tx:
        middle = list_articles(tx, ArticleFilter())[1].first_seen_at
    assert listed(desk, since=middle) == ["100% tolls", "Ferry fares"]
    assert listed(desk, until=middle) == ["Bridge opened"]


@pytest.mark.parametrize("size", [1, 2, 3])
def test_pages_together_are_the_list(desk, size):
    with desk.connect() as tx:
        paged, page = [], list_articles(tx, ArticleFilter(limit=size))
        while page:
            paged += [row.title for row in page]
            after = ArticlePosition(page[-1].first_seen_at, page[-1].article_id)
            page = list_articles(tx, ArticleFilter(limit=size, after=after))
    assert paged == listed(desk)


def test_articles_seen_at_one_moment_are_paged_by_their_ids(engine):
    with engine.begin() as tx:
        for number in range(5):
            save_arrival(tx, make_arrival(number))
        rows = list_articles(tx, ArticleFilter())
        after = ArticlePosition(rows[1].first_seen_at, rows[1].article_id)
        rest = list_articles(tx, ArticleFilter(after=after))
    assert rest == rows[2:]


def test_an_article_is_read_with_its_revisions_and_its_stages(desk):
    with desk.connect() as tx:
        record = read_article(tx, FIRST)
    assert (record.article.title, record.article.revision, record.article.claims) == ("Bridge opened", "b", 2)
    assert [(one.revision, one.bytes, one.has_text) for one in record.revisions] == [
        ("b", len(b"bytes of b"), True),
        ("a", len(b"bytes of a"), False),
    ]
    assert [(one.stage, one.revision) for one in record.stages] == [("ingest", "a"), ("clean", "b")]


def test_what_is_not_there_is_nothing(desk):
    nobody = UUID(int=7)
    with desk.connect() as tx:
        assert read_article(tx, nobody) is None
        assert read_text(tx, nobody) is None
        assert read_mentions(tx, nobody) == []
        assert read_entity(tx, nobody) is None
        assert count_over_time(tx, nobody) == list_spoken_of(tx, nobody) == []


def test_the_text_is_that_of_the_revision_that_counts_or_of_the_one_asked_for(desk):
    removed = Removed(exact="Share this", reason=RemovalReason.SHARE_BAR)
    older = make_cleaned(1, "a", "what it said before").model_copy(update={"removed": (removed,)})
    with desk.begin() as tx:
        save_texts(tx, [older])
        assert read_text(tx, FIRST).text.startswith("Mayor")
        assert read_text(tx, FIRST, "a").text == "what it said before"
        assert read_text(tx, FIRST, "a").removed[0]["reason"] == "share_bar"
        assert read_text(tx, FIRST, "c") is None
        assert read_text(tx, SECOND) is None


def test_mentions_come_in_their_order_with_what_they_name(desk):
    with desk.connect() as tx:
        rows = read_mentions(tx, FIRST)
    assert [(row.start, row.exact, row.name, row.kind) for row in rows] == [
        (0, "Ilse Brandt", "Ilse Brandt", "organization"),
        (10, "Harbour Board", "Harbour Board", "organization"),
    ]


# Entities


def test_an_entity_is_read_over_all_articles(desk):
    with desk.connect() as tx:
        record = read_entity(tx, BRANDT.entity_id)
    assert (record.name, record.kinds, record.wikidata) == ("Ilse Brandt", ("organization",), None)
    assert record.names == (("Ilse Brandt", 2), ("the mayor", 2))
    assert (record.articles, record.mentions, record.claims, record.spoken_of) == (2, 2, 3, 3)


@pytest.mark.parametrize(
    ("step", "counts"),
    [
        (Step.DAY, [(date(2026, 11, 23), 2), (date(2026, 11, 24), 1)]),
        (Step.WEEK, [(date(2026, 11, 23), 3)]),
        (Step.MONTH, [(date(2026, 11, 1), 3)]),
    ],
)
def test_claims_are_counted_over_time(desk, step, counts):
    with desk.connect() as tx:
        assert count_over_time(tx, BRANDT.entity_id, step) == counts


def test_a_stretch_of_time_can_be_picked(desk):
    later = NOON + timedelta(hours=1)
    with desk.connect() as tx:
        assert count_over_time(tx, BRANDT.entity_id, Step.DAY, since=later) == [(date(2026, 11, 24), 1)]
        assert count_over_time(tx, BRANDT.entity_id, Step.DAY, until=later) == [(date(2026, 11, 23), 2)]


def test_whom_an_entity_speaks_about_and_who_speaks_about_it(desk):
    with desk.connect() as tx:
        spoken = [(one.name, one.claims) for one in list_spoken_of(tx, BRANDT.entity_id)]
        assert spoken == [("Harbour Board", 2), ("Port of Lindmoor", 1)]
        assert len(list_spoken_of(tx, BRANDT.entity_id, limit=1)) == 1
        about = [(one.name, one.claims) for one in list_speakers_about(tx, BRANDT.entity_id)]
        assert about == [("Harbour Board", 1)]
