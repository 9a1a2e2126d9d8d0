"""Labels of tokens become names."""

from services.entities.recogniser import LABELS, find_names


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
