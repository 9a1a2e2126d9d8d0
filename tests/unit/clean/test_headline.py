"""The headline: found in the first line, and known again."""

import pytest

from services.clean.headline import (
    find_headline,
    looks_like_headline,
    repeats_headline,
    resembles_headline,
    split_site,
)
from services.clean.lines import Line, split_lines

HEADLINE = "Harbour to close for a week, says mayor"
STORY = "\nThe harbour will close for a week, the mayor said on Monday."


@pytest.mark.parametrize(
    ("title", "parts"),
    [
        (f"{HEADLINE} | News | The Paper", (HEADLINE, "The Paper")),
        (f"{HEADLINE} - The Paper", (HEADLINE, "The Paper")),
        ("Harbour review – a fine day – The Paper", ("Harbour review – a fine day", "The Paper")),
        (HEADLINE, (HEADLINE, None)),
    ],
)
def test_the_outlets_name_is_parted_from_a_title(title: str, parts: tuple[str, str | None]):
    assert split_site(title) == parts


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (HEADLINE + STORY, (HEADLINE, None)),
        (f"{HEADLINE} | The Paper" + STORY, (HEADLINE, "The Paper")),
        (f"{HEADLINE} - The Paper\n{HEADLINE}" + STORY, (HEADLINE, "The Paper")),
        (
            f"{HEADLINE} - The Paper" + STORY + "\nAbout The Paper\nWrite to The Paper",
            (HEADLINE, "The Paper"),
        ),
        # Nothing confirms that the words behind the dash are an outlet.
        ("Harbour to close - at least for a week" + STORY, ("Harbour to close - at least for a week", None)),
        ("Menu" + STORY, (None, None)),
        (HEADLINE, (None, None)),
        ("", (None, None)),
    ],
)
def test_the_first_line_tells_the_headline(text: str, found: tuple[str | None, str | None]):
    assert find_headline(split_lines(text)) == found


@pytest.mark.parametrize(
    "text",
    [
        "The harbour is closed.",
        "closed for a week says mayor",
        "Closed",
        "He said this:",
        "Leave a Reply",
        "word " * 40,
        "Is it true? " * 8,
    ],
)
def test_other_first_lines_are_no_headline(text: str):
    assert not looks_like_headline(Line(0, text.strip()))


@pytest.mark.parametrize(
    "text", [HEADLINE, HEADLINE.upper(), f"Lowton: {HEADLINE}.", f"{HEADLINE} | The Paper"]
)
def test_a_headline_is_known_again(text: str):
    assert repeats_headline(Line(0, text), HEADLINE)


@pytest.mark.parametrize(
    "text",
    [
        "The harbour will close for a week, the mayor said on Monday.",
        "Harbour to close",
        f"{HEADLINE} and nobody knows why that is",
    ],
)
def test_a_sentence_like_the_headline_is_not_the_headline(text: str):
    assert not repeats_headline(Line(0, text), HEADLINE)


def test_a_short_headline_is_not_looked_for_within_lines():
    assert repeats_headline(Line(0, "Harbour closed"), "Harbour closed")
    assert not repeats_headline(Line(0, "The harbour closed early"), "Harbour closed")


@pytest.mark.parametrize(
    ("text", "alike"),
    [
        ("Harbour to close for a month, council says", True),
        ("The harbour to close for one week, says the mayor", True),
        ("Harbour to close for a week, the mayor told us.", False),
        ("Gulls take the harbour over, says mayor of Lowton", False),
        ("Closed", False),
    ],
)
def test_another_wording_of_the_headline_resembles_it(text: str, alike: bool):
    assert resembles_headline(Line(0, text), HEADLINE) is alike
