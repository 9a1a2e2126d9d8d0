"""By what claims could be narrowed further, and where in a text the words stand."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from services.store import claim_facets
from services.store.articles import save_arrival
from services.store.claim_facets import Facet, read_facets
from services.store.claims import ClaimFilter, count_claims, save_claims
from services.store.entities import save_entities
from services.store.highlights import highlight
from tests.integration.records import (
    NOON,
    make_arrival,
    make_claim,
    make_detected,
    make_entity,
    make_extracted,
)

BRANDT, BOARD = make_entity("Ilse Brandt"), make_entity("Harbour Board", "the Board")


@pytest.fixture
def desk(engine: Engine) -> Engine:
    """Three claims of Harbour Post, one of Coast Radio a month before, at midnight by the clock of UTC."""
    month_before = datetime(2026, 10, 31, 23, 59, tzinfo=UTC)
    with engine.begin() as tx:
        save_arrival(tx, make_arrival(1, source="Harbour Post", published_at=NOON))
        save_arrival(tx, make_arrival(2, source="Coast Radio", published_at=month_before))
        save_entities(tx, [make_extracted(BRANDT, BOARD), make_extracted(BRANDT, article=2)])
        first = make_detected(
            make_claim("the bridge is safe", 0.95, claimant=BRANDT, about=(BOARD, BRANDT)),
            make_claim("the bridge is new", 1.0, start=5, claimant=BRANDT, about=(BOARD,)),
            make_claim("the tolls rose", 0.0, start=9, speaker="officials"),
        )
        second = make_detected(make_claim("the bridge shook", 0.3, article=2), article=2)
        save_claims(tx, [first, second])
    return engine


def read(engine: Engine, facet: Facet, **wanted: object) -> list[tuple[str, int]]:
    with engine.connect() as tx:
        counts = read_facets(tx, ClaimFilter(**wanted))[facet]
    assert counts.complete
    return [(value.label, value.count) for value in counts.values]


@pytest.mark.parametrize(
    ("facet", "values"),
    [
        (Facet.SPEAKER, [("Ilse Brandt", 2), ("officials", 1)]),
        (Facet.ENTITY, [("Harbour Board", 2), ("Ilse Brandt", 2)]),
        (Facet.SOURCE, [("Harbour Post", 3), ("Coast Radio", 1)]),
        (Facet.MONTH, [("2026-11", 3), ("2026-10", 1)]),
        (Facet.DAY, [("2026-11-23", 3), ("2026-10-31", 1)]),
        (Facet.KIND, [("attributed", 4)]),
        (Facet.QUOTE_TYPE, [("indirect", 4)]),
        (Facet.MODALITY, [("stated", 4)]),
        (Facet.POLARITY, [("affirmed", 4)]),
        (Facet.SCORE, [("0.9", 2), ("0.3", 1), ("0.0", 1)]),
    ],
)
def test_values_come_with_their_counts(desk, facet, values):
    found = read(desk, facet)
    assert sorted(found) == sorted(values)
    assert [count for _, count in found] == [count for _, count in values]


def test_a_facet_leaves_its_own_filter_out_and_no_other(desk):
    assert read(desk, Facet.SOURCE, source="coast", words="bridge") == [
        ("Harbour Post", 2),
        ("Coast Radio", 1),
    ]
    assert read(desk, Facet.KIND, source="coast", words="bridge") == [("attributed", 1)]
    assert read(desk, Facet.SPEAKER, speaker_id=BRANDT.entity_id, max_score=0.5) == [("officials", 1)]
    assert read(desk, Facet.SCORE, min_score=0.9) == [("0.9", 2), ("0.3", 1), ("0.0", 1)]
    assert read(desk, Facet.MONTH, since=NOON) == [("2026-11", 3), ("2026-10", 1)]
    assert read(desk, Facet.SOURCE, since=NOON) == [("Harbour Post", 3)]


def test_a_value_narrows_to_as_many_as_it_counts(desk):
    narrowed = {
        Facet.SPEAKER: lambda one: (
            {"speaker_id": one.entity_id} if one.entity_id else {"speaker_is": one.value}
        ),
        Facet.ENTITY: lambda one: {"entity_id": one.entity_id},
        Facet.SOURCE: lambda one: {"source_is": one.value},
        Facet.KIND: lambda one: {"kind": one.value},
    }
    with desk.connect() as tx:
        for facet, narrow in narrowed.items():
            for value in read_facets(tx, ClaimFilter(), [facet])[facet].values:
                assert count_claims(tx, ClaimFilter(**narrow(value))) == value.count, (facet, value)


def test_only_the_facets_and_the_values_asked_for_are_counted(desk):
    with desk.connect() as tx:
        facets = read_facets(tx, ClaimFilter(), [Facet.SOURCE, Facet.MONTH], limit=1)
    assert {facet: [value.value for value in counts.values] for facet, counts in facets.items()} == {
        Facet.SOURCE: ["Harbour Post"],
        Facet.MONTH: ["2026-11"],
    }


def test_no_more_claims_are_counted_than_the_bound_and_that_is_said(desk, monkeypatch):
    monkeypatch.setattr(claim_facets, "COUNTED", 2)
    with desk.connect() as tx:
        counts = read_facets(tx, ClaimFilter())[Facet.KIND]
    assert not counts.complete
    assert [value.count for value in counts.values] == [2]


def test_a_page_and_its_limit_do_not_narrow_the_facets(desk):
    assert read(desk, Facet.KIND, limit=1) == [("attributed", 4)]


# Where the words stand


def mark(engine: Engine, words: str, *texts: str) -> list[list[str]]:
    with engine.connect() as tx:
        found = highlight(tx, words, texts)
    return [[text[one.start : one.end] for one in marked] for text, marked in zip(texts, found, strict=True)]


@pytest.mark.parametrize(
    ("words", "marked"),
    [
        ("repair", ["Repairs"]),
        ("costs million", ["cost", "million"]),
        ('"84 million"', ["84 million"]),
        ("dam -million", ["dam"]),
        ('dam -"84 million"', ["dam"]),
        ("dam or million", ["dam", "million"]),
        ("4.2", ["4.2"]),
        ("the", []),
        ("", []),
        ('"', []),
        ("zo\u00eb", ["Zoë"]),
    ],
)
def test_words_are_marked_in_whatever_form_they_stand(engine, words, marked):
    text = "Repairs to the dam cost 84 million, 4.2 percent more, Zoë said."
    assert mark(engine, words, text) == [marked]


def test_each_text_of_a_page_has_its_own_marks(engine):
    assert mark(engine, "dam", "no", "the dams", "", "dam dam") == [[], ["dams"], [], ["dam dam"]]


@pytest.mark.parametrize(
    "text", ["<b>dam</b>", "a\ue000dam\ue001", "dam\0", "𝔛 dam", "<script>dam</script>", "x" * 9_000 + " dam"]
)
def test_marks_are_offsets_into_the_text_as_it_is(engine, text):
    """So nothing of the text or of the search can become markup."""
    assert mark(engine, "dam <b>", text) in ([["dam"]], [["b", "dam", "b"]])


def test_claims_of_a_day_are_those_of_its_day_in_utc(engine):
    with engine.begin() as tx:
        save_arrival(tx, make_arrival(1, published_at=NOON.replace(hour=23) + timedelta(minutes=59)))
        save_claims(tx, [make_detected(make_claim("late"))])
        tx.exec_driver_sql("set local timezone = 'Asia/Tokyo'")
        (value,) = read_facets(tx, ClaimFilter(), [Facet.DAY])[Facet.DAY].values
    assert value.value == "2026-11-23"
