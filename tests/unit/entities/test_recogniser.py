"""Scores of tokens become labels, and labels names."""

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.entities.recogniser import FOLLOWS, LABELS, OUTSIDE, find_names, label_together


def spans(*labels: str) -> list[tuple[int, int, str]]:
    return [(start, end, kind) for (start, end), kind in find_names([LABELS.index(one) for one in labels])]


def test_a_name_runs_as_far_as_its_label_goes_on():
    assert spans("O", "B-PER", "I-PER", "O", "B-LOC") == [(1, 3, "PER"), (4, 5, "LOC")]


def test_two_names_side_by_side_are_two():
    assert spans("B-PER", "B-PER") == [(0, 1, "PER"), (1, 2, "PER")]


def test_a_name_of_another_kind_begins_anew():
    assert spans("B-PER", "I-ORG") == [(0, 1, "PER"), (1, 2, "ORG")]


def test_a_name_may_lack_its_beginning():
    assert spans("I-ORG", "I-ORG") == [(0, 2, "ORG")]


def test_no_labels_no_names():
    assert spans() == []


def test_a_name_ends_with_its_paragraph(nlp):
    doc = nlp("The prize went to Anna\n\nBerg and Holm were pleased.")
    assert all("\n" not in ent.text for ent in doc.ents)


def test_both_halves_of_a_hyphened_name_are_one(nlp):
    doc = nlp("Deputy mayor Casimir Holt-Brenner met a Berlin-based firm in Baden-Baden.")
    assert [ent.text for ent in doc.ents if ent.label_ == "PER"] == ["Casimir Holt-Brenner"]
    assert "based" not in " ".join(ent.text for ent in doc.ents)


@given(st.lists(st.lists(st.integers(-20, 20), min_size=9, max_size=9), min_size=1, max_size=3))
def test_labels_are_the_likeliest_together_between_what_is_outside(scores):
    """Against trying them all."""
    rows = np.array(scores, np.float32)
    rows[:, OUTSIDE] = -100.0
    outside = np.full((1, 9), -100.0, np.float32)
    outside[0, OUTSIDE] = 0.0
    found = label_together(np.concatenate([outside, rows, outside])).tolist()[1:-1]

    def total(labels: tuple[int, ...]) -> float:
        return sum(float(row[label]) for row, label in zip(rows, labels, strict=True))

    allowed = [one for one in product(range(9), repeat=len(rows)) if FOLLOWS[[OUTSIDE, *one[:-1]], one].all()]
    assert tuple(found) in allowed
    assert total(tuple(found)) == max(map(total, allowed))


def test_a_name_that_begins_as_a_place_and_goes_on_as_a_body_is_one(nlp):
    doc = nlp("Kestrel Bay's council on Wednesday rejected plans for a wind farm of 22 turbines.")
    assert [ent.text for ent in doc.ents] == ["Kestrel Bay"]
