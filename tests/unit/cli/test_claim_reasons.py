"""What people see of the claims in an article: where they stand, who makes them, and why they are claims."""

import io
import re

from rich.console import Console

from schemas import (
    CheckReason,
    CheckWorthiness,
    Claim,
    Claimant,
    ClaimKind,
    Cue,
    FoundBy,
    Modality,
    Polarity,
    Provenance,
    QuoteType,
    Reason,
    Span,
    derive_id,
)
from services.cli.claim_reasons import render_analysis, render_explained
from services.cli.marked_article import COLOURS
from services.offline.results import Analysis

TEXT = (
    "The gates [are] old.\n\n“They leak,” Anna Reed said. “Hall told us that the pumps failed twice.”\n\n"
    "Tom Hall denied the pumps had failed."
)
CYAN, MAGENTA = "36", "35"


def cut(words: str, nth: int = 0) -> Span:
    """The nth place in the text where the words stand."""
    start = [match.start() for match in re.finditer(re.escape(words), TEXT)][nth]
    return Span.cut(TEXT, start, start + len(words))


def claim(*content: Span, speaker: Span | None = None, name: str = "", cue: Span | None = None) -> Claim:
    """A claim that is right in all that a test does not change."""
    return Claim(
        claim_id=derive_id("claim", *(span.start for span in content)),
        kind=ClaimKind.ATTRIBUTED if speaker else ClaimKind.ASSERTED,
        content=content,
        text=" ".join(span.exact for span in content),
        claimant=Claimant(span=speaker, name=name, found_by=FoundBy.NAME, confidence=0.95)
        if speaker
        else None,
        cue=Cue(spans=(cue,), lemma="say") if cue else None,
        quote_type=QuoteType.DIRECT if speaker else None,
        check_worthiness=CheckWorthiness(score=0.25),
        provenance=Provenance(method="quote_before_cue", version="rules-1", confidence=0.8),
    )


ASSERTED = claim(cut("The gates [are] old"))
REED = claim(
    *(cut("They leak"), cut("Hall told us that the pumps failed twice")),
    speaker=cut("Anna Reed"),
    name="Anna Reed",
    cue=cut("said"),
)
WITHIN = claim(cut("the pumps failed twice"), speaker=cut("Hall"), name="Tom Hall", cue=cut("told"))
WITHIN = WITHIN.model_copy(update={"nested_in": REED.claim_id})
DENIED = claim(cut("the pumps had failed"), speaker=cut("Tom Hall"), name="Tom Hall", cue=cut("denied"))
CLAIMS = (ASSERTED, REED, WITHIN, DENIED)


def show(*claims: Claim, explained: bool = False, colour: bool = False, **environ: str) -> str:
    """What a terminal of a hundred columns gets; without colour, what a pipe gets."""
    console = Console(
        file=io.StringIO(),
        width=100,
        force_terminal=colour,
        color_system="standard" if colour else None,
        _environ=environ,
    )
    analysis = Analysis(id="a", text=TEXT, claims=claims)
    console.print(render_explained(analysis) if explained else render_analysis(analysis))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def rows(shown: str) -> list[list[str]]:
    """The cells of the table, line by line."""
    return [[cell.strip() for cell in line.split("│")[1:-1]] for line in shown.splitlines() if "│" in line]


def test_without_colour_brackets_and_signs_tell_what_is_what() -> None:
    """The number leads to the table; who speaks stands between asterisks, the cue between underscores."""
    shown = show(*CLAIMS)
    assert "\x1b" not in shown
    assert "*claimant*  _cue_  [number: claim]" in shown
    assert "[1: The gates [are] old]." in shown
    assert "“[2: They leak],” *Anna Reed* _said_." in shown
    assert "*Tom Hall* _denied_ [4: the pumps had failed]." in shown


def test_a_claim_within_another_says_where_each_ends() -> None:
    assert "“[2: *Hall* _told_ us that [3: the pumps failed twice]3]2.”" in show(*CLAIMS)


def test_claims_that_cross_say_where_each_ends() -> None:
    first, second = claim(cut("Tom Hall denied the pumps")), claim(cut("the pumps had failed"))
    assert "[1: Tom Hall denied [2: the pumps]1 had failed]2." in show(first, second)


def test_one_cue_of_two_claims_is_marked_once() -> None:
    first, second = (
        claim(cut(words), speaker=cut("Anna Reed"), name="Anna Reed", cue=cut("said"))
        for words in ("They leak", "Hall told us that the pumps failed twice")
    )
    assert "*Anna Reed* _said_." in show(first, second)


