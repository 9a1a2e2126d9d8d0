"""Names found in CleanCoNLL dev: exact spans of PER, ORG and LOC by seqeval's rules.

    COPYDESK_EVAL=… python -m bench.names [--json]

spaCy's small pipeline as it comes, sentence by sentence over the corpus's own words, and what `extract`
makes of the same sentences as paragraphs of a document: by the label of each mention (a side that plays is an
organisation there) and by the kind of the entity it names (one kind for all mentions of a country). Labels
of OntoNotes are read as: PERSON is PER; ORG is ORG; GPE, LOC and FAC are LOC; everything else is left out, as
MISC is in the corpus.
"""

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from rich.console import Console
from rich.table import Table
from spacy.language import Language
from spacy.tokens import Doc

from services.entities import Extraction, extract, load_pipeline
from services.kit.settings import SPACY_PIPELINE
from training.names.corpus import Document, find_spans, read_documents

DATA = Path(os.environ.get("COPYDESK_EVAL", "../shared/eval")) / "ner" / "cleanconll-dev.txt"
NO_DATA = 3
SCORED = ("PER", "ORG", "LOC")
LABELS = {"PERSON": "PER", "PER": "PER", "ORG": "ORG", "GPE": "LOC", "LOC": "LOC", "FAC": "LOC"}
KINDS = {"person": "PER", "organization": "ORG", "place": "LOC"}

Name = tuple[int, int, int, str]
"""Document, first code point, code point after the last, label."""
Row = dict[str, dict[str, float]]


def main() -> None:
    """Run both over the same documents, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = compare(_read())
    if options.json:
        print(json.dumps(rows))
    else:
        Console().print(_tabulate(rows))


def compare(documents: Sequence[Document]) -> dict[str, Row]:
    """The figures of each recogniser."""
    gold, raw, ours = find_gold(documents), load_pipeline(SPACY_PIPELINE), load_pipeline()
    articles = [(UUID(int=at), join_text(document)) for at, document in enumerate(documents)]
    extractions = extract(ours, articles)
    return {
        "en_core_web_sm": score(gold, find_raw(raw, documents)),
        "copydesk, each mention's label": score(gold, find_ours(extractions, by_label=True)),
        "copydesk, its entity's kind": score(gold, find_ours(extractions, by_label=False)),
    }


def find_gold(documents: Sequence[Document]) -> set[Name]:
    """The names of the corpus, in code points of `join_text`."""
    return {
        (at, *_place(sentence.words, start, end, offset), kind)
        for at, document in enumerate(documents)
        for sentence, offset in zip(document, _offsets(document), strict=True)
        for start, end, kind in find_spans(sentence.labels)
        if kind in SCORED
    }


def find_raw(nlp: Language, documents: Sequence[Document]) -> set[Name]:
    """The pipeline's own labels over the corpus's words."""
    given = (
        (Doc(nlp.vocab, words=list(sentence.words)), (at, offset))
        for at, document in enumerate(documents)
        for sentence, offset in zip(document, _offsets(document), strict=True)
    )
    return {
        (at, ent.start_char + offset, ent.end_char + offset, LABELS[ent.label_])
        for doc, (at, offset) in nlp.pipe(given, as_tuples=True, batch_size=64)
        for ent in doc.ents
        if ent.label_ in LABELS
    }


def find_ours(extractions: Sequence[Extraction], by_label: bool) -> set[Name]:
    """What the entities worker publishes: by the mention's label, or by the kind of what it names."""
    found: set[Name] = set()
    for at, extraction in enumerate(extractions):
        kinds = {entity.entity_id: KINDS.get(entity.kind.value) for entity in extraction.entities}
        for mention in extraction.mentions:
            label = LABELS.get(mention.label) if by_label else kinds[mention.entity_id]
            if label is not None:
                found.add((at, mention.span.start, mention.span.end, label))
    return found


def join_text(document: Document) -> str:
    """Words joined by spaces; each sentence is a paragraph."""
    return "\n\n".join(" ".join(sentence.words) for sentence in document)


def score(gold: set[Name], found: set[Name]) -> Row:
    """Precision, recall and F1 of each label, and of all together."""
    right = gold & found
    counts = [Counter(name[3] for name in names) for names in (right, found, gold)]
    rows = {label: _rate(*(count[label] for count in counts)) for label in SCORED}
    return rows | {"all": _rate(len(right), len(found), len(gold))}


def _rate(right: int, found: int, gold: int) -> dict[str, float]:
    return {
        "precision": right / max(1, found),
        "recall": right / max(1, gold),
        "F1": 2 * right / max(1, found + gold),
    }


def _offsets(document: Document) -> list[int]:
    offsets, at = [], 0
    for sentence in document:
        offsets.append(at)
        at += len(" ".join(sentence.words)) + 2
    return offsets


def _place(words: Sequence[str], start: int, end: int, offset: int) -> tuple[int, int]:
    before = sum(len(word) + 1 for word in words[:start])
    return offset + before, offset + before + len(" ".join(words[start:end]))


def _read() -> list[Document]:
    if not DATA.exists():
        print(f"no {DATA}: set COPYDESK_EVAL to the folder of the evaluation data", file=sys.stderr)
        sys.exit(NO_DATA)
    return read_documents(DATA)


def _tabulate(rows: dict[str, Row]) -> Table:
    table = Table("", *rows["en_core_web_sm"], title="CleanCoNLL dev: F1 (precision, recall)")
    for name, row in rows.items():
        cells = (f"{r['F1']:.3f} ({r['precision']:.3f}, {r['recall']:.3f})" for r in row.values())
        table.add_row(name, *cells)
    return table


if __name__ == "__main__":
    main()
