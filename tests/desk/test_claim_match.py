"""Whether a claim is wanted is told without the store, as the search tells it."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest

from schemas import ClaimKind, Entity, EntityKind, Modality, Polarity, QuoteType, Standalone, derive_id
from services.desk.claim_match import _CHECKS, build_match, split_words
from services.desk.claim_query import parse_claim_query
from services.desk.sightings import read_message, read_rows
from services.store.claims import ClaimFilter, find_claims
from services.store.entities import save_entities
from services.store.sightings import find_entities, find_sightings
from tests.desk.detected import store
from tests.integration.records import NOON, make_claim, make_claimant, make_detected, make_extracted

BRANDT = Entity(
    entity_id=derive_id("entity", "Ilse Brandt"),
    name="Ilse Brandt",
    kind=EntityKind.PERSON,
    aliases=("Mayor Brandt",),
)
BOARD = Entity(entity_id=derive_id("entity", "board"), name="Harbour Board", kind=EntityKind.ORGANIZATION)
CLAIM = make_claim(
    "the wind-farm costs 41 million Euros", 0.7, claimant=BRANDT, speaker="Ilse Brandt", about=(BOARD,)
).model_copy(update={"standalone": Standalone(text="The wind-farm costs 41 million Euros.")})
(SEEN,) = read_message(make_detected(CLAIM).model_copy(update={"entities": (BRANDT, BOARD)}))
SEEN = replace(
    SEEN,
    article=replace(SEEN.article, title="Vote on Café tax", source="Harbour Post", published_at=NOON),
)


def wanted(**filters: object) -> bool:
    return build_match(ClaimFilter(**filters))(SEEN)


@pytest.mark.parametrize(
    ("words", "fits"),
    [
        ("wind", True),
        ("WIND farm", True),
        ("wind-farm", True),
        ("farm-wind", False),
        ('"farm costs"', True),
        ('"costs farm"', False),
        ('"unclosed costs', False),
        ('"farm costs', True),
        ("cost", False),
        ("brandt", True),
        ("cafe", True),
        ("Café", True),
        ("wind -solar", True),
        ("wind -farm", False),
        ('wind -"41 million"', False),
        ("solar or wind", True),
        ("solar OR tidal", False),
        ("solar wind or euros", True),
        ("or wind", True),
        ("-solar", True),
        ("41", True),
        ("4", False),
        ("…", False),
        ("-", False),
    ],
)
def test_words_are_found_as_whole_words(words, fits):
    assert wanted(words=words) is fits


@pytest.mark.parametrize(
    ("name", "fitting", "other"),
    [
        ("speaker", "BRÄNDT", "holm"),
        ("speaker_is", "Ilse Brandt", "Brandt"),
        ("speaker_id", BRANDT.entity_id, BOARD.entity_id),
        ("entity", "harbour b", "ferry"),
        ("entity", "mayor", "minister"),
        ("entity_id", BOARD.entity_id, derive_id("x")),
        ("about_id", BOARD.entity_id, BRANDT.entity_id),
        ("source", "harbour", "herald"),
        ("source_is", "Harbour Post", "harbour post"),
        ("since", NOON, NOON + timedelta(seconds=1)),
        ("until", NOON + timedelta(seconds=1), NOON),
        ("kind", ClaimKind.ATTRIBUTED, ClaimKind.ASSERTED),
        ("quote_type", QuoteType.INDIRECT, QuoteType.DIRECT),
        ("modality", Modality.STATED, Modality.HEDGED),
        ("polarity", Polarity.AFFIRMED, Polarity.DENIED),
        ("min_score", 0.7, 0.71),
        ("max_score", 0.7, 0.69),
        ("nested", False, True),
        ("article_ids", (derive_id("article", 1),), (derive_id("article", 2),)),
    ],
)
def test_each_parameter_narrows(name, fitting, other):
    assert wanted(**{name: fitting})
    assert not wanted(**{name: other})
    assert wanted(min_score=0.5, **{name: fitting}) if name != "min_score" else True


def test_every_field_of_a_claim_can_be_matched():
    """A field that is added to the filter must be added here as well."""
    of_a_list = {"order", "after", "limit"}
    assert {one.name for one in fields(ClaimFilter)} - of_a_list == set(_CHECKS)


def test_without_a_filter_all_are_wanted():
    assert wanted()
    assert build_match(parse_claim_query({"q": "", "order": "newest", "limit": "3"}).filter)(SEEN)


def test_an_article_without_a_date_counts_from_when_it_was_handed_in():
    undated = replace(SEEN, article=replace(SEEN.article, published_at=None, submitted_at=NOON))
    assert build_match(ClaimFilter(since=NOON))(undated)
    assert not build_match(ClaimFilter(until=NOON))(undated)


def test_who_claims_nothing_is_no_speaker():
    nobody = replace(SEEN, claim=CLAIM.model_copy(update={"claimant": None, "about": ()}))
    for name, value in (("speaker", "a"), ("speaker_id", BRANDT.entity_id), ("entity", "brandt")):
        assert not build_match(ClaimFilter(**{name: value}))(nobody)


def test_words_are_split_without_case_and_accents():
    assert split_words("L’été — 3,5 %_x") == ["l", "ete", "3", "5", "x"]


@pytest.mark.parametrize(
    "filters",
    [
        {"words": "fees"},
        {"words": "rain or fees"},
        {"words": "-fees"},
        {"speaker": "brandt"},
        {"entity": "board"},
        {"entity_id": BOARD.entity_id},
        {"about_id": BOARD.entity_id},
        {"source": "harbour"},
        {"source": "herald"},
        {"since": NOON},
        {"until": NOON},
        {"min_score": 0.5},
        {"max_score": 0.5},
        {"kind": ClaimKind.ATTRIBUTED},
        {"quote_type": QuoteType.DIRECT},
    ],
    ids=str,
)
def test_it_says_what_the_search_says(engine, filters):
    """Over the same rows."""
    board = make_claimant("Harbour Board", BOARD.entity_id)
    claims = [
        make_claim("Fees rise.", 0.9, speaker="Ilse Brandt"),
        make_claim("Rain falls.", 0.4, start=20, about=(BOARD,)),
        make_claim("Boats sail.", 0.5, start=40).model_copy(update={"claimant": board}),
    ]
    store(engine, make_detected(*claims))
    with engine.begin() as tx:
        save_entities(tx, [make_extracted(BOARD)])
        rows = find_sightings(tx, [claim.claim_id for claim in claims])
        sightings = read_rows(rows, find_entities(tx, {row.article_id for row in rows}))
        searched = {row.claim_id for row in find_claims(tx, ClaimFilter(**filters))}
    matches = build_match(ClaimFilter(**filters))
    assert {one.claim.claim_id for one in sightings if matches(one)} == searched