def test_each_speaker_has_a_colour_and_each_cue_is_underlined() -> None:
    shown = show(*CLAIMS, colour=True)
    assert COLOURS[:2] == ("cyan", "magenta")
    assert f"\x1b[1;{CYAN}mAnna Reed" in shown
    assert f"\x1b[4;{CYAN}msaid" in shown
    assert f"\x1b[1;{MAGENTA}mTom Hall" in shown
    assert f"\x1b[4;{MAGENTA}mdenied" in shown


def test_in_colour_a_claim_within_another_has_the_colour_of_its_own_speaker() -> None:
    shown = show(*CLAIMS, colour=True)
    assert f"\x1b[1;{CYAN}m²\x1b[0m\x1b[{CYAN}mThey leak" in shown
    assert (
        f"\x1b[{CYAN}m us that \x1b[0m\x1b[1;{MAGENTA}m³\x1b[0m\x1b[{MAGENTA}mthe pumps failed twice" in shown
    )


def test_no_color_on_a_terminal_gives_the_signs() -> None:
    shown = show(*CLAIMS, colour=True, NO_COLOR="1")
    assert "[4: the pumps had failed]" in shown
    assert f"\x1b[{CYAN}m" not in shown


def test_an_article_without_claims_is_shown_without_a_legend() -> None:
    assert "number: claim" not in show()


def test_the_table_says_who_what_how_and_how_much() -> None:
    assert rows(show(*CLAIMS)) == [
        ["1", "—", "The gates [are] old", "asserted", "0.25"],
        ["2", "Anna Reed", "They leak Hall told us that the pumps failed twice", "direct, by name", "0.25"],
        ["3", "Tom Hall", "the pumps failed twice", "direct, by name", "0.25"],
        ["", "", "", "within 2", ""],
        ["4", "Tom Hall", "the pumps had failed", "direct, by name", "0.25"],
    ]


def test_the_table_says_what_is_denied_or_not_simply_stated() -> None:
    """A denied claim shown as if it had been made would be the worst of errors."""
    denied = DENIED.model_copy(update={"polarity": Polarity.DENIED, "modality": Modality.HEDGED})
    found_as = [row[3] for row in rows(show(denied))]
    assert found_as == ["direct, by name", "denied", "hedged"]


def explain(given: Claim) -> str:
    """What is said of a claim beneath the table."""
    return show(given, explained=True).split("┘")[1]


def test_an_explanation_names_the_rule_or_the_model_with_its_version_and_confidence() -> None:
    assert "found by  quote before cue (rules-1), 0.80" in explain(REED)


def test_an_explanation_names_the_cue_and_its_lemma() -> None:
    assert "cue       said (say)" in explain(REED)
    assert "cue       none" in explain(ASSERTED)


def test_an_explanation_says_how_the_claimant_was_found() -> None:
    who = {"name": "Tom Hall", "found_by": FoundBy.PRONOUN, "confidence": 0.61}
    known = Claimant(span=cut("Hall"), entity_id=derive_id("entity", "a"), description="the engineer", **who)
    assert "“Hall” is Tom Hall, the engineer: by pronoun, an entity of the article, 0.61" in explain(
        DENIED.model_copy(update={"claimant": known})
    )
    understood = Claimant(**{**who, "found_by": FoundBy.CARRIED})
    assert "understood is Tom Hall: by carried, no entity, 0.61" in explain(
        DENIED.model_copy(update={"claimant": understood})
    )
    assert "the article itself" in explain(ASSERTED)


def test_reasons_are_bars_with_the_words_that_show_them() -> None:
    """Full bars raise the score, light ones lower it; the heaviest of the article is the longest."""
    worth = CheckWorthiness(
        score=0.7,
        reasons=(
            Reason(reason=CheckReason.PAST_EVENT, weight=2.0, words="failed twice"),
            Reason(reason=CheckReason.VAGUE, weight=-1.0, words="they"),
            Reason(reason=CheckReason.SHORT, weight=-0.01),
        ),
    )
    shown = explain(DENIED.model_copy(update={"check_worthiness": worth}))
    lines = [line.strip() for line in shown.splitlines()]
    at = lines.index("check     0.70")
    assert lines[at + 1 : at + 4] == [
        "past event +2.00 ██████████ failed twice",
        "vague      -1.00 ░░░░░      they",
        "short      -0.01 ░",
    ]
