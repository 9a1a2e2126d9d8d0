"""An article with its claims marked in place: in colours by speaker, or with signs instead."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from schemas import Claim, Span
from services.cli.rendering import show_text

COLOURS = (
    *("cyan", "magenta", "green", "yellow", "blue", "red"),
    *("bright_cyan", "bright_magenta", "bright_green", "bright_yellow", "bright_blue", "bright_red"),
)
"""Given to the speakers in the order in which they first speak."""
LEGEND = "*claimant*  _cue_  [number: claim]"
INNERMOST = 10**9
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Sign:
    """What is written into the text before or after a stretch."""

    at: int
    closes: bool
    length: int
    """Of the stretch: of two that begin or end at one place, the longer lies outside."""
    number: int
    """Of the claim; of two with the same bounds, the higher lies within."""
    words: str
    style: str = ""

    @property
    def order(self) -> tuple[int, bool, int, int]:
        """By place; what closes comes first, the inner before the outer, and what opens the other way."""
        if self.closes:
            return self.at, False, self.length, -self.number
        return self.at, True, -self.length, self.number


@dataclass(frozen=True)
class MarkedArticle:
    """A text for the terminal; the claims are numbered from 1 in their order."""

    text: str
    claims: Sequence[Claim]
    colours: Mapping[str, str]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """In colours where the terminal has some and they are wanted."""
        if console.color_system is not None and not console.no_color:
            yield self.in_colours()
        else:
            yield Text(LEGEND if self.claims else "", "dim")
            yield self.in_signs()

    def in_colours(self) -> Text:
        """Each claim in the colour of who speaks; a claim within another in the colour of its own speaker."""
        shown = show_text(self.text)
        for claim in sorted(self.claims, key=lambda claim: -_measure(claim.content)):
            for span in claim.content:
                shown.stylize(self._colour(claim), span.start, span.end)
        for claim in self.claims:
            for span in _source(claim):
                shown.stylize(f"bold {self._colour(claim)}", span.start, span.end)
            for span in _cue(claim):
                shown.stylize(f"underline {self._colour(claim)}", span.start, span.end)
        return _write_in(shown, self._numbers())

    def in_signs(self) -> Text:
        """Each claim in brackets with its number, cues and claimants in signs of their own."""
        return _write_in(show_text(self.text), self._signs())

    def _colour(self, claim: Claim) -> str:
        return self.colours.get(name_claimant(claim), "default")

    def _numbers(self) -> Iterator[Sign]:
        for number, claim in enumerate(self.claims, 1):
            first, raised = claim.content[0], str(number).translate(_RAISED)
            yield Sign(
                first.start, False, first.end - first.start, number, raised, f"bold {self._colour(claim)}"
            )

    def _signs(self) -> Iterator[Sign]:
        for number, claim in enumerate(self.claims, 1):
            for span in claim.content:
                end = f"]{number}" if self._is_shared(claim, span) else "]"
                yield from _enclose(span, number, f"[{number}: ", end)
        for span in _unlike(span for claim in self.claims for span in _source(claim)):
            yield from _enclose(span, INNERMOST, "*", "*")
        for span in _unlike(span for claim in self.claims for span in _cue(claim)):
            yield from _enclose(span, INNERMOST, "_", "_")

    def _is_shared(self, claim: Claim, span: Span) -> bool:
        """Whether another claim has words of the span, so that its end must say whose it is."""
        return any(
            span.start < other.end and other.start < span.end
            for one in self.claims
            if one is not claim
            for other in one.content
        )


def choose_colours(claims: Iterable[Claim]) -> dict[str, str]:
    """The colour of each claimant."""
    names = dict.fromkeys(name_claimant(claim) for claim in claims if claim.claimant)
    return {name: COLOURS[number % len(COLOURS)] for number, name in enumerate(names)}


def name_claimant(claim: Claim) -> str:
    """The claimant's name, or a dash."""
    return claim.claimant.name if claim.claimant else "—"


def _enclose(span: Span, number: int, before: str, after: str) -> Iterator[Sign]:
    length = span.end - span.start
    yield Sign(span.start, False, length, number, before)
    yield Sign(span.end, True, length, number, after)


def _write_in(shown: Text, signs: Iterable[Sign]) -> Text:
    """The text with the signs put in; its own styles stay where they were."""
    ordered = sorted(signs, key=lambda sign: sign.order)
    bounds = [0, *(sign.at for sign in ordered), len(shown)]
    pieces = [shown[start:end] if start < end else Text() for start, end in pairwise(bounds)]
    written = pieces[0]
    for sign, piece in zip(ordered, pieces[1:], strict=True):
        written.append(sign.words, sign.style or None).append_text(piece)
    return written


def _measure(spans: Sequence[Span]) -> int:
    return spans[-1].end - spans[0].start


def _unlike(spans: Iterable[Span]) -> Iterator[Span]:
    """Each span once: one cue or claimant may serve several claims."""
    yield from {(span.start, span.end): span for span in spans}.values()


def _source(claim: Claim) -> Iterator[Span]:
    if claim.claimant and claim.claimant.span:
        yield claim.claimant.span


def _cue(claim: Claim) -> Iterator[Span]:
    yield from claim.cue.spans if claim.cue else ()
