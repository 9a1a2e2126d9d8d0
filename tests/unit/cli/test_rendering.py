"""What people see of a result."""

import io

import pytest
from rich.console import Console

from schemas import (
    CheckWorthiness,
    Claim,
    Claimant,
    ClaimKind,
    FoundBy,
    Metadata,
    Provenance,
    QuoteType,
    RemovalReason,
    Removed,
    Span,
    derive_id,
)
from services.cli.rendering import COLOURS, render_analysis, render_cleaning
from services.cli.results import Analysis, Cleaning, Status

TEXT = "Anna Reed said the gates [are] old.\x1b[2J\n\nTom Hall said they are not."


def claim(words: str, speaker: str | None) -> Claim:
    start = TEXT.index(words)
    name_at = TEXT.index(speaker) if speaker else 0
    return Claim(
        claim_id=derive_id("claim", start),
        kind=ClaimKind.ATTRIBUTED if speaker else ClaimKind.ASSERTED,
        content=(Span.cut(TEXT, start, start + len(words)),),
        text=words,
        claimant=Claimant(
            span=Span.cut(TEXT, name_at, name_at + len(speaker)),
            name=speaker,
            found_by=FoundBy.NAME,
            confidence=1,
        )
        if speaker
        else None,
        quote_type=QuoteType.INDIRECT if speaker else None,
        check_worthiness=CheckWorthiness(score=0.25),
        provenance=Provenance(method="rule", version="1", confidence=1),
    )


CLAIMS = (claim("the gates [are] old", "Anna Reed"), claim("they are not", "Tom Hall"), claim("old", None))


def show(result: Cleaning, colour: bool = False) -> str:
    console = Console(
        file=io.StringIO(), width=80, force_terminal=colour, color_system="standard" if colour else None
    )
    console.print(render_analysis(result) if isinstance(result, Analysis) else render_cleaning(result))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_claims_follow_the_text() -> None:
    shown = show(Analysis(id="a", text=TEXT, claims=CLAIMS))
    text, table = shown.split("claimant")
    assert "Anna Reed said the gates [are] old." in text
    rows = [row for row in table.splitlines() if row.startswith("│") and not row.startswith("│ claimant")]
    assert [row.split("│")[1].strip() for row in rows] == ["Anna Reed", "Tom Hall", "—"]
    assert "the gates [are] old" in rows[0]
    assert "indirect" in rows[0]
    assert "0.25" in rows[0]
    assert "asserted" in rows[2]


def test_each_speaker_has_a_colour() -> None:
    shown = show(Analysis(id="a", text=TEXT, claims=CLAIMS), colour=True)
    cyan, magenta = "\x1b[1;4;36m", "\x1b[1;4;35m"
    assert COLOURS[:2] == ("cyan", "magenta")
    assert f"{cyan}Anna Reed" in shown
    assert f"{magenta}Tom Hall" in shown
    assert "\x1b[36mthe gates [are] old" in shown


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
