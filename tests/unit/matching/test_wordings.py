"""What makes two claims the same wording."""

from datetime import date

import pytest

from schemas import Modality, Polarity, Standalone
from services.matching.wordings import find_wording, make_wording
from tests.integration.records import make_claim

DAY = date(2026, 11, 23)


def embed(text: str) -> bytes:
    return bytes(128)


def word(text: str, **more):
    return make_wording(text, embed, **more).wording_id


def test_white_space_makes_no_other_wording():
    assert word("The dam cost 84 million.") == word(" The dam\n cost  84 million.")


def test_what_two_are_compared_by_does():
    """A name is known by its capital: of one wording there must not be two texts."""
    assert word("The board agreed.") != word("The Board agreed.")


@pytest.mark.parametrize(
    "other", ["The dam cost 8.4 million.", "The dam cost 84 % million.", "The dams cost 84 million."]
)
def test_figures_and_words_do(other):
    assert word("The dam cost 84 million.") != word(other)


def test_what_is_denied_is_another_wording():
    assert word("He took money.") != word("He took money.", denied=True)


def test_the_day_counts_where_the_words_count_from_it():
    assert word("It rose.", day=DAY) == word("It rose.", day=date(2025, 1, 1))
    assert word("It rose last year.", day=DAY) != word("It rose last year.", day=date(2025, 1, 1))


def test_the_speaker_counts_where_the_words_are_of_the_speaker():
    assert word("Taxes rise.", speaker="Ann Lee") == word("Taxes rise.", speaker="Bo Dahl")
    assert word("We raise taxes.", speaker="Ann Lee") != word("We raise taxes.", speaker="Bo Dahl")


def stand(text: str, **more):
    return make_claim(text).model_copy(update={"standalone": Standalone(text=text), **more})


def test_the_wording_is_that_of_the_sentence_on_its_own():
    wording = find_wording(stand("We raise taxes in Osterby.", polarity=Polarity.DENIED), DAY, embed)
    assert wording is not None
    assert (wording.text, wording.denied, wording.day, wording.speaker) == (
        "We raise taxes in Osterby.",
        True,
        None,
        None,
    )


@pytest.mark.parametrize("modality", [Modality.QUESTIONED, Modality.COMMANDED])
def test_questions_and_orders_have_none(modality):
    assert find_wording(stand("Taxes rise in Osterby.", modality=modality), DAY, embed) is None


@pytest.mark.parametrize(
    ("text", "has_one"),
    [
        ("It concerned the paint.", False),
        ("He will appeal against the verdict of the court.", False),
        ("He will appeal against the verdict in the Reller case.", True),
        ("It was opened in 1963 and last repaired in 2005.", True),
        ("Taxes rise.", False),
        ("Taxes will rise in Osterby.", True),
    ],
)
def test_what_says_too_little_by_itself_has_none(text, has_one):
    assert (find_wording(stand(text), DAY, embed) is not None) == has_one


def test_what_is_no_sentence_has_none():
    assert find_wording(make_claim("to raise taxes"), DAY, embed) is None
