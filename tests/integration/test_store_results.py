"""Texts, entities and claims: stored by their article, written again without harm, read by what is asked."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import Engine, select

from schemas import Polarity, Standalone, StandaloneEdit, derive_id
from services.cli.claims import put
from services.store.articles import save_arrival
from services.store.claims import ClaimFilter, count_claims, find_claims, save_claims
from services.store.entities import save_entities
from services.store.tables import articles, claims, entities, mentions, texts
from services.store.texts import save_texts
from tests.integration.records import (
    NOON,
    make_arrival,
    make_claim,
    make_cleaned,
    make_detected,
    make_entity,
    make_extracted,
    make_mention,
)

BOARD = make_entity("Harbour Board", "the Board", "HB")
BRANDT = make_entity("Ilse Brandt", "Brandt")


def read(engine: Engine, table) -> list:
    with engine.connect() as connection:
        return list(connection.execute(select(table).order_by(*table.primary_key)))


def save(engine: Engine, store, *messages) -> None:
    with engine.begin() as tx:
        store(tx, messages)


@pytest.fixture(autouse=True)
def _article(engine: Engine) -> None:
    """Results belong to an article that was ingested."""
    with engine.begin() as tx:
        save_arrival(tx, make_arrival(source="Harbour Post", published_at=NOON))


# Names


@pytest.mark.parametrize("letters", ["abcdefghij", "åäöéèüñçßø", "東京都港区芝公園四丁", "𐀀𐀁𐀂𐀃𐀄𐀅𐀆𐀇𐀈𐀉"])
def test_a_name_of_any_length_is_stored(engine, letters):
    """An index holds no more than some 2,700 bytes a row; one hostile name must not cost an article."""
    chance = Random(6)
    name = "".join(chance.choice(letters) for _ in range(20_000))
    long = make_entity(name, name[::-1])
    save(engine, save_entities, make_extracted(long))
    save(engine, save_claims, make_detected(make_claim("Fees rise.", claimant=long)))
    assert read(engine, entities)[0].name == name[:500]
    assert read(engine, claims)[0].claimant == name


# Texts


def test_a_text_is_stored_with_its_metadata(engine):
    save(engine, save_texts, make_cleaned(title="Bridge opens", authors=("Ann Lee",)))
    (row,) = read(engine, texts)
    assert row.text.startswith("Mayor Ilse Brandt said")
    assert row.metadata["authors"] == ["Ann Lee"]


def test_what_cleaning_found_out_is_known_of_the_article(engine):
    save(engine, save_texts, make_cleaned(title="Bridge opens", published_at=NOON, source="Harbour Post"))
    (row,) = read(engine, articles)
    assert (row.title, row.published_at, row.source) == ("Bridge opens", NOON, "Harbour Post")


def test_the_site_stands_for_a_source_that_nobody_named(engine):
    save(engine, save_texts, make_cleaned(site_name="The Harbour Post"))
    assert read(engine, articles)[0].source == "The Harbour Post"


def test_a_text_that_is_stored_again_replaces_itself(engine):
    save(engine, save_texts, make_cleaned(text="first"))
    save(engine, save_texts, make_cleaned(text="second"))
    assert [row.text for row in read(engine, texts)] == ["second"]


def test_each_text_of_a_batch_goes_to_its_article(engine):
    with engine.begin() as tx:
        save_arrival(tx, make_arrival(article=2))
    save(engine, save_texts, make_cleaned(title="One"), make_cleaned(article=2, title="Two"))
    titles = {row.article_id: row.title for row in read(engine, articles)}
    assert titles == {derive_id("article", 1): "One", derive_id("article", 2): "Two"}


@pytest.mark.parametrize("store", [save_texts, save_entities, save_claims])
def test_an_empty_batch_changes_nothing(engine, store):
    save(engine, save_texts, make_cleaned())
    save(engine, save_entities, make_extracted(BOARD))
    save(engine, save_claims, make_detected(make_claim("the bridge is safe")))
    save(engine, store)
    assert [len(read(engine, table)) for table in (texts, entities, claims)] == [1, 1, 1]


# Entities


def test_entities_are_stored_with_names_and_mentions(engine):
    save(engine, save_entities, make_extracted(BOARD, BRANDT))
    rows = {row.name: row for row in read(engine, entities)}
    assert rows["Harbour Board"].aliases == ["the Board", "HB"]
    assert {(row.exact, row.start, row.end) for row in read(engine, mentions)} == {
        ("Harbour Board", 0, 13),
        ("Ilse Brandt", 10, 21),
    }


def test_entities_that_are_stored_again_give_the_same_rows(engine):
    save(engine, save_entities, make_extracted(BOARD, BRANDT))
    before = read(engine, entities), read(engine, mentions)
    save(engine, save_entities, make_extracted(BOARD, BRANDT))
    assert (read(engine, entities), read(engine, mentions)) == before


def test_an_entity_that_is_no_longer_found_goes(engine):
    save(engine, save_entities, make_extracted(BOARD, BRANDT))
    save(engine, save_entities, make_extracted(BRANDT))
    assert [row.name for row in read(engine, entities)] == ["Ilse Brandt"]
    assert [row.exact for row in read(engine, mentions)] == ["Ilse Brandt"]


def test_more_mentions_than_a_statement_takes_parameters_are_stored(engine):
    """Postgres takes 65,535 parameters a statement."""
    mentioned = tuple(make_mention(BOARD, start) for start in range(8_200))
    save(engine, save_entities, make_extracted(BOARD).model_copy(update={"mentions": mentioned}))
    assert len(read(engine, mentions)) == 8_200


# Claims


def found(engine: Engine, **wanted) -> list[str]:
    with engine.connect() as connection:
        return [row.text for row in find_claims(connection, ClaimFilter(**wanted))]


def strip_times(rows: list) -> list[dict]:
    return [{name: value for name, value in row._mapping.items() if name != "detected_at"} for row in rows]


def test_claims_that_are_stored_again_give_the_same_rows(engine):
    detected = make_detected(make_claim("the bridge is safe", claimant=BRANDT), make_claim("it cost more"))
    save(engine, save_claims, detected)
    before = strip_times(read(engine, claims))
    save(engine, save_claims, detected)
    assert strip_times(read(engine, claims)) == before
    assert len(before) == 2


def test_a_claim_that_is_no_longer_found_goes(engine):
    save(engine, save_claims, make_detected(make_claim("the bridge is safe"), make_claim("it cost more")))
    save(engine, save_claims, make_detected(make_claim("it cost more")))
    assert found(engine) == ["it cost more"]


def test_the_whole_record_comes_back(engine):
    claim = make_claim("the bridge is safe", claimant=BRANDT, about=(BOARD,))
    save(engine, save_claims, make_detected(claim))
    (row,) = read(engine, claims)
    assert type(claim).model_validate(row.record) == claim


def test_a_claim_that_stands_on_its_own_is_stored_and_what_is_denied_says_so(engine):
    given = make_claim("it had taken bribes").model_copy(
        update={
            "polarity": Polarity.DENIED,
            "standalone": Standalone(
                text="The board had taken bribes.", edits=(StandaloneEdit.PRONOUN_NAMED,)
            ),
        }
    )
    save(engine, save_claims, make_detected(given))
    with engine.connect() as connection:
        (row,) = find_claims(connection, ClaimFilter())
    assert row.standalone == "The board had taken bribes."
    assert put(row) == "denied: The board had taken bribes."


@pytest.fixture
def desk(engine: Engine) -> Engine:
    """Two articles with claims, the second older and from another outlet."""
    reporter = make_entity("Ann Lee")
    with engine.begin() as tx:
        dredging = make_arrival(2, source="Coast_Radio", published_at=NOON - timedelta(days=7))
        save_arrival(tx, dredging)
        save_entities(tx, [make_extracted(BOARD, BRANDT), make_extracted(reporter, article=2)])
        first = make_detected(
            make_claim("the bridge cost 41 million", 0.9, start=40, claimant=BRANDT),
            make_claim("the bridge is safe", 0.4, start=10, speaker="officials", about=(BOARD,)),
            make_claim("tolls will rise", 0.4, start=5, claimant=BOARD),
        )
        second = make_detected(
            make_claim("the channel is 100% clear", 0.7, 2, speaker="Captain Ilsemann"), article=2
        )
        save_claims(tx, [first, second])
    return engine


def test_the_most_check_worthy_claim_comes_first_and_equals_in_order_of_the_text(desk):
    assert found(desk) == [
        "the bridge cost 41 million",
        "the channel is 100% clear",
        "tolls will rise",
        "the bridge is safe",
    ]


def test_a_claim_is_read_with_its_article(desk):
    with desk.connect() as connection:
        row = find_claims(connection, ClaimFilter(limit=1))[0]
    assert (row.claimant, row.source, row.published_at) == ("Ilse Brandt", "Harbour Post", NOON)


@pytest.mark.parametrize("speaker", ["Ilse Brandt", "brandt", "LSE B"])
def test_a_speaker_is_found_by_part_of_the_name_in_any_case(desk, speaker):
    assert found(desk, speaker=speaker) == ["the bridge cost 41 million"]


@pytest.mark.parametrize("speaker", ["%", "_", "Ilse%Brandt"])
def test_a_speaker_is_words_and_no_pattern(desk, speaker):
    assert found(desk, speaker=speaker) == []


@pytest.mark.parametrize("entity", ["Harbour Board", "harbour", "the Board", "HB"])
def test_an_entity_is_found_where_it_claims_or_is_claimed_about_under_any_of_its_names(desk, entity):
    assert found(desk, entity=entity) == ["tolls will rise", "the bridge is safe"]


def test_an_entity_that_claims_nothing_and_is_not_spoken_of_finds_nothing(desk):
    assert found(desk, entity="Ann Lee") == []


def test_since_counts_from_publication(desk):
    assert len(found(desk, since=NOON)) == 3
    assert len(found(desk, since=NOON - timedelta(days=8))) == 4
    assert found(desk, since=NOON + timedelta(seconds=1)) == []


def test_an_article_without_a_date_counts_from_when_it_was_handed_in(engine):
    with engine.begin() as tx:
        save_arrival(tx, make_arrival(article=3, minute=30))
        save_claims(tx, [make_detected(make_claim("undated", article=3), article=3)])
    assert found(engine, since=NOON + timedelta(minutes=30)) == ["undated"]
    assert found(engine, since=NOON + timedelta(minutes=31)) == []


def test_since_compares_moments_and_not_wall_clocks(desk):
    tokyo = datetime.fromisoformat("2026-11-23T21:00:00+09:00")
    assert tokyo.astimezone(UTC) == NOON
    assert len(found(desk, since=tokyo)) == 3


@pytest.mark.parametrize(("score", "number"), [(0.0, 4), (0.4, 4), (0.41, 2), (0.9, 1), (0.95, 0)])
def test_a_least_score_leaves_out_what_is_below(desk, score, number):
    assert len(found(desk, min_score=score)) == number


def test_a_source_is_found_by_part_of_its_name_and_no_pattern(desk):
    assert found(desk, source="coast_r") == ["the channel is 100% clear"]
    assert found(desk, source="harbour_post") == []


def test_articles_can_be_picked(desk):
    assert found(desk, article_ids=(derive_id("article", 2),)) == ["the channel is 100% clear"]
    assert found(desk, article_ids=()) == []


def test_a_limit_keeps_the_first(desk):
    assert found(desk, limit=2) == ["the bridge cost 41 million", "the channel is 100% clear"]
    assert found(desk, limit=0) == []


def test_conditions_narrow_together(desk):
    assert found(desk, entity="HB", speaker="officials", min_score=0.3) == ["the bridge is safe"]


def test_claims_are_counted_by_the_same_conditions_whatever_the_limit(desk):
    with desk.connect() as connection:
        assert count_claims(connection, ClaimFilter()) == 4
        assert count_claims(connection, ClaimFilter(entity="HB", source="harbour", limit=1)) == 2
