"""Claims found by their words and by what narrows them, page by page."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, select, text

from schemas import ClaimKind, Modality, Polarity, QuoteType, Standalone, derive_id
from services.store import claim_gathering
from services.store.articles import save_arrival
from services.store.claims import (
    ClaimFilter,
    Order,
    count_claims,
    find_claims,
    read_claim,
    read_position,
    save_claims,
)
from services.store.entities import save_entities
from services.store.tables import claims
from services.store.texts import save_texts
from tests.integration.records import (
    NOON,
    make_arrival,
    make_claim,
    make_cleaned,
    make_detected,
    make_entity,
    make_extracted,
)
from tests.integration.telling import repeat

BRANDT, BOARD = make_entity("Ilse Brandt"), make_entity("Harbour Board", "the Board")
DAM = "repairs to the dam will cost 84 million"
ROSE = "goods rose by 4.2 percent"
TOLLS = "tolls will rise"
SAFE = "the bridge is safe"


@pytest.fixture
def desk(engine: Engine) -> Engine:
    """Two articles of two outlets, the second a week older."""
    with engine.begin() as tx:
        first = make_arrival(1, source="Harbour Post", published_at=NOON, title="Minister on the Tarn dam")
        second = make_arrival(2, source="Harbour Post Weekly", published_at=NOON - timedelta(days=7))
        for arrival in (first, second):
            save_arrival(tx, arrival)
        save_entities(tx, [make_extracted(BRANDT, BOARD), make_extracted(BOARD, article=2)])
        dam = make_claim(DAM, 0.9, claimant=BRANDT, about=(BOARD,))
        nested = make_claim(ROSE, 0.5, start=50, speaker="two officials").model_copy(
            update={"nested_in": dam.claim_id, "modality": Modality.HEDGED}
        )
        safe = make_claim(SAFE, 0.5, article=2, speaker="Brandt").model_copy(
            update={"polarity": Polarity.DENIED, "quote_type": QuoteType.DIRECT}
        )
        tolls = make_claim(TOLLS, 0.2, article=2, start=9).model_copy(
            update={"kind": ClaimKind.ASSERTED, "quote_type": None}
        )
        save_claims(tx, [make_detected(dam, nested), make_detected(safe, tolls, article=2)])
    return engine


def found(engine: Engine, **wanted: object) -> list[str]:
    with engine.connect() as tx:
        rows = [row.text for row in find_claims(tx, ClaimFilter(**wanted))]
        assert count_claims(tx, ClaimFilter(**wanted), up_to=None) == len(rows)
    return rows


# Words


@pytest.mark.parametrize(
    ("words", "texts"),
    [
        ("dam", [DAM, ROSE]),
        ("DAMS repair", [DAM]),
        ('"cost 84 million"', [DAM]),
        ('"84 cost"', []),
        ("dam -repairs", [ROSE]),
        ("bridge or tolls", [SAFE, TOLLS]),
        ("rising", [TOLLS]),
        ("4.2", [ROSE]),
        ("officials goods", [ROSE]),
        ("brandt", [DAM, SAFE]),
        ("tarn million", [DAM]),
        ("the", []),
        ("", []),
    ],
)
def test_words_are_found_in_the_claim_its_claimant_and_its_title(desk, words, texts):
    assert found(desk, words=words) == texts


@pytest.mark.parametrize(
    "words",
    [
        '"',
        "'",
        "\\",
        ":*",
        "a & | b",
        "!(",
        "<->",
        "-",
        '-"',
        "or or",
        "\0dam",
        "dam:*A",
        "🜚",
        "x" * 5_000,
        "()" * 900,
    ],
)
@pytest.mark.parametrize("order", Order)
def test_whatever_is_typed_is_no_error(desk, words, order):
    assert len(found(desk, words=words, order=order)) <= 4


def test_a_claim_is_found_by_the_sentence_that_it_makes_on_its_own(engine):
    claim = make_claim("it had taken bribes").model_copy(
        update={"standalone": Standalone(text="The council had taken bribes.")}
    )
    with engine.begin() as tx:
        save_arrival(tx, make_arrival())
        save_claims(tx, [make_detected(claim)])
    assert found(engine, words="council bribes") == found(engine, words='"it had taken"') == [claim.text]


def test_what_fits_best_comes_first(desk):
    both = found(desk, words="rise or tolls or dam", order=Order.RELEVANCE)
    assert both[0] == TOLLS
    assert found(desk, order=Order.RELEVANCE) == found(desk)


def test_a_claim_and_a_title_of_any_length_are_stored(engine):
    """Postgres refuses a row whose words take more than a megabyte."""
    long = " ".join(f"word{number}" for number in range(200_000))
    with engine.begin() as tx:
        save_arrival(tx, make_arrival(title=long))
        save_claims(tx, [make_detected(make_claim(long, speaker=long[:50_000]))])
    assert len(found(engine, words="word1")) == 1


# What narrows


@pytest.mark.parametrize(
    ("wanted", "texts"),
    [
        ({"speaker": "BRANDT"}, [DAM, SAFE]),
        ({"speaker_is": "Brandt"}, [SAFE]),
        ({"speaker_is": "brandt"}, []),
        ({"speaker_id": BRANDT.entity_id}, [DAM]),
        ({"entity_id": BOARD.entity_id}, [DAM]),
        ({"entity_id": BRANDT.entity_id}, [DAM]),
        ({"entity": "the board"}, [DAM]),
        ({"source": "harbour post"}, [DAM, ROSE, SAFE, TOLLS]),
        ({"source": "weekly"}, [SAFE, TOLLS]),
        ({"source_is": "Harbour Post"}, [DAM, ROSE]),
        ({"since": NOON}, [DAM, ROSE]),
        ({"until": NOON}, [SAFE, TOLLS]),
        ({"since": NOON, "until": NOON}, []),
        ({"kind": ClaimKind.ASSERTED}, [TOLLS]),
        ({"quote_type": QuoteType.DIRECT}, [SAFE]),
        ({"modality": Modality.HEDGED}, [ROSE]),
        ({"polarity": Polarity.DENIED}, [SAFE]),
        ({"min_score": 0.5, "max_score": 0.5}, [ROSE, SAFE]),
        ({"max_score": 0.0}, []),
        ({"nested": True}, [ROSE]),
        ({"nested": False}, [DAM, SAFE, TOLLS]),
        ({"article_ids": (derive_id("article", 2),)}, [SAFE, TOLLS]),
        ({"words": "dam", "nested": False, "source": "post", "min_score": 0.9}, [DAM]),
    ],
)
def test_each_condition_narrows(desk, wanted, texts):
    assert found(desk, **wanted) == texts


def test_no_more_are_counted_than_asked_for(desk):
    with desk.connect() as tx:
        assert [count_claims(tx, ClaimFilter(limit=1), up_to=most) for most in (1, 3, 4, 100)] == [1, 3, 4, 4]


def test_one_claim_is_read_as_the_list_has_it(desk):
    with desk.connect() as tx:
        first = find_claims(tx, ClaimFilter(limit=1))[0]
        assert read_claim(tx, first.claim_id) == first
        assert read_claim(tx, UUID(int=0)) is None


# Pages


@pytest.fixture
def many(engine: Engine) -> Engine:
    """Sixty claims of six articles, with scores, times and places that are equal in many of them.

    A third was said again, once or twice; a third never; the others have no wording.
    """
    with engine.begin() as tx:
        for article in range(6):
            save_arrival(tx, make_arrival(article, published_at=NOON + timedelta(days=article % 3)))
        for article in range(6):
            made = [
                make_claim(f"goods rose by {article} and {at}", at % 4 / 4, article, at // 3)
                for at in range(10)
            ]
            save_claims(tx, [make_detected(*made, article=article)])
            for at, one in enumerate(made):
                if at % 3:
                    repeat(tx, one.text, (at % 3 - 1) * (at % 2 + 1))
    return engine


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("words", [None, "goods", "goods or 3"])
@pytest.mark.parametrize("size", [7, 60])
@pytest.mark.parametrize("few", [-1, 20_000])
def test_pages_together_are_the_list(many, monkeypatch, order, words, size, few):
    """Whether claims are gathered first or gone through in their order."""
    monkeypatch.setattr(claim_gathering, "FEW", few)
    wanted = ClaimFilter(words=words, order=order)
    with many.connect() as tx:
        whole = [row.claim_id for row in find_claims(tx, wanted)]
        paged, page = [], find_claims(tx, replace(wanted, limit=size))
        while page:
            paged += [row.claim_id for row in page]
            page = find_claims(tx, replace(wanted, limit=size, after=read_position(page[-1])))
    assert len(whole) == 60
    assert paged == whole


def test_what_comes_in_between_moves_no_page(many):
    wanted = ClaimFilter(order=Order.NEWEST, limit=20)
    with many.begin() as tx:
        first = find_claims(tx, wanted)
        before = [row.claim_id for row in find_claims(tx, replace(wanted, after=read_position(first[-1])))]
        save_arrival(tx, make_arrival(9, published_at=NOON + timedelta(days=30)))
        save_claims(tx, [make_detected(make_claim("newer", 1.0, 9), article=9)])
        after = [row.claim_id for row in find_claims(tx, replace(wanted, after=read_position(first[-1])))]
    assert after == before


def test_the_newest_come_first_and_those_of_an_article_in_its_order(many):
    with many.connect() as tx:
        rows = find_claims(tx, ClaimFilter(order=Order.NEWEST))
    places = [(-row.said_at.timestamp(), row.article_id, row.position) for row in rows]
    assert places == sorted(places)


def test_the_most_repeated_come_first_and_of_those_the_most_check_worthy(many):
    with many.connect() as tx:
        rows = find_claims(tx, ClaimFilter(order=Order.REPETITION))
    assert {row.repetitions for row in rows} == {0, 1, 2}
    places = [
        (-row.repetitions, -row.check_worthiness, -row.said_at.timestamp(), row.article_id) for row in rows
    ]
    assert places == sorted(places)


# What claims hold of their articles


def test_what_is_found_out_of_an_article_later_is_known_of_its_claims(desk):
    with desk.begin() as tx:
        known = {"title": "Ferry fares", "source": "Coast Radio", "published_at": NOON - timedelta(days=400)}
        save_texts(tx, [make_cleaned(**known)])
    assert found(desk, words="fares", source="coast radio", until=NOON - timedelta(days=399)) == [DAM, ROSE]
    assert found(desk, words="tarn") == []


def test_a_revision_that_is_handed_in_again_brings_what_is_known_of_it_then(desk):
    with desk.begin() as tx:
        save_arrival(tx, make_arrival(1, title="Ferry fares"))
    assert found(desk, words="fares") == [DAM, ROSE]
    assert found(desk, source="harbour post") == [SAFE, TOLLS]


def test_claims_of_other_articles_and_what_has_not_changed_are_not_written(desk):
    """Each row written anew is a row to be swept."""
    version = select(claims.c.claim_id, text("xmin::text")).order_by(claims.c.claim_id)
    with desk.begin() as tx:
        before = tx.execute(version).all()
    with desk.begin() as tx:
        same = {"title": "Minister on the Tarn dam", "source": "Harbour Post", "published_at": NOON}
        save_texts(tx, [make_cleaned(**same)])
        assert tx.execute(version).all() == before
