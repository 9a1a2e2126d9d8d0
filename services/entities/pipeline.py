"""The spaCy pipeline of this stage, with nothing in it but what finding names needs."""

import spacy
from spacy.language import Language

from services.entities.recogniser import Recogniser
from services.kit.pipelines import load_installed

OURS = "copydesk_names"
SETTING = "COPYDESK_ENTITIES_PIPELINE"
UNUSED = ("tagger", "morphologizer", "parser", "senter", "lemmatizer", "attribute_ruler", "textcat")


def load_pipeline(name: str = OURS) -> Language:
    """English words and our recogniser; or an installed pipeline with a recogniser of its own and what that
    listens to. ValueError where there is none."""
    if name != OURS:
        return load_installed(name, SETTING, "ner", UNUSED)
    nlp = spacy.blank("en")
    nlp.add_pipe(OURS)
    return nlp


def reads_whole_texts(nlp: Language) -> bool:
    """Whether the recogniser is ours, which reads a paragraph with those around it."""
    return any(isinstance(pipe, Recogniser) for _, pipe in nlp.pipeline)
