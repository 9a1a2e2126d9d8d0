"""Whether reasons are causes: the score of a sentence read anew without the words of a reason.

    python -m bench.reasons [--json]

For each sentence of tests/gold/reasons.txt the words that raise its score for the reason named there are
struck out, and what is left is read again by everything that made the score, the encoder too.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rich.console import Console
from rich.table import Table
from spacy.language import Language

from schemas import CheckReason, CheckWorthiness
from services.claims import load_pipeline
from services.claims.sentences import rate_sentences
from services.claims.signs import RAISING
from tests.gold.reasons import Shown, read_shown, strike


@dataclass(frozen=True)
class Struck:
    """A sentence and its score, with the words of its reason and without."""

    reason: CheckReason
    text: str
    rest: str
    before: float
    after: float

    @property
    def falls(self) -> bool:
        """Whether the reason contributed."""
        return self.after < self.before


def main() -> None:
    """Strike, read, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    struck = strike_all(load_pipeline(), [one for one in read_shown() if one.reason in RAISING])
    if options.json:
        print(json.dumps([{**asdict(one), "falls": one.falls} for one in struck]))
    else:
        print_table(struck)


def strike_all(nlp: Language, sentences: Sequence[Shown]) -> list[Struck]:
    """Each sentence with and without the words of its reason."""
    whole = list(rate_sentences(nlp, [one.text for one in sentences]))
    rests = [
        strike(nlp, one.text, _find_words(worth, one.reason))
        for one, worth in zip(sentences, whole, strict=True)
    ]
    less = rate_sentences(nlp, rests)
    return [
        Struck(one.reason, one.text, rest, before.score, after.score)
        for one, rest, before, after in zip(sentences, rests, whole, less, strict=True)
    ]


def _find_words(worth: CheckWorthiness, reason: CheckReason) -> str:
    return next((one.words for one in worth.reasons if one.reason is reason), "")


def print_table(struck: Sequence[Struck]) -> None:
    """All sentences, those whose score does not fall marked; then how many fall."""
    table = Table("reason", "sentence", "without", "before", "after", "falls")
    for one in struck:
        cells = f"{one.before:.2f}", f"{one.after:.2f}", "yes" if one.falls else "NO"
        table.add_row(one.reason.value, one.text, one.rest, *cells)
    console = Console()
    console.print(table)
    console.print(f"{sum(one.falls for one in struck)} of {len(struck)} fall")


if __name__ == "__main__":
    main()
