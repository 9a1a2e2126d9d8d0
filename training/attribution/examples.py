"""PolNeAR's articles as windows with labels: where the cues are, and what each of them has for roles."""

import json
import os
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from services.encoder.windows import Tokenizer, Window, pack

FOLDER = Path(os.environ.get("COPYDESK_EVAL", "../shared/eval")) / "attribution"
NO_DATA = 3
IGNORED = -100
OUTSIDE, BEGINS, CONTINUES = range(3)
NONE, SOURCE, CONTENT = range(3)
Article = dict[str, Any]


@dataclass(frozen=True)
class CueExample:
    """A cue in its paragraph: pieces `first` to `last` of the window, marks and roles over them."""

    first: int
    last: int
    marks: np.ndarray
    roles: np.ndarray


@dataclass(frozen=True)
class Example:
    """A window with its cue labels and its cues."""

    window: Window
    cues: np.ndarray
    roles: list[CueExample]


def read_articles(name: str) -> list[Article]:
    """The articles of a part, `train` or `dev`; exits with code 3 where the data is missing."""
    path = FOLDER / f"{name}.jsonl"
    if not path.exists():
        print(f"no {path}: set COPYDESK_EVAL to the folder of the evaluation data", file=sys.stderr)
        sys.exit(NO_DATA)
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def make_examples(tokenizer: Tokenizer, article: Article) -> Iterator[Example]:
    """The windows of an article, labelled by its first annotator."""
    gold = [one for one in article["annotations"][0]["attributions"] if one["content"] and one["cue"]]
    for window in pack(tokenizer, article["text"], alone=True):
        yield _label(window, gold)


def _label(window: Window, gold: Sequence[Article]) -> Example:
    cues = np.array([IGNORED if word < 0 else OUTSIDE for word in window.words], np.int64)
    starts, ends = np.array(window.bounds).T
    roles = []
    for attribution in gold:
        marks = _covered(starts, ends, attribution["cue"])
        if not marks.any():
            continue
        places = np.flatnonzero(marks)
        cues[places] = CONTINUES
        cues[places[0]] = BEGINS
        roles.append(_cut(window, marks, starts, ends, attribution))
    return Example(window, cues, roles)


def _covered(starts: np.ndarray, ends: np.ndarray, spans: Sequence[Sequence[int]]) -> np.ndarray:
    covered = np.zeros(len(starts), bool)
    for start, end in spans:
        covered |= (starts < end) & (ends > start) & (ends > starts)
    return covered


def _cut(
    window: Window, marks: np.ndarray, starts: np.ndarray, ends: np.ndarray, attribution: Article
) -> CueExample:
    roles = np.full(len(window), NONE, np.int64)
    roles[_covered(starts, ends, attribution["source"])] = SOURCE
    roles[_covered(starts, ends, attribution["content"])] = CONTENT
    roles[marks] = IGNORED
    first, last = window.spread(window.paragraphs[int(marks.argmax())])
    return CueExample(first, last, marks[first:last], roles[first:last])


def hold_back(articles: list[Article], count: int = 60) -> tuple[list[Article], list[Article]]:
    """Those to train on, and those to choose thresholds on."""
    mixed = sorted(articles, key=lambda article: str(article["id"]))
    random.Random(0).shuffle(mixed)
    return mixed[count:], mixed[:count]
