"""How often pronouns and nominals that say something are resolved to who is meant.

    python -m bench.speakers [--json]

Ten articles of PolNeAR dev in COPYDESK_EVAL, annotated by ids and offsets in `bench/annotations/`. "gold
sources" resolves the sources of the corpus; "end to end" finds them first, and what is not found is wrong.
An antecedent is a named mention in the article, or none where the source stays without a name. Names are
those that the entities worker finds.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID

from rich.console import Console
from rich.table import Table
from spacy.language import Language

from schemas import Claim, Claimant, Mention, Metadata, QuoteType, derive_id
from services import claims as reading
from services import entities as naming
from services.claims import Article, Attribution, detection

Range = tuple[int, int]
DATA = Path(os.environ.get("COPYDESK_EVAL", "../shared/eval")) / "attribution" / "dev.jsonl"
ANNOTATIONS = Path(__file__).parent / "annotations" / "polnear-dev.jsonl"
NO_DATA = 3
KINDS = ("pronoun", "nominal", "collective")
THRESHOLDS = (0.0, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


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
    if not DATA.exists():
        print(f"no data: {DATA} is missing (set COPYDESK_EVAL)", file=sys.stderr)
        sys.exit(NO_DATA)
    result = {name: summarise(answers) for name, answers in measure().items()}
    if options.json:
        print(json.dumps(result, indent=2))
    else:
        Console().print(_tabulate(result), _tabulate_curve(result))


def measure() -> dict[str, list[Answer]]:
    """The answers to each annotated source, from gold sources and end to end."""
    names, parses = naming.load_pipeline(), reading.load_pipeline()
    found: dict[str, list[Answer]] = {"gold sources": [], "end to end": []}
    texts = {one["id"]: one for one in _read(DATA)}
    for annotated in _read(ANNOTATIONS):
        given = texts[annotated["id"]]
        article = _prepare(names, given)
        gold = given["annotations"][0]["attributions"]
        sources = {one["id"]: _longest(one["source"]) for one in gold if one["source"]}
        for name, claims in (
            ("gold sources", _detect_from(parses, article, gold)),
            ("end to end", detection.detect(parses, [article])[0]),
        ):
            found[name] += [
                _judge(article, one, sources[one["attribution"]], claims) for one in annotated["sources"]
            ]
    return found


def summarise(answers: Sequence[Answer]) -> dict[str, Any]:
    """Accuracy by kind, and coverage against precision over the confidence of sources that have a name."""
    rows = {kind: _share([one.right for one in answers if one.kind == kind]) for kind in KINDS}
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


def _prepare(nlp: Language, given: dict[str, Any]) -> Article:
    key = derive_id("article", given["id"])
    (names,) = naming.extract(nlp, [(key, given["text"])])
    return Article(key, given["text"], Metadata(), tuple(names.mentions), tuple(names.entities))


def _detect_from(nlp: Language, article: Article, gold: Sequence[dict[str, Any]]) -> Sequence[Claim]:
    """Claims whose source, cue and content are those of the corpus."""
    given = sorted((_attribution(one) for one in gold if one["content"]), key=lambda one: one.content)
    with patch.object(detection, "attribute", lambda _: given):
        return detection.detect(nlp, [article])[0]


def _attribution(one: dict[str, Any]) -> Attribution:
    source, cue, content = (tuple((s, e) for s, e in one[role]) for role in ("source", "cue", "content"))
    return Attribution(source, cue, content, QuoteType(one["quote_type"]), "gold", 1.0)


def _judge(article: Article, one: dict[str, Any], source: Range, claims: Sequence[Claim]) -> Answer:
    claimant = _claimant_at(claims, source)
    named, meant = one["antecedent"] is not None, _entities_at(article.mentions, one["antecedent"])
    entity = claimant.entity_id if claimant is not None else None
    right = claimant is not None and (entity in meant if named else entity is None)
    return Answer(one["kind"], named, entity is not None, right, claimant.confidence if claimant else 0.0)


def _claimant_at(claims: Sequence[Claim], source: Range) -> Claimant | None:
    for claim in claims:
        span = claim.claimant.span if claim.claimant is not None else None
        if span is not None and span.start < source[1] and source[0] < span.end:
            return claim.claimant
    return None


def _entities_at(mentions: Sequence[Mention], bounds: Sequence[int] | None) -> set[UUID]:
    if bounds is None:
        return set()
    start, end = bounds
    return {one.entity_id for one in mentions if one.span.start < end and start < one.span.end}


def _longest(spans: Sequence[Sequence[int]]) -> Range:
    start, end = max(spans, key=lambda bounds: bounds[1] - bounds[0])
    return start, end


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _tabulate(result: dict[str, dict[str, Any]]) -> Table:
    table = Table("sources", *result, title="resolved rightly")
    for kind in (*KINDS, "named", "unnamed", "all"):
        rows = [one["accuracy"][kind] for one in result.values()]
        table.add_row(f"{kind} ({rows[0]['of']})", *(f"{row['accuracy']:.3f}" for row in rows))
    return table


def _tabulate_curve(result: dict[str, dict[str, Any]]) -> Table:
    table = Table("confidence from", *result, title="coverage / precision of the answers with an entity")
    for points in zip(*(one["curve"] for one in result.values()), strict=True):
        cells = (f"{point['coverage']:.3f} / {point['precision']:.3f}" for point in points)
        table.add_row(f"{points[0]['from']:.1f}", *cells)
    return table


if __name__ == "__main__":
    main()
