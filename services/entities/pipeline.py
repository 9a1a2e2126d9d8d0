"""The spaCy pipeline of this stage, with nothing in it but what finding names needs."""

from spacy.language import Language

from services.kit.pipelines import load_installed
from services.kit.settings import SPACY_PIPELINE

SETTING = "COPYDESK_ENTITIES_PIPELINE"
UNUSED = ("tagger", "morphologizer", "parser", "senter", "lemmatizer", "attribute_ruler", "textcat")


def load_pipeline(name: str = SPACY_PIPELINE) -> Language:
    """A pipeline with a name recogniser and what it listens to; ValueError where there is none."""
    return load_installed(name, SETTING, "ner", UNUSED)
