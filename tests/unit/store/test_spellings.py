"""Forms of names: folded, taken apart, with letters left out, and how alike they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from services.store.likeness import rate_name, rate_word
from services.store.spellings import LONGEST, allow_typos, fold, list_deletes, list_words, split_words

LETTERS = st.text("abcdefg", min_size=4, max_size=12)


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Hanne ØSTRICK", "hanne ostrick"),
        ("  Zoë\n Świątek ", "zoe swiatek"),
        ("Straße", "strasse"),
        ("Yıldırgan", "yildirgan"),
        ("O’Malleray", "o'malleray"),
        ("100% clear", "100% clear"),
        ("𝕊torm", "storm"),
        ("", ""),
    ],
)
def test_a_name_is_folded(name, folded):
    assert fold(name) == folded


@given(st.text())
def test_folding_again_changes_nothing_and_keeps_within_the_limit(name):
    assert fold(fold(name)) == fold(name)
    assert len(fold(name)) <= LONGEST


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("J. K. Holm", ["j", "k", "holm", "jk"]),
        ("Holm J K", ["holm", "j", "k", "jk"]),
        ("E. Brandvold", ["e", "brandvold"]),
        ("al-Sawadi, A_B", ["al", "sawadi", "a", "b", "ab"]),
        ("%!", []),
    ],
)
def test_a_name_is_split_with_its_initials_together_too(name, words):
    assert split_words(name) == words


@pytest.mark.parametrize(("word", "typos"), [("", 0), ("wen", 0), ("holm", 1), ("brand", 1), ("brandt", 2)])
def test_short_words_allow_fewer_typos(word, typos):
    assert allow_typos(word) == typos


@given(LETTERS, st.integers(0, 11), st.sampled_from("abcdefg"))
def test_words_with_a_typo_between_them_share_what_is_left_when_letters_are_left_out(word, at, letter):
    """Whatever the typo is: a letter more, less, another, or two that changed places."""
    at %= len(word)
    swapped = word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
    for typo in (
        word[:at] + word[at + 1 :],
        word[:at] + letter + word[at:],
        word[:at] + letter + word[at + 1 :],
        swapped,
    ):
        if OSA.distance(word, typo) <= min(allow_typos(word), allow_typos(typo)):
            assert set(list_deletes(word)) & set(list_deletes(typo))


@given(LETTERS)
def test_the_number_of_forms_is_bounded(word):
    assert len(list_deletes(word)) <= 29


@pytest.mark.parametrize(
    ("typed", "name", "is_alike"),
    [
        ("brandvold", "brandvold", True),
        ("brandvold", "brandwold", True),
        ("b", "brandvold", True),
        ("bran", "brandvold", True),
        ("br", "brandvold", False),
        ("li", "lo", False),
        ("c", "brandvold", False),
    ],
)
def test_words_are_alike(typed, name, is_alike):
    assert (rate_word(typed, name) > 0) is is_alike


def test_the_nearer_a_name_the_higher_it_is_rated():
    typed = list_words("Edvin Brandvold")
    names = ("Edvin Brandvold", "Edvin Karl Brandvold", "Edwin Brandvold", "E. Brandvold", "Edvin Holm")
    rates = [rate_name(typed, list_words(name)) for name in names]
    assert rates[0] == 1.0
    assert min(rates[:4]) > 0.6 > rates[4] == 0.0


@given(st.lists(LETTERS, max_size=5), st.lists(LETTERS, max_size=5))
def test_a_rate_is_between_nothing_and_one_and_of_a_name_with_itself_one(typed, name):
    assert 0 <= rate_name(typed, name) <= 1
    assert rate_name(typed, typed) == (1.0 if typed else 0.0)
