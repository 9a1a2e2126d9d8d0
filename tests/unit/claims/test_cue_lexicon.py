"""The table of cue words."""

import pytest

from services.claims.lexicon import confidence_of, read_table


def test_a_table_gives_words_a_confidence_in_a_construction() -> None:
    table = read_table("# a remark\n[clause]\n0.9: say, tell\n  add\n0.5: sing\n\n[prep]\n0.4: call for\n")
    assert table == {"clause": {"say": 0.9, "tell": 0.9, "add": 0.9, "sing": 0.5}, "prep": {"call for": 0.4}}


def test_a_word_outside_a_construction_is_refused() -> None:
    with pytest.raises(ValueError, match="line 1"):
        read_table("0.9: say\n")


def test_a_word_that_nobody_knows_is_no_cue() -> None:
    assert confidence_of("object", "zzz") == 0


def test_an_unlisted_word_has_the_confidence_of_others() -> None:
    assert confidence_of("clause_that", "zzz") == confidence_of("clause_that", "other") > 0


def test_saying_is_surer_than_knowing() -> None:
    assert confidence_of("clause_that", "say") > confidence_of("clause_that", "know")
