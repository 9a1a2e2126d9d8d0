"""Which ways of reporting speech are handled, on sentences and short articles of our own.

    python -m bench.constructions [--json | --docs | --misses]

A text is handled where each of its attributions is found with its source, cue, whole content, quote type,
claimant and nesting, and nothing else is. Marks, "that" before a clause and the bounds of sources and cues
are not judged strictly. Names are given, so that the recogniser's mistakes are not counted. --docs writes
the tables of docs/attribution.md anew, --misses tells what is amiss.
"""

import argparse
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table
from spacy.language import Language

from schemas import Claim, ClaimKind, EntityKind, Metadata, Modality, Polarity, Span, derive_id
from services import claims as reading
from services.claims import Article
from services.entities import FoundMention, merge
from tests.gold import Gold, GoldAttribution, read_articles, read_sentences
from tests.gold.marking import Range

PAGE = Path(__file__).parents[1] / "docs" / "attribution.md"
MARKED = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
LABELS = {EntityKind.PERSON: "PERSON", EntityKind.ORGANIZATION: "ORG", EntityKind.PLACE: "GPE"}
LEADING_THAT = re.compile(r"that\b", re.IGNORECASE)
HANDLED, NOT_YET = "handled", "not yet"


@dataclass(frozen=True)
class Verdict:
    """What came of one text: which attributions were found, and what is amiss."""

    gold: Gold
    found: int
    misses: tuple[str, ...]

    @property
    def handled(self) -> bool:
        """Whether everything was found and nothing else."""
        return not self.misses


@dataclass(frozen=True)
class Row:
    """One construction of the table."""

    construction: str
    texts: int
    handled: int
    attributions: int
    found: int

    @property
    def state(self) -> str:
        """The word of the table: handled only where each text is."""
        return HANDLED if self.handled == self.texts else NOT_YET


