"""Where the encoder's time goes, and what handing its states on would weigh: the ground of decision 0016.

    python -m bench.encoder [TEXTS.jsonl] [--rounds 5] [--json]

Processor seconds for 1,000 words of each part on one thread (median of the rounds), over the examples or over
lines with a `text`; and the bytes of an article's states after the trunk (16 bits each) beside those of its
text, which is what the stages hand on today.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import spacy
from rich.console import Console
from rich.table import Table
from spacy.tokens import Doc

from services.claims.decoding import Thresholds
from services.claims.tagging import tag
from services.encoder.sessions import Encoder
from services.encoder.windows import pack

EXAMPLES = Path("examples")
WIDTH, BYTES = 384, 2


def main() -> None:
    """Read the texts in rounds, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("texts", type=Path, nargs="?")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    texts = read_texts(options.texts)
    result = {
        "words": sum(len(text.split()) for text in texts),
        "cpu_seconds_per_1000_words": measure(texts, options.rounds),
        "bytes_per_article": weigh(texts),
    }
    if options.json:
        print(json.dumps(result))
    else:
        _print(result)


def read_texts(path: Path | None) -> list[str]:
    """The texts of a JSON Lines file, or the text files of the examples."""
    if path is None:
        return [one.read_text(encoding="utf-8") for one in sorted(EXAMPLES.glob("*.txt"))]
    return [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]


def measure(texts: Sequence[str], rounds: int) -> dict[str, float]:
    """The median cost of each part; parts take turns within a round."""
    encoder, blank, chosen = Encoder(), spacy.blank("en"), Thresholds()
    docs = [blank.make_doc(text) for text in texts]

    def find(doc: Doc) -> None:
        tag(doc, encoder, encoder.read(doc.text), chosen)

    parts: dict[str, Callable[[Doc], object]] = {
        "word pieces and windows": lambda doc: pack(encoder.tokenizer, doc.text),
        "with the trunk": lambda doc: list(encoder.read_trunk(doc.text)),
        "the same, paragraphs alone": lambda doc: list(encoder.read_trunk(doc.text, alone=True)),
        "trunk and names (entities)": lambda doc: encoder.read_names(doc.text),
        "trunk, cues, worth (claims)": lambda doc: encoder.read(doc.text),
        "and roles, decoded (claims)": find,
    }
    words = sum(len(text.split()) for text in texts)
    spent: dict[str, list[float]] = {name: [] for name in parts}
    for _ in range(rounds):
        for name, part in parts.items():
            began = time.process_time()
            for doc in docs:
                encoder.forget()
                part(doc)
            spent[name].append((time.process_time() - began) * 1000 / words)
    return {name: statistics.median(times) for name, times in spent.items()}


def weigh(texts: Sequence[str]) -> dict[str, float]:
    """Mean bytes of a text, and of its states if they were handed on."""
    encoder = Encoder()
    pieces = sum(len(window) for text in texts for window in pack(encoder.tokenizer, text))
    return {
        "text": sum(len(text.encode()) for text in texts) / len(texts),
        "states": pieces * WIDTH * BYTES / len(texts),
    }


def _print(result: dict[str, dict[str, float]]) -> None:
    table = Table("part", "CPU s for 1,000 words", title=f"one thread, {result['words']} words")
    for name, seconds in result["cpu_seconds_per_1000_words"].items():
        table.add_row(name, f"{seconds:.3f}")
    weights = result["bytes_per_article"]
    Console().print(table)
    Console().print(
        f"an article's text {weights['text'] / 1e3:.1f} kB; its states {weights['states'] / 1e3:.0f} kB, "
        f"{weights['states'] / weights['text']:.0f} times as much"
    )


if __name__ == "__main__":
    main()
