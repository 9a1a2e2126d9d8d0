"""What several annotators say of a text becomes chances; what one says stays labels."""

import numpy as np
import pytest

from services.encoder.sessions import Encoder
from training.attribution.examples import (
    Article,
    Example,
    make_examples,
    make_shared_examples,
    spread_chances,
)

TEXT = "Lindqvist said the bridge would open, and Okafor hopes so."


def attribute(source: str, cue: str, content: str) -> dict[str, list[list[int]]]:
    """An attribution of `TEXT` by its words."""
    spans = {"source": source, "cue": cue, "content": content}
    return {name: [[TEXT.index(words), TEXT.index(words) + len(words)]] for name, words in spans.items()}


SAID = attribute("Lindqvist", "said", "the bridge would open")
SAID_ALL = attribute("Lindqvist", "said", "the bridge would open, and Okafor hopes so")
HOPES = attribute("Okafor", "hopes", "so")


def annotate(*annotators: list[dict[str, list[list[int]]]]) -> Article:
    """The article as so many people marked it."""
    return {"id": "one", "text": TEXT, "annotations": [{"attributions": marked} for marked in annotators]}


def find_piece(example: Example, word: str) -> int:
    """Where the word stands in the window."""
    return next(
        place for place, (start, end) in enumerate(example.window.bounds) if TEXT[start:end].lower() == word
    )


@pytest.fixture(scope="module")
def tokenizer():
    return Encoder().tokenizer


def test_a_cue_that_half_of_them_mark_is_one_to_a_half(tokenizer):
    [example] = make_shared_examples(tokenizer, annotate([SAID, HOPES], [SAID]))
    assert example.cues[find_piece(example, "said")].tolist() == [0, 1, 0]
    assert example.cues[find_piece(example, "hopes")].tolist() == [0.5, 0.5, 0]
    assert not example.cues[0].any(), "what frames a window is not learnt"


def test_a_cue_marked_alike_is_one_example_with_what_each_says_of_its_roles(tokenizer):
    [example] = make_shared_examples(tokenizer, annotate([SAID], [SAID_ALL], [SAID_ALL, HOPES]))
    said, hopes = example.roles
    place = find_piece(example, "so") - said.first
    np.testing.assert_allclose(said.roles[place], [1 / 3, 0, 2 / 3], rtol=1e-6)
    assert hopes.roles[find_piece(example, "so") - hopes.first].tolist() == [0, 0, 1]


def test_one_annotator_alone_says_the_same_either_way(tokenizer):
    article = annotate([SAID, HOPES])
    [shared], [plain] = make_shared_examples(tokenizer, article), make_examples(tokenizer, article)
    assert (shared.cues == spread_chances(plain.cues)).all()
    for one, other in zip(shared.roles, plain.roles, strict=True):
        assert (one.roles == spread_chances(other.roles)).all()
