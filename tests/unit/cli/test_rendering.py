"""What people see of a result."""

import io

import pytest
from rich.console import Console

from schemas import Metadata, RemovalReason, Removed
from services.cli.claim_reasons import render_analysis
from services.cli.rendering import render_cleaning
from services.offline.results import Analysis, Cleaning, Status

TEXT = "Anna Reed said the gates [are] old.\x1b[2J\n\nTom Hall said they are not."


def show(result: Cleaning) -> str:
    console = Console(file=io.StringIO(), width=80, color_system=None)
    console.print(render_analysis(result) if isinstance(result, Analysis) else render_cleaning(result))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_control_characters_of_an_article_do_not_reach_the_terminal() -> None:
    for result in (Analysis(id="a", text=TEXT), Cleaning(id="a", text=TEXT)):
        shown = show(result)
        assert "\x1b" not in shown
        assert "\ufffd[2J" in shown


def test_metadata_is_shown_where_there_is_any() -> None:
    shown = show(Cleaning(id="a", text=TEXT, metadata=Metadata(title="Bridge [old]", authors=("A", "B"))))
    assert shown.startswith("title: Bridge [old]\nauthors: A, B\n")
    assert "dateline" not in shown


def test_what_was_removed_is_shown_with_its_reason() -> None:
    removed = (Removed(reason=RemovalReason.PHOTO_CREDIT, exact="PHOTO [by] A. Reed"),)
    shown = show(Cleaning(id="a", text=TEXT, removed=removed))
    assert "photo credit" in shown
    assert "PHOTO [by] A. Reed" in shown


@pytest.mark.parametrize("kind", [Analysis, Cleaning])
def test_a_document_that_was_not_done_says_why(kind: type[Cleaning]) -> None:
    shown = show(kind(id="a", status=Status.SKIPPED, reason="no model for language 'sk'"))
    assert shown.strip() == "skipped: no model for language 'sk'"
