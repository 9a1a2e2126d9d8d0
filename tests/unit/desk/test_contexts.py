"""The sentence around a claim."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import CheckWorthiness, Claim, ClaimKind, Cue, Provenance, Span, derive_id
from services.desk.contexts import Part, build_context, cut_context, list_parts

TEXT = (
    "The dam leaks.\n\nMr. Brandt said the bridge cost 41 million euros. "
    "“It is safe,” he added. The board disagreed."
)


def make_claim(text, words, cue=None):
    start = text.index(words)
    at = text.index(cue) if cue else 0
    return Claim(
        claim_id=derive_id("claim", words),
        kind=ClaimKind.ATTRIBUTED,
        content=(Span.cut(text, start, start + len(words)),),
        text=words,
        cue=Cue(spans=(Span.cut(text, at, at + len(cue)),), lemma=cue) if cue else None,
        check_worthiness=CheckWorthiness(score=0.5),
        provenance=Provenance(method="by_hand", version="1", confidence=1.0),
    )


def show(text, claim, offset=0):
    start, shown = cut_context(text[offset:], offset, list_parts(claim))
    return start, shown, build_context(claim, text[offset:], offset, start, shown)


@pytest.mark.parametrize(
    ("words", "cue", "expected"),
    [
        ("the bridge cost 41 million euros", "said", "Mr. Brandt said the bridge cost 41 million euros."),
        ("It is safe", "added", "“It is safe,” he added."),
        ("The board disagreed", None, "The board disagreed."),
        ("The dam leaks", None, "The dam leaks."),
    ],
)
def test_the_whole_sentence_is_shown(words, cue, expected):
    claim = make_claim(TEXT, words, cue)
    start, shown, context = show(TEXT, claim)
    assert shown == expected
    assert TEXT[start : start + len(shown)] == shown
    assert not context.begins_earlier
    assert not context.goes_on
    marked = "".join(
        one.text for one in context.segments if Part.CLAIM in {cover.key for cover in one.covers}
    )
    assert marked == words


def test_a_sentence_that_is_too_long_is_cut_and_says_so():
    text = "so " * 900 + "it cost 41 million " + "and " * 900
    _, shown, context = show(text, make_claim(text, "it cost 41 million"))
    assert len(shown) < 2_000
    assert context.goes_on


@given(st.text(min_size=1, max_size=200), st.data())
def test_whatever_the_text_the_claim_is_marked_in_it(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    offset = data.draw(st.integers(0, start))
    claim = make_claim(text, text[start:end]).model_copy(update={"content": (Span.cut(text, start, end),)})
    begin, shown, context = show(text, claim, offset)
    assert text[begin : begin + len(shown)] == shown
    marked = [one.text for one in context.segments if Part.CLAIM in {cover.key for cover in one.covers}]
    assert "".join(marked) == text[start:end]
    assert "".join(one.text for one in context.segments) == shown