def main() -> None:
    """Judge and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for option in ("--json", "--docs", "--misses"):
        parser.add_argument(option, action="store_true")
    options = parser.parse_args()
    nlp = reading.load_pipeline()
    sentences, articles = judge(nlp, read_sentences()), judge(nlp, read_articles())
    if options.json:
        print(json.dumps({"sentences": summarise(sentences), "articles": summarise(articles)}, indent=2))
    elif options.docs:
        page = PAGE.read_text(encoding="utf-8")
        tables = {"constructions": tabulate(sentences), "articles": tabulate_articles(articles)}
        PAGE.write_text(fill(page, tables), encoding="utf-8")
    else:
        Console().print(_print("construction", sentences), _print("article", articles))
    if options.misses:
        for one in [*sentences, *articles]:
            print(*(f"{one.gold.id}: {miss}" for miss in one.misses), sep="\n")


def judge(nlp: Language, texts: Sequence[Gold]) -> list[Verdict]:
    """The verdict on each text."""
    found = reading.detect(nlp, [prepare(gold) for gold in texts])
    return [compare(gold, claims) for gold, claims in zip(texts, found, strict=True)]


def prepare(gold: Gold) -> Article:
    """The text as the claims worker gets it, with the names that the gold gives."""
    key = derive_id("article", gold.id)
    mentions = [
        FoundMention(match.start(), match.end(), LABELS[kind])
        for name, kind in gold.names.items()
        for match in re.finditer(rf"\b{re.escape(name)}\b", gold.text)
    ]
    names = merge(key, gold.text, mentions)
    return Article(key, gold.text, Metadata(), tuple(names.mentions), tuple(names.entities))


def compare(gold: Gold, claims: Sequence[Claim]) -> Verdict:
    """What of the gold is among the claims, and what is there besides."""
    attributed = [claim for claim in claims if claim.kind is ClaimKind.ATTRIBUTED]
    contents = {claim.claim_id: _letters(gold.text, _bounds(claim.content)) for claim in attributed}
    pairs = {
        one.number: next(
            (c for c in attributed if contents[c.claim_id] == _letters(gold.text, one.content)), None
        )
        for one in gold.attributions
    }
    ids = {number: claim.claim_id for number, claim in pairs.items() if claim is not None}
    misses = []
    for one in gold.attributions:
        claim = pairs[one.number]
        amiss = ["not found"] if claim is None else [*_differences(gold, one, claim, ids)]
        misses += [f"{one.number} {what}" for what in amiss]
    found = len(gold.attributions) - len({miss.split()[0] for miss in misses})
    spare = [claim for claim in attributed if claim.claim_id not in ids.values()]
    misses += [f"besides: {claim.cue.lemma if claim.cue else '-'}: {claim.text}" for claim in spare]
    return Verdict(gold, found, tuple(misses))


def _differences(gold: Gold, one: GoldAttribution, claim: Claim, ids: dict[int, object]) -> Iterator[str]:
    who, cue = claim.claimant, claim.cue
    if not _meet(gold.text, one.source, _bounds([who.span] if who is not None and who.span else [])):
        yield f"source is {who.span.exact if who and who.span else None}"
    if not _meet(gold.text, one.cue, _bounds(cue.spans if cue is not None else ())):
        yield f"cue is {cue.lemma if cue else None}"
    named = who.name if who is not None and who.entity_id is not None else None
    if named != one.claimant:
        yield f"claimant is {named}"
    if claim.quote_type is not one.quote_type:
        yield f"quote type is {claim.quote_type}"
    if (claim.polarity is Polarity.DENIED) != (one.stance == "denied"):
        yield f"polarity is {claim.polarity}"
    if one.stance == "questioned" and claim.modality is not Modality.QUESTIONED:
        yield f"modality is {claim.modality}"
    outer = ids.get(one.nested_in) if one.nested_in is not None else None
    if claim.nested_in != outer:
        yield f"nested in {claim.nested_in}"


def _bounds(spans: Sequence[Span]) -> tuple[Range, ...]:
    return tuple((span.start, span.end) for span in spans)


def _letters(text: str, bounds: Sequence[Range]) -> frozenset[int]:
    """Where the letters and figures of the content stand; the "that" before a clause is not counted."""
    places = sorted(at for start, end in bounds for at in range(start, end) if text[at].isalnum())
    leading = LEADING_THAT.match(text, places[0]) if places else None
    return frozenset(at for at in places if leading is None or at >= leading.end())


def _meet(text: str, gold: Sequence[Range], found: Sequence[Range]) -> bool:
    """Whether both are empty or share a word; the marks of a label (":") are no cue."""
    left, right = _letters(text, gold), _letters(text, found)
    return bool(left & right) or not (left or right)


def summarise(verdicts: Sequence[Verdict]) -> dict[str, dict[str, object]]:
    """The row of each construction, with its word, and the share of all attributions."""
    rows: dict[str, dict[str, object]] = {
        row.construction: {**asdict(row), "state": row.state} for row in rows_of(verdicts)
    }
    total = sum(len(one.gold.attributions) for one in verdicts)
    found = sum(one.found for one in verdicts)
    return {**rows, "all": {"attributions": total, "found": found, "share": round(found / total, 3)}}


def rows_of(verdicts: Sequence[Verdict]) -> list[Row]:
    """The constructions in the order of the file."""
    names = dict.fromkeys(one.gold.construction for one in verdicts)
    grouped = [(name, [one for one in verdicts if one.gold.construction == name]) for name in names]
    return [_row(name, ones) for name, ones in grouped]


def _row(name: str, verdicts: Sequence[Verdict]) -> Row:
    attributions = sum(len(one.gold.attributions) for one in verdicts)
    handled, found = sum(one.handled for one in verdicts), sum(one.found for one in verdicts)
    return Row(name, len(verdicts), handled, attributions, found)


def tabulate(verdicts: Sequence[Verdict]) -> str:
    """The table as the docs have it, with the first text of each construction."""
    first = {one.gold.construction: one.gold.text for one in reversed(verdicts)}
    lines = ["| Construction | For instance | Texts handled | |", "|---|---|---|---|"]
    for row in rows_of(verdicts):
        example = " ¶ ".join(first[row.construction].split("\n\n"))
        lines.append(f"| {row.construction} | {example} | {row.handled} of {row.texts} | {row.state} |")
    return "\n".join(lines)


def tabulate_articles(verdicts: Sequence[Verdict]) -> str:
    """The table of the short articles: how many of the attributions of each are wholly right."""
    rows = (f"| {r.construction} | {r.found} of {r.attributions} | {r.state} |" for r in rows_of(verdicts))
    return "\n".join(["| Article | Attributions found | |", "|---|---|---|", *rows])


def fill(page: str, tables: Mapping[str, str]) -> str:
    """The page with each table in its place."""
    return MARKED.sub(lambda match: f"{match[1]}\n{tables[match[2]]}\n\n{match[3]}", page)


def _print(what: str, verdicts: Sequence[Verdict]) -> Table:
    total = sum(len(one.gold.attributions) for one in verdicts)
    found = sum(one.found for one in verdicts)
    table = Table(what, "texts", "attributions", "", title=f"{found} of {total} attributions, wholly right")
    for row in rows_of(verdicts):
        texts, single = f"{row.handled} of {row.texts}", f"{row.found} of {row.attributions}"
        table.add_row(row.construction, texts, single, row.state)
    return table


if __name__ == "__main__":
    main()
