"""The tables of docs/attribution.md say which ways of reporting speech are handled, and are right."""

import re
from collections.abc import Sequence

import pytest
from spacy.language import Language

from bench.constructions import NOT_YET, PAGE, Row, Verdict, judge, rows_of
from tests.gold import Gold, read_articles, read_sentences

RENEW = "run `python -m bench.constructions --docs`"
SENTENCES, ARTICLES = read_sentences(), read_articles()


def read_table(name: str) -> dict[str, list[str]]:
    """The cells of each row of a table of the page, by their first."""
    (table,) = re.findall(rf"<!-- table: {name} -->\n(.*?)<!-- end -->", PAGE.read_text("utf-8"), re.DOTALL)
    lines = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| ")]
    return {cells[0]: cells[1:] for cells in lines[1:]}


def name_rows(texts: Sequence[Gold]) -> list[str]:
    return list(dict.fromkeys(gold.construction for gold in texts))


@pytest.fixture(scope="session")
def verdicts(nlp: Language) -> dict[str, list[Verdict]]:
    found = judge(nlp, [*SENTENCES, *ARTICLES])
    return {"constructions": found[: len(SENTENCES)], "articles": found[len(SENTENCES) :]}


@pytest.mark.parametrize("construction", name_rows(SENTENCES))
def test_a_construction_is_handled_as_far_as_the_table_says(
    construction: str, verdicts: dict[str, list[Verdict]]
):
    ones = [one for one in verdicts["constructions"] if one.gold.construction == construction]
    (row,) = rows_of(ones)
    _, said, state = read_table("constructions")[construction]
    compare(row, f"{row.handled} of {row.texts}", said, state, ones)


@pytest.mark.parametrize("kind", name_rows(ARTICLES))
def test_an_article_is_handled_as_far_as_the_table_says(kind: str, verdicts: dict[str, list[Verdict]]):
    ones = [one for one in verdicts["articles"] if one.gold.construction == kind]
    (row,) = rows_of(ones)
    said, state = read_table("articles")[kind]
    compare(row, f"{row.found} of {row.attributions}", said, state, ones)


def compare(row: Row, counted: str, said: str, state: str, verdicts: Sequence[Verdict]) -> None:
    misses = [f"{one.gold.id}: {miss}" for one in verdicts for miss in one.misses]
    if state == NOT_YET:
        assert row.state == NOT_YET, f"{row.construction} is handled now: {RENEW}"
    assert row.state == state, f"{row.construction} is no longer handled: {misses}"
    assert counted == said, f"{row.construction}: {counted} now, {said} on the page; {RENEW}: {misses}"


def test_every_row_of_the_tables_has_texts():
    assert list(read_table("constructions")) == name_rows(SENTENCES)
    assert list(read_table("articles")) == name_rows(ARTICLES)


def test_there_are_texts_enough_to_speak_of():
    assert len(SENTENCES) >= 60
    assert len(ARTICLES) >= 15
    assert all(140 <= len(gold.text.split()) <= 250 for gold in ARTICLES)
