"""Lines that tell who wrote an article, when and where."""

from datetime import UTC, datetime

import pytest

from services.clean.byline import is_author_note, part_authors, read_byline
from services.clean.dateline import find_dateline
from services.clean.dates import drop_date, is_date_line, read_moment
from services.clean.lines import Line


@pytest.mark.parametrize(
    ("text", "authors"),
    [
        ("By Jane Doe", ("Jane Doe",)),
        ("by Jane Doe and John Q. Public", ("Jane Doe", "John Q. Public")),
        ("By JANE DOE, Associated Press", ("Jane Doe",)),
        ("By Jane Doe, John van der Berg & Ana da Silva", ("Jane Doe", "John van der Berg", "Ana da Silva")),
        ("By Jane Doe | Harbour Correspondent", ("Jane Doe",)),
        ("Von Jana Muster", ("Jana Muster",)),
        ("Author: Jane Doe", ("Jane Doe",)),
        ("Story by Jane Doe", ("Jane Doe",)),
        ("By staff writers", ()),
        ("By Reuters", ()),
        ("Jane Doe, Chief Reporter 2 March 2024 • 9:36pm", ("Jane Doe",)),
    ],
)
def test_a_byline_names_its_authors(text: str, authors: tuple[str, ...]):
    assert read_byline(Line(0, text)) == authors


@pytest.mark.parametrize(
    "text",
    [
        "By Monday the harbour was closed.",
        "By closing the harbour, the city",
        "by the sea",
        "Jane Doe",
        "The harbour closed on 2 March 2024 at 9:36pm",
        "By Jane Doe " + "and so on " * 10,
    ],
)
def test_other_lines_are_no_bylines(text: str):
    assert read_byline(Line(0, text)) is None


def test_the_outlets_name_behind_the_author_is_no_part_of_it():
    assert read_byline(Line(0, "By Jane Doe Harbour News"), site="Harbour News") == ("Jane Doe",)


def test_an_author_field_keeps_persons_apart_from_agencies_and_desks():
    said = ["By Jane Doe and JOHN PUBLIC", "Harbour Press", "https://x.example/jane", "anna smith"]
    assert part_authors(said, "Harbour") == (("Jane Doe", "John Public", "Anna Smith"), ("Harbour Press",))
    assert part_authors(["Maria; MS; Staff; Lowton"], "Lowton") == (("Maria",), ("MS", "Staff", "Lowton"))
    assert part_authors(["Reuters", "The Weekly"], None) == ((), ("Reuters", "The Weekly"))
    assert part_authors([], None) == ((), ())


@pytest.mark.parametrize(
    "text",
    [
        "Jane Doe",
        "Jane Doe is a reporter for the Harbour Paper.",
        "Doe covers ports and ships.",
        "Follow her on Twitter at @janedoe",
        "Contact the author: jane@paper.example",
    ],
)
def test_a_note_about_an_author_is_known(text: str):
    assert is_author_note(Line(0, text), ("Jane Doe",))


@pytest.mark.parametrize(
    "text",
    [
        "Jane Roe is a reporter who was jailed in May.",
        "Jane Doe left the harbour at noon.",
        "Jane Doe is a reporter " + "and more " * 90,
    ],
)
def test_sentences_about_others_are_no_author_notes(text: str):
    assert not is_author_note(Line(0, text), ("Jane Doe",))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Published February 29, 2024 8:38am EST", datetime(2024, 2, 29, 13, 38, tzinfo=UTC)),
        ("2 March 2024", datetime(2024, 3, 2, tzinfo=UTC)),
        ("Sat 2 Mar 2024 17.00 CET", datetime(2024, 3, 2, 16, tzinfo=UTC)),
        ("2024-03-02T17:00:00+01:00", datetime(2024, 3, 2, 16, tzinfo=UTC)),
        ("2024-03-02T17:00:00-05:30", datetime(2024, 3, 2, 22, 30, tzinfo=UTC)),
        ("Posted on Sept. 3rd, 2024 at 12:05 am GMT", datetime(2024, 9, 3, 0, 5, tzinfo=UTC)),
        ("Published May 1, 2024 | Updated May 3, 2024", datetime(2024, 5, 1, tzinfo=UTC)),
        # A clock whose zone nobody can know: the day only.
        ("2 March 2024 • 9:36pm", datetime(2024, 3, 2, tzinfo=UTC)),
        ("2 March 2024 09:36 IST", datetime(2024, 3, 2, tzinfo=UTC)),
    ],
)
def test_an_absolute_date_is_read(text: str, moment: datetime):
    assert is_date_line(Line(0, text))
    assert read_moment(text) == moment


@pytest.mark.parametrize(
    "text", ["Updated May 3, 2024", "3/4/2024", "yesterday", "May 2024", "31 February 2024", "2024-13-40"]
)
def test_no_guess_is_made(text: str):
    assert read_moment(text) is None


def test_an_impossible_clock_spoils_the_whole_line():
    assert read_moment("1 May 2024 25:99 UTC") is None


@pytest.mark.parametrize(
    "text", ["The harbour closed on May 2, 2024.", "May 2024", "Harbour closes", "word " * 30 + "May 2, 2024"]
)
def test_a_line_that_says_more_than_a_date_is_no_date_line(text: str):
    assert not is_date_line(Line(0, text))


def test_what_stands_beside_a_date_is_told():
    assert drop_date(Line(0, "Jane Doe • 2 March 2024")) == "Jane Doe"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("LOWTON – The harbour is closed.", "LOWTON"),
        ("LOWTON, May 2 — The harbour is closed.", "LOWTON, May 2"),
        ("LOWTON (AP) — The harbour is closed.", "LOWTON (AP)"),
        ("LOWTON, Ohio (AP) — The harbour is closed.", "LOWTON, Ohio (AP)"),
        ("Lowton (AFP) - the harbour is closed.", "Lowton (AFP)"),
        ("(Reuters) - The harbour is closed.", "(Reuters)"),
        ("PORT LOWTON -- “It is closed,” he said.", "PORT LOWTON"),
        ("HarbourNews.com, Lowton - The harbour is closed.", "HarbourNews.com, Lowton"),
        ("FLY – The harbour is closed.", "FLY"),
    ],
)
def test_a_dateline_is_parted_from_its_sentence(text: str, said: str):
    found = find_dateline(text)
    assert found is not None
    assert found[0] == said
    assert text[found[1] :].startswith(("The", "the", "“It"))


@pytest.mark.parametrize(
    "text",
    [
        "NATO – The alliance that met in May – is silent.",
        "NATO – the alliance – is silent.",
        "US – China talks failed.",
        "BREAKING – The harbour is closed.",
        "Lowton – The harbour is closed.",
        "The harbour – The old one – is closed.",
        "UN-backed talks failed.",
        "The harbour is closed.",
    ],
)
def test_a_dash_alone_makes_no_dateline(text: str):
    assert find_dateline(text) is None
