"""The page on check-worthiness explains every reason, and its examples show them."""

import re
from pathlib import Path

import pytest
from spacy.language import Language

from schemas import CheckReason
from services.claims import load_pipeline
from services.claims.checkworthiness import rate
from services.claims.signs import SIGNS

PAGE = (Path(__file__).parents[2] / "docs" / "check-worthiness.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `([a-z_]+)` \| (\w+) \| ([^|]+) \| ([^|]*)\|$", re.MULTILINE)
EXPLAINED = {CheckReason(reason): (side, example) for reason, side, _, example in ROW.findall(PAGE)}
SIDES = {"raises": 1, "lowers": -1}


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load_pipeline()


def test_every_reason_is_explained():
    assert set(EXPLAINED) == set(CheckReason)


@pytest.mark.parametrize("reason", SIGNS)
def test_the_page_says_to_which_side_a_reason_works(reason: CheckReason):
    assert SIDES[EXPLAINED[reason][0]] == SIGNS[reason]


@pytest.mark.parametrize("reason", SIGNS)
def test_the_example_of_a_reason_shows_it(nlp: Language, reason: CheckReason):
    sentence = EXPLAINED[reason][1].strip()
    assert reason in {one.reason for one in rate(list(nlp(sentence))).reasons}
