"""What speaks against two sentences being one claim, and what does not."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.matching.agreement import Bounds, find_disagreement, measure_overlap, say_the_same
from services.matching.statements import read_statement

GOLD = Path(__file__).parents[2] / "gold" / "said_again.jsonl"
PAIRS = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]

SOME = [
    "a",
    "one",
    "half",
    "third",
    "in",
    "quarter",
    "5",
    "1,000",
    "1.5",
    ":",
    "-",
    "%",
    "per",
    "cent",
    "March",
    "May",
    "2021",
    "last",
    "year",
    "yesterday",
    "Ann's",
    "I",
    "not",
]


def disagree(one: str, other: str, **more: str) -> str | None:
    left, right = read_statement(one, **more), read_statement(other, **more)
    found = find_disagreement(left, right)
    assert found == find_disagreement(right, left), "it must not hang on which comes first"
    return found


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("Profits rose 5 percent.", "Profits rose 15 percent.", "figures"),
        ("Profits rose 5 percent.", "Profits rose 5 percentage points.", "figures"),
        ("The loss is 2.3 billion crowns.", "The loss is 2.3 million crowns.", "figures"),
        ("Waiting times doubled.", "Waiting times tripled.", "figures"),
        ("They won 3-1.", "They won 3-2.", "figures"),
        ("Profits rose 5 percent.", "Profits did not rise 5 percent.", "polarity"),
        ("The search was lawful.", "The search was unlawful.", "polarity"),
        ("Nobody died in the clinic.", "Patients died in the clinic.", "polarity"),
        ("Profits rose 5 percent.", "Profits fell 5 percent.", "direction"),
        ("She voted for the tax.", "She voted against the tax.", "direction"),
        ("It happened in 2021.", "It happened in 2017.", "times"),
        ("It closes in May.", "It closes in October.", "times"),
        ("It came on 3 March.", "It came on 30 March.", "times"),
        ("He plays on Saturday.", "He plays on Wednesday.", "times"),
        ("Sales fell in the first quarter.", "Sales fell in the third quarter.", "times"),
        ("The factory in Osterby closes.", "The factory in Veldheim closes.", "names"),
        ("Brandvold took the money.", "Sallowby took the money.", "names"),
        ("Mira Solbakk was acquitted.", "Karin Solbakk was acquitted.", "names"),
        ("All schools close.", "Some schools close.", "scope"),
        ("Ovica may have lost a customer.", "Ovica has lost a customer.", "scope"),
        ("At least 40 people came.", "At most 40 people came.", "scope"),
        ("Reller sued Eide.", "Eide sued Reller.", "roles"),
    ],
)
def test_what_is_another_claim(one, other, reason):
    assert disagree(one, other) == reason


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The debt is 1.5 billion crowns.", "The debt is 1,500m crowns."),
        ("Half of the staff left.", "50 per cent of the staff left."),
        ("One in five shops is empty.", "Twenty percent of shops are empty."),
        ("A third of the fish died.", "33 percent of the fish died."),
        ("He ran 12 kilometres in two decades.", "In 20 years he ran 12 km."),
        ("Two thousand five hundred people came.", "2,500 people came."),
        ("The clinic had no licence.", "The clinic did not have a licence."),
        ("Hanne Ostrick left the party.", "Ostrick left the party."),
        ("The European Union agreed.", "The EU agreed."),
        ("Reller was sued by Eide.", "Eide sued Reller."),
        ("More than 400 people came.", "Over 400 people came."),
        ("Not since 1994 had so few voted.", "So few had last voted in 1994."),
        ("It costs 5 million crowns in 2024.", "It costs 5 million crowns."),
    ],
)
def test_what_may_be_the_same(one, other):
    assert disagree(one, other) is None


def test_who_denies_a_denial_affirms():
    denied = read_statement("Brandvold took the money.", denied=True)
    assert find_disagreement(denied, read_statement("Brandvold took the money.")) == "polarity"
    assert find_disagreement(denied, read_statement("Brandvold did not take the money.")) is None


def test_last_year_is_another_year_in_another_year():
    text = "Exports grew by 12 percent last year."
    one, other = read_statement(text, date(2025, 3, 1)), read_statement(text, date(2026, 3, 1))
    assert find_disagreement(one, other) == "times"
    assert find_disagreement(one, read_statement(text, date(2025, 9, 1))) is None
    assert find_disagreement(one, read_statement("Exports grew by 12 percent in 2024.")) is None


def test_yesterday_is_a_day():
    text = "Two ships collided yesterday off Cape Orrin."
    days = [read_statement(text, date(2026, 3, day)) for day in (1, 2, 5)]
    assert find_disagreement(days[0], days[1]) is None
    assert find_disagreement(days[0], days[2]) == "times"


def test_we_are_whoever_says_so():
    text = "We will not raise taxes."
    one, other = read_statement(text, speaker="Hanne Ostrick"), read_statement(text, speaker="Edvin Sallowby")
    assert find_disagreement(one, other) == "names"
    assert find_disagreement(one, read_statement(text, speaker="Ostrick")) is None


def test_what_has_little_in_common_is_not_the_same_however_near_the_vectors():
    one, other = read_statement("It is a matter of time."), read_statement("It was the usual thing.")
    assert not say_the_same(one, other, alike=1.0)


@given(st.text() | st.lists(st.sampled_from(SOME)).map(" ".join), st.none() | st.dates(), st.booleans())
def test_any_text_can_be_read_and_agrees_with_itself(text, day, denied):
    one = read_statement(text, day, denied, "Ann Lee")
    assert find_disagreement(one, one) is None


def test_the_same_sentence_is_the_same():
    one = read_statement("Norrland Steel's profit rose 5 percent in the first quarter.")
    assert measure_overlap(one, one) == 1.0
    assert say_the_same(one, one, alike=1.0, bounds=Bounds(both=1.0))


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair["id"])
def test_nothing_hangs_on_the_order_of_the_two(pair):
    one = read_statement(pair["a"], None, False, pair.get("a_by"))
    other = read_statement(pair["b"], None, False, pair.get("b_by"))
    assert find_disagreement(one, other) == find_disagreement(other, one)
    assert measure_overlap(one, other) == measure_overlap(other, one)
