"""Entities found by a name as somebody remembers it, and not by another's."""

import pytest
from sqlalchemy import Engine

from services.store.articles import save_arrival
from services.store.entities import save_entities
from services.store.name_search import find_names
from services.store.names import match_entities, match_names, save_names
from tests.integration.records import make_arrival, make_entity, make_extracted

PEOPLE = (
    "Edvin Brandvold",
    "Ilse Brandt",
    "Hanne Østrick",
    "Zoë Świątek",
    "J. K. Holm",
    "Johan Holmqvist",
    "Marit von der Aue",
    "Ramsay MacTavish",
    "Ana María Belloso",
    "Recep Yıldırgan",
    "Tarn Valley Water Board",
    "Sean O'Malleray",
    "al-Sawadi",
    "Li Wen",
    "Robert Ashgrove",
)
FOUND = {
    "edvin brandvold": "Edvin Brandvold",
    "EDVIN BRANDVOLD": "Edvin Brandvold",
    "Brandvold, Edvin": "Edvin Brandvold",
    "brandvold": "Edvin Brandvold",
    "Edwin Brandvold": "Edvin Brandvold",
    "Edvin Brandwold": "Edvin Brandvold",
    "Edvin Brantvolt": "Edvin Brandvold",
    "Brandvlod": "Edvin Brandvold",
    "Brandvol": "Edvin Brandvold",
    "brandvo": "Edvin Brandvold",
    "E. Brandvold": "Edvin Brandvold",
    "Brandvold E": "Edvin Brandvold",
    "Hanne Ostrick": "Hanne Østrick",
    "Hane Östrick": "Hanne Østrick",
    "ostrik": "Hanne Østrick",
    "Zoe Swiatek": "Zoë Świątek",
    "swiontek": "Zoë Świątek",
    "JK Holm": "J. K. Holm",
    "J.K. Holm": "J. K. Holm",
    "Jonas K. Holm": "J. K. Holm",
    "holmquist": "Johan Holmqvist",
    "Johann Holmqvist": "Johan Holmqvist",
    "von der Aue": "Marit von der Aue",
    "Marit van der Aue": "Marit von der Aue",
    "Mac Tavish": "Ramsay MacTavish",
    "ramsey mactavish": "Ramsay MacTavish",
    "Ana Belloso": "Ana María Belloso",
    "maria beloso": "Ana María Belloso",
    "yildirgan": "Recep Yıldırgan",
    "recep yildirgan": "Recep Yıldırgan",
    "Tarn Valey Water Boart": "Tarn Valley Water Board",
    "water board tarn": "Tarn Valley Water Board",
    "OMalleray": "Sean O'Malleray",
    "Sean O’Malleray": "Sean O'Malleray",
    "alsawadi": "al-Sawadi",
    "Al Sawady": "al-Sawadi",
    "Wen Li": "Li Wen",
    "Robert James Ashgrove": "Robert Ashgrove",
    "Ashgrve Robert": "Robert Ashgrove",
}
NOT_FOUND = (
    "Edvin Holm",
    "Edvin Brandt",
    "Ilse Brandvold",
    "Branding",
    "Lo Wen",
    "Li Wan",
    "Hanna Brandvold",
    "Robert Ashworth",
    "A. Brandvold",
    "Valley of Kings",
    "xyzzy",
    "%",
    "_",
    "",
    "   ",
    "...",
    "\\",
    "'; drop table names; --",
)


@pytest.fixture
def people(engine: Engine) -> Engine:
    with engine.begin() as tx:
        save_arrival(tx, make_arrival())
        save_entities(tx, [make_extracted(*map(make_entity, PEOPLE))])
    return engine


def search(engine: Engine, words: str, limit: int = 10) -> list[str]:
    with engine.connect() as tx:
        return [one.name for one in find_names(tx, words, limit)]


@pytest.mark.parametrize("words", FOUND)
def test_a_name_is_found_first_despite_its_spelling(people, words):
    assert search(people, words)[:1] == [FOUND[words]]


@pytest.mark.parametrize("words", NOT_FOUND)
def test_another_name_finds_nobody(people, words):
    assert search(people, words) == []


def test_all_whose_name_begins_so_are_found_and_no_more_than_asked_for(people):
    assert set(search(people, "holm")) == {"J. K. Holm", "Johan Holmqvist"}
    assert search(people, "holm", limit=1) == ["J. K. Holm"]


def test_an_alias_finds_the_entity_under_the_name_that_articles_print(engine):
    with engine.begin() as tx:
        save_arrival(tx, make_arrival())
        save_entities(tx, [make_extracted(make_entity("Harbour Board", "the Dockers"))])
        (found,) = find_names(tx, "dokers")
    assert (found.name, found.matched, found.articles, found.kind) == (
        "Harbour Board",
        "the Dockers",
        1,
        "organization",
    )


def test_of_equals_the_one_that_more_articles_name_comes_first(engine):
    rare, common = make_entity("Ann Lee"), make_entity("Ann Leeward", "Ann Lee")
    with engine.begin() as tx:
        for number, entity in enumerate((rare, common, common)):
            save_arrival(tx, make_arrival(number))
            save_entities(tx, [make_extracted(entity, article=number)])
        assert [one.name for one in find_names(tx, "ann lee")] == ["Ann Leeward", "Ann Lee"]


def test_what_no_article_names_any_longer_is_not_found(people):
    with people.begin() as tx:
        save_entities(tx, [make_extracted(make_entity("Ann Lee"))])
    assert search(people, "Edvin Brandvold") == []


def test_a_source_that_is_no_entity_is_not_found_but_matched(people):
    with people.begin() as tx:
        save_names(tx, [("two officials", None)])
        assert find_names(tx, "two officials") == []
        assert match_names(tx, "OFFICIAL") == ["two officials"]


@pytest.mark.parametrize("part", ["strick", "OSTRICK", "Østr", "ne o", "Hanne Østrick"])
def test_a_part_of_a_name_is_matched_whatever_its_case_and_accents(people, part):
    with people.connect() as tx:
        assert match_names(tx, part) == ["Hanne Østrick"]
        assert [row.name for row in match_entities(tx, part)] == ["Hanne Østrick"]


def test_a_part_is_no_pattern(people):
    with people.connect() as tx:
        assert match_names(tx, "J. K.") == ["J. K. Holm"]
        assert match_names(tx, "J_ K") == match_names(tx, "J%Holm") == []


def test_a_name_of_any_length_is_kept_and_found(engine):
    """A row of an index holds no more than some two thousand bytes."""
    long = "Ö" * 5_000 + " " + " ".join(f"word{number}" for number in range(2_000))
    with engine.begin() as tx:
        save_names(tx, [(long, None)])
        assert match_names(tx, "Ö" * 200) == [long[:200]]


def test_names_that_are_known_are_not_written_again(people):
    with people.begin() as tx:
        save_names(tx, [("Ann Lee", None), ("Ann Lee", None)])
    with people.begin() as tx:
        save_names(tx, [("Ann Lee", None)])
        assert match_names(tx, "ann lee") == ["Ann Lee"]
