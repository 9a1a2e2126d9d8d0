"""The benchmark's rows of scraped text: Copydesk learns in them as `copydesk clean --learn` does."""

from types import SimpleNamespace
from typing import Any

from bench.cleaning import IN_ORDER, ORDERS, READINGS, measure_scraped
from bench.rivals import Scraped

OURS = {name: read for name, read in READINGS.items() if name.startswith("copydesk")}
NOTE = "The tide tables of this paper are set by hand in a room above the old net loft."
STORIES = (
    ("The harbour board voted on Monday to dredge the northern channel.", "Work will begin in the spring."),
    ("A ferry struck the outer mole in thick fog early on Tuesday.", "Nobody aboard the ship was hurt."),
    ("Council tax in Lowton will rise by four per cent from next April.", "The mayor called it fair."),
    ("The fish market reopens on Saturday after two years of repairs.", "Twelve stalls have been let."),
    ("A storm tore the roof from the school in Mill Lane overnight.", "Lessons move to the town hall."),
)
FILLING = (
    "Several residents told the meeting that they had waited for this news since the winter before last."
)


def scrape(number: int) -> Scraped:
    """A page of one source: a story, and the paper's note below it."""
    first, second = STORIES[number]
    filling = FILLING.replace("meeting", f"meeting of group {number}")
    return Scraped(str(number), "The Lowton Paper", "\n\n".join((first, second, filling, NOTE)))


PAGES = [scrape(number) for number in range(len(STORIES))]


def find_noted(way: str) -> list[bool]:
    """Which of the texts still have the paper's note."""
    return [NOTE in text for text in READINGS[f"copydesk, learn {way}"](PAGES)]


def test_there_is_a_row_for_each_way_of_learning_beside_the_rivals():
    assert set(READINGS) == {
        "keep all",
        "C4's line rules",
        "jusText on lines",
        "repeats, source known",
        "repeats, in order",
        "copydesk, learn none",
        "copydesk, learn stream",
        "copydesk, learn batch",
    }
    assert {"repeats, in order", "copydesk, learn stream"} == IN_ORDER


def test_the_rows_learn_as_the_command_does():
    """The note goes where enough other pages have been seen: never, from the fourth on, everywhere."""
    assert find_noted("none") == [True] * 5
    assert find_noted("stream") == [True] * 3 + [False] * 2
    assert find_noted("batch") == [False] * 5


def test_what_learns_in_order_is_measured_in_ten_orders():
    seen: list[tuple[str, ...]] = []

    def score(pages: list[dict[str, Any]], texts: dict[str, str]) -> dict[str, Any]:
        seen.append(tuple(page["id"] for page in pages))
        noted = sum(NOTE in text for text in texts.values()) / len(texts)
        return {"shingles": {"f1": 1 - noted, "p": 1.0, "r": 1.0}, "lines": {"content kept": 1.0}}

    pages = [{"id": page.id, "source": page.source, "scraped": page.text} for page in PAGES]
    rows = measure_scraped(pages, SimpleNamespace(score=score), OURS)
    ways = ("none", "stream", "batch")
    assert [round(rows[f"copydesk, learn {way}"]["F1"], 3) for way in ways] == [0, 0.4, 1]
    assert rows["copydesk, learn stream"]["F1 spread"] == 0
    assert rows["copydesk, learn stream"]["content kept"] == 1
    assert len(seen) == ORDERS + 2
    assert len(set(seen)) > ORDERS // 2
