"""The claims of an article for the terminal: a table, and what found each and makes its score."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from schemas import Claim, Claimant, Modality, Polarity, Reason
from services.cli.marked_article import MarkedArticle, choose_colours, name_claimant
from services.cli.rendering import render_failure, render_head, show_text
from services.offline.results import Analysis, Status

WIDTH = 10
"""Cells of the longest bar."""
RAISES, LOWERS = "█", "░"


def render_analysis(analysis: Analysis) -> RenderableType:
    """The text with its claims marked; then the claims."""
    return _render(analysis, explained=False)


def render_explained(analysis: Analysis, scale: str = "") -> RenderableType:
    """The same, what speaks for each claim, and what the scores hold for."""
    return _render(analysis, explained=True, scale=scale)


def _render(analysis: Analysis, explained: bool, scale: str = "") -> RenderableType:
    if analysis.status is not Status.DONE:
        return render_failure(analysis)
    claims, colours = analysis.claims, choose_colours(analysis.claims)
    return Group(
        render_head(analysis),
        MarkedArticle(analysis.text, claims, colours),
        "",
        _tabulate(claims, colours),
        *(_explain_all(claims, colours) if explained else ()),
        *(("", Text(scale, "dim")) if scale and claims else ()),
        "",
    )


def _tabulate(claims: Sequence[Claim], colours: Mapping[str, str]) -> Table:
    table = Table()
    table.add_column("#", justify="right")
    table.add_column("claimant", max_width=24)
    table.add_column("claim", ratio=1)
    table.add_column("found as", max_width=16)
    table.add_column("check", justify="right")
    numbers = _number(claims)
    for number, claim in enumerate(claims, 1):
        found = "\n".join(_say_how(claim, numbers))
        worth = f"{claim.check_worthiness.score:.2f}"
        table.add_row(str(number), _show_claimant(claim, colours), show_text(claim.text), found, worth)
    return table


def _say_how(claim: Claim, numbers: Mapping[UUID | None, int]) -> Iterator[str]:
    """How the words are given and the claimant was found, then whatever is not as usual."""
    by = f", by {claim.claimant.found_by}" if claim.claimant else ""
    yield f"{claim.quote_type or claim.kind}{by}"
    if claim.polarity is not Polarity.AFFIRMED:
        yield str(claim.polarity)
    if claim.modality is not Modality.STATED:
        yield str(claim.modality)
    if claim.nested_in in numbers:
        yield f"within {numbers[claim.nested_in]}"


def _number(claims: Sequence[Claim]) -> dict[UUID | None, int]:
    return {claim.claim_id: number for number, claim in enumerate(claims, 1)}


def _explain_all(claims: Sequence[Claim], colours: Mapping[str, str]) -> Iterator[RenderableType]:
    heaviest = max((abs(one.weight) for claim in claims for one in claim.check_worthiness.reasons), default=1)
    for number, claim in enumerate(claims, 1):
        yield Text.assemble("\n", (f"{number}  ", "bold"), _show_claimant(claim, colours))
        yield Padding(show_text(claim.text), (0, 0, 0, 3))
        yield Padding(_explain(claim, heaviest), (0, 0, 0, 3))


def _explain(claim: Claim, heaviest: float) -> Table:
    """Two columns: what is asked, what is known."""
    found, worth = claim.provenance, claim.check_worthiness
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column(ratio=1)
    table.add_row("cue", _show_cue(claim))
    table.add_row("found by", f"{found.method.replace('_', ' ')} ({found.version}), {found.confidence:.2f}")
    table.add_row("claimant", show_text(_say_who(claim.claimant)))
    table.add_row("check", Group(f"{worth.score:.2f}", _draw_reasons(worth.reasons, heaviest)))
    return table


def _show_cue(claim: Claim) -> Text:
    if claim.cue is None:
        return Text("none")
    words = " … ".join(span.exact for span in claim.cue.spans)
    return show_text(f"{words} ({claim.cue.lemma})")


def _say_who(claimant: Claimant | None) -> str:
    if claimant is None:
        return "the article itself"
    words = f"“{' '.join(claimant.span.exact.split())}”" if claimant.span else "understood"
    described = f", {claimant.description}" if claimant.description else ""
    known = "an entity of the article" if claimant.entity_id else "no entity"
    return (
        f"{words} is {claimant.name}{described}: by {claimant.found_by}, {known}, {claimant.confidence:.2f}"
    )


def _draw_reasons(reasons: Sequence[Reason], heaviest: float) -> Table:
    """A bar for each, full where it raises the score and light where it lowers it."""
    table = Table.grid(padding=(0, 1))
    for reason in reasons:
        raises, cells = reason.weight > 0, max(1, round(abs(reason.weight) / heaviest * WIDTH))
        bar = Text((RAISES if raises else LOWERS) * cells, "green" if raises else "red")
        bar.pad_right(WIDTH - cells)
        name = reason.reason.replace("_", " ")
        table.add_row(name, f"{reason.weight:+.2f}", bar, show_text(reason.words))
    return table


def _show_claimant(claim: Claim, colours: Mapping[str, str]) -> Text:
    shown = show_text(name_claimant(claim))
    shown.stylize(colours.get(name_claimant(claim), "default"))
    return shown
