"""The spaCy pipeline of the stage."""

from pathlib import Path

import pytest
import spacy
from spacy.language import Language

from services.claims import load_pipeline


def test_names_are_not_recognised_a_second_time(nlp: Language) -> None:
    assert "ner" not in nlp.pipe_names


def test_no_sentence_crosses_an_empty_line(nlp: Language) -> None:
    doc = nlp("a list of ships\n\nand of other things that sail")
    assert [sentence.text.strip() for sentence in doc.sents] == [
        "a list of ships",
        "and of other things that sail",
    ]


def test_a_pipeline_that_is_not_installed_is_named_with_its_setting() -> None:
    with pytest.raises(ValueError, match=r"COPYDESK_CLAIMS_PIPELINE: .*'no_such_pipeline'"):
        load_pipeline("no_such_pipeline")


def test_a_pipeline_without_a_parser_is_refused(tmp_path: Path) -> None:
    spacy.blank("en").to_disk(str(tmp_path))
    with pytest.raises(ValueError, match="has no parser"):
        load_pipeline(str(tmp_path))
