"""Where a name begins and ends."""

import pytest
from marked_text import ARTICLE, exacts, merge_marked, names, read_marks

from services.entities import FoundMention, merge


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("We saw [PERSON Anna Holm's] plan.", "Anna Holm"),
        ("We saw [PERSON Anna Holm’s] plan.", "Anna Holm"),
        ("It is the [PERSON Jones'] house.", "Jones"),
        ("We saw [PERSON  Anna Holm,] again.", "Anna Holm"),
        ("He said “[PERSON Anna Holm]” twice.", "Anna Holm"),
        ("It joined [ORG the Nordic Council] then.", "Nordic Council"),
        ("[ORG The Nordic Council] met.", "Nordic Council"),
        ("It sits in [GPE The Hague] now.", "The Hague"),
        ("We read [WORK_OF_ART The Long Winter] again.", "The Long Winter"),
        ("Born in the [GPE U.S.] once.", "U.S."),
        ("Made by [ORG Holm Inc.] there.", "Holm Inc."),
        ("Near [GPE Mich.], it rained.", "Mich."),
        ("It was [NORP pro-Danish] talk.", "Danish"),
        ("[PERSON Dr. Anna Holm] spoke.", "Anna Holm"),
        ("[PERSON President Anna Holm] spoke.", "Anna Holm"),
        ("[PERSON Dean Holm] spoke.", "Dean Holm"),
    ],
)
def test_a_mention_is_the_name_alone(marked, expected):
    assert exacts(merge_marked(marked)) == [expected]


def test_a_mention_ends_with_its_paragraph():
    extraction = merge_marked("We met [ORG Nordic Council\n\nYour] name please.")
    assert exacts(extraction) == ["Nordic Council"]


def test_a_mention_ends_where_the_next_sentence_names_the_same_again():
    extraction = merge_marked("It went to [PERSON Rita Holm. Holm] was glad. [PERSON Jean St. John] was not.")
    assert exacts(extraction)[0] == "Rita Holm"
    assert exacts(extraction)[-1] == "Jean St. John"


def test_a_mention_may_go_over_a_line_break_and_its_name_has_one_space():
    extraction = merge_marked("We met [PERSON Anna\nHolm] there.")
    assert exacts(extraction) == ["Anna\nHolm"]
    assert names(extraction) == ["Anna Holm"]


def test_of_mentions_that_share_text_the_longest_stays():
    text, _ = read_marks("The Bank of Norway spoke.")
    found = [FoundMention(4, 18, "ORG"), FoundMention(12, 18, "GPE")]
    assert exacts(merge(ARTICLE, text, found)) == ["Bank of Norway"]


def test_a_mention_outside_the_text_is_refused():
    with pytest.raises(ValueError, match="outside a text of 4"):
        merge(ARTICLE, "Oslo", [FoundMention(0, 9, "GPE")])


@pytest.mark.parametrize(
    "marked",
    [
        "Write to [ORG Holm]@example.org today.",
        "See https://example.org/[ORG Holm] today.",
        "See example.org/[ORG Holm] today.",
        "It is [PERSON B] here.",
        "It is [ORG 2024/12] here.",
        "It is [ORG ---] here.",
        "He met [PERSON some people] here.",
        "[PERSON Lees]: Holm resigns over bank",
        "Call [PERSON Oslo Desk +47 22 00] now.",
        "[PERSON Click] here. Readers click often.",
        "It is [PERSON Anna Berg Carl Dahl Else Falk Greta Holm] here.",
        "It was [DATE Friday] and cost [MONEY 5 Euros].",
    ],
)
def test_what_cannot_be_a_name_is_dropped(marked):
    assert merge_marked(marked).mentions == ()


def test_a_speaker_before_a_colon_stays_where_the_article_names_him_elsewhere():
    extraction = merge_marked("[PERSON Anna Holm] spoke.\n\n[PERSON Holm]: We agree.")
    assert exacts(extraction) == ["Anna Holm", "Holm"]


def test_a_mention_of_half_a_word_is_judged_like_any_other():
    extraction = merge_marked("[PERSON Cli]ck here. The cli is new.")
    assert extraction.mentions == ()
