"""How often pronouns and nominals that say something are resolved to who is meant.

    python -m bench.speakers [--json]

Ten articles of PolNeAR dev in COPYDESK_EVAL, annotated by ids and offsets in `bench/annotations/`, and the
fifteen of our own in `tests/gold/`. "gold" resolves the sources as annotated; "end to end" finds them first,
and what is not found is wrong. An antecedent is a named mention in the article, or none where the source
stays without a name. Names are those that the entities worker finds.
"""

import argparse
import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from rich.console import Console
from rich.table import Table
from spacy.language import Language

from schemas import Claim, Claimant, FoundBy, Mention, Metadata, QuoteType, derive_id
from services import claims as reading
from services import entities as naming
from services.claims import Article, Attribution, detection
from tests.gold import Gold, GoldAttribution, read_articles

Range = tuple[int, int]
DATA = Path(os.environ.get("COPYDESK_EVAL", "../shared/eval")) / "attribution" / "dev.jsonl"
ANNOTATIONS = Path(__file__).parent / "annotations" / "polnear-dev.jsonl"
NO_DATA = 3
KINDS = ("name", "pronoun", "nominal", "collective")
THRESHOLDS = (0.0, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


@dataclass(frozen=True)
class Asked:
    """A source of which is known whom it means: mentions of them by name, none where there is no name."""

    source: Range
    kind: str
    antecedents: tuple[Range, ...]


@dataclass(frozen=True)
class Case:
    """A text with its attributions and the sources that are asked for."""

    key: str
    text: str
    attributions: list[Attribution]
    asked: list[Asked]


@dataclass(frozen=True)
class Answer:
    """One annotated source with what was made of it."""

    kind: str
    named: bool
    answered: bool
    right: bool
    confidence: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    cases = {"own": [_own_case(gold) for gold in read_articles()]}
    if DATA.exists():
        cases["PolNeAR"] = _polnear_cases()
    result = {name: summarise(answers) for name, answers in measure(cases).items()}
    if options.json:
        print(json.dumps(result, indent=2))
    else:
        Console().print(_tabulate(result), _tabulate_curve(result))
    if not DATA.exists():
        print(f"no data: {DATA} is missing (set COPYDESK_EVAL)", file=sys.stderr)
        sys.exit(NO_DATA)


def measure(cases: Mapping[str, Sequence[Case]]) -> dict[str, list[Answer]]:
    """The answers to each source that is asked for, from gold sources and end to end."""
    names, parses = naming.load_pipeline(), reading.load_pipeline()
    found: dict[str, list[Answer]] = {}
    for corpus, ones in cases.items():
        gold, whole = found.setdefault(f"{corpus}, gold", []), found.setdefault(f"{corpus}, end to end", [])
        for case in ones:
            article = _prepare(names, case)
            given = detection.make_claims(parses(case.text), article, case.attributions)
            gold += [_judge(article, one, given) for one in case.asked]
            claims = detection.detect(parses, [article])[0]
            whole += [_judge(article, one, claims) for one in case.asked]
    return found


def summarise(answers: Sequence[Answer]) -> dict[str, Any]:
    """Accuracy by kind, and coverage against precision over the confidence of sources that have a name."""
    kinds = [kind for kind in KINDS if any(one.kind == kind for one in answers)]
    rows = {kind: _share([one.right for one in answers if one.kind == kind]) for kind in kinds}
    named = [one for one in answers if one.named]
    rows["named"] = _share([one.right for one in named])
    rows["unnamed"] = _share([one.right for one in answers if not one.named])
    rows["all"] = _share([one.right for one in answers])
    return {"accuracy": rows, "curve": [_point(answers, len(named), at) for at in THRESHOLDS]}


def _point(answers: Sequence[Answer], named: int, threshold: float) -> dict[str, float]:
    kept = [one for one in answers if one.answered and one.confidence >= threshold]
    right = sum(one.right for one in kept)
    return {
        "from": threshold,
        "coverage": sum(one.named for one in kept) / max(1, named),
        "precision": right / len(kept) if kept else 1.0,
    }


def _share(right: Sequence[bool]) -> dict[str, float]:
    return {"accuracy": sum(right) / max(1, len(right)), "of": len(right)}


def _own_case(gold: Gold) -> Case:
    given = (
        Attribution(one.source, one.cue, one.content, one.quote_type, "gold", 1.0)
        for one in gold.attributions
    )
    asked = [
        Asked(_longest(one.source), _kind(one), _find_all(gold.text, one.claimant))
        for one in gold.attributions
        if one.source
    ]
    return Case(gold.id, gold.text, sorted(given, key=lambda one: one.content), asked)


def _kind(one: GoldAttribution) -> str:
    """Sources without a name are nominals, as in the annotation of PolNeAR."""
    plain = {FoundBy.UNNAMED: "nominal", FoundBy.CARRIED: "name"}
    return plain.get(one.found_by, one.found_by.value)


def _find_all(text: str, name: str | None) -> tuple[Range, ...]:
    return tuple(match.span() for match in re.finditer(re.escape(name), text)) if name is not None else ()


def _polnear_cases() -> list[Case]:
    texts = {one["id"]: one for one in _read(DATA)}
    return [_polnear_case(texts[one["id"]], one["sources"]) for one in _read(ANNOTATIONS)]


def _polnear_case(given: dict[str, Any], sources: Sequence[dict[str, Any]]) -> Case:
    gold = given["annotations"][0]["attributions"]
    spans = {one["id"]: _longest(one["source"]) for one in gold if one["source"]}
    asked = [Asked(spans[one["attribution"]], one["kind"], _named(one["antecedent"])) for one in sources]
    made = sorted((_attribution(one) for one in gold if one["content"]), key=lambda one: one.content)
    return Case(given["id"], given["text"], made, asked)


def _named(bounds: Sequence[int] | None) -> tuple[Range, ...]:
    return ((bounds[0], bounds[1]),) if bounds is not None else ()


def _prepare(nlp: Language, case: Case) -> Article:
    key = derive_id("article", case.key)
    (names,) = naming.extract(nlp, [(key, case.text)])
    return Article(key, case.text, Metadata(), tuple(names.mentions), tuple(names.entities))


def _attribution(one: dict[str, Any]) -> Attribution:
    source, cue, content = (tuple((s, e) for s, e in one[role]) for role in ("source", "cue", "content"))
    return Attribution(source, cue, content, QuoteType(one["quote_type"]), "gold", 1.0)


def _judge(article: Article, one: Asked, claims: Sequence[Claim]) -> Answer:
    claimant = _claimant_at(claims, one.source)
    named, meant = bool(one.antecedents), _entities_at(article.mentions, one.antecedents)
    entity = claimant.entity_id if claimant is not None else None
    right = claimant is not None and (entity in meant if named else entity is None)
    return Answer(one.kind, named, entity is not None, right, claimant.confidence if claimant else 0.0)


def _claimant_at(claims: Sequence[Claim], source: Range) -> Claimant | None:
    for claim in claims:
        span = claim.claimant.span if claim.claimant is not None else None
        if span is not None and span.start < source[1] and source[0] < span.end:
            return claim.claimant
    return None


def _entities_at(mentions: Sequence[Mention], bounds: Sequence[Range]) -> set[UUID]:
    meets = ((one, start, end) for one in mentions for start, end in bounds)
    return {one.entity_id for one, start, end in meets if one.span.start < end and start < one.span.end}


def _longest(spans: Sequence[Sequence[int]]) -> Range:
    start, end = max(spans, key=lambda bounds: bounds[1] - bounds[0])
    return start, end


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _tabulate(result: dict[str, dict[str, Any]]) -> Table:
    table = Table("sources", *result, title="resolved rightly (of)")
    for kind in (*KINDS, "named", "unnamed", "all"):
        rows = [one["accuracy"].get(kind) for one in result.values()]
        table.add_row(kind, *(f"{row['accuracy']:.3f} ({row['of']})" if row else "-" for row in rows))
    return table


def _tabulate_curve(result: dict[str, dict[str, Any]]) -> Table:
    table = Table("confidence from", *result, title="coverage / precision of the answers with an entity")
    for points in zip(*(one["curve"] for one in result.values()), strict=True):
        cells = (f"{point['coverage']:.3f} / {point['precision']:.3f}" for point in points)
        table.add_row(f"{points[0]['from']:.1f}", *cells)
    return table


if __name__ == "__main__":
    main()
