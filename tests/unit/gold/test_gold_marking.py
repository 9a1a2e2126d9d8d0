"""The mark-up of our own texts, and what is told where it is amiss."""

import pytest

from schemas import EntityKind, FoundBy, QuoteType
from tests.gold import GoldError, parse

MARKED = """
## nested claim
{1s:Okafor} {1q:said}: “{1c:{2s:She} {2q:said} {2c:no}}.”
1 | direct | Okafor
2 | indirect | Mara Lindqvist | pronoun | denied | in 1
@ organization | Harbour Board; Coast Agency
"""


def test_marks_become_bounds_of_the_plain_text():
    (gold,) = parse(MARKED)
    outer, inner = gold.attributions
    assert gold.text == "Okafor said: “She said no.”"
    assert [gold.text[start:end] for start, end in outer.content] == ["She said no"]
    assert [gold.text[start:end] for start, end in inner.source + inner.content] == ["She", "no"]


def test_a_record_says_who_is_meant_and_how():
    (gold,) = parse(MARKED)
    outer, inner = gold.attributions
    assert (outer.claimant, outer.found_by, outer.quote_type) == ("Okafor", FoundBy.NAME, QuoteType.DIRECT)
    assert (inner.claimant, inner.found_by, inner.stance, inner.nested_in) == (
        "Mara Lindqvist",
        FoundBy.PRONOUN,
        "denied",
        1,
    )


def test_claimants_without_a_kind_are_persons():
    (gold,) = parse(MARKED)
    assert gold.names == {
        "Harbour Board": EntityKind.ORGANIZATION,
        "Coast Agency": EntityKind.ORGANIZATION,
        "Okafor": EntityKind.PERSON,
        "Mara Lindqvist": EntityKind.PERSON,
    }


def test_one_source_can_belong_to_two():
    (gold,) = parse(
        "## two\n{1s2s:She} {1q:said} {1c:yes}, {2q:adding} {2c:no}\n1 | indirect | A\n2 | indirect | A"
    )
    assert [one.source for one in gold.attributions] == [((0, 3),), ((0, 3),)]


def test_texts_of_one_construction_are_counted():
    once = "## colon\n{1s:A}: {1c:yes}\n1 | direct | A\n"
    assert [gold.id for gold in parse(once * 2)] == ["colon 1", "colon 2"]


@pytest.mark.parametrize(
    ("marked", "reason"),
    [
        ("{1s:A} said {1c:no", "the brace of 1c is not closed"),
        ("A} said", "a brace is closed that was not opened"),
        ("{1s:A} said no\n1 | direct | A", "1 has no content"),
        ("{1c:no}", r"either marks or a record are missing for \[1\]"),
        ("no\n1 | direct | A", r"either marks or a record are missing for \[1\]"),
        ("{1c:no}\n1 | spoken | A", "'spoken' is not a valid QuoteType"),
        ("{1c:no}\n1 | direct", "1 has no claimant"),
        ("{1c:no}\n1 | direct | A\n@ beast | Rex", "'beast' is not a valid EntityKind"),
    ],
)
def test_what_is_amiss_is_told_with_its_place(marked: str, reason: str):
    with pytest.raises(GoldError, match=f"file.txt, line 2 .headline.: .*{reason}"):
        parse(f"\n## headline\n{marked}\n", "file.txt")
