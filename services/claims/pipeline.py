"""The spaCy pipeline of this stage: tagger, parser and lemmatizer, and Copydesk's components after them."""

from spacy.language import Language
from spacy.tokens import Doc

from services.claims.components import Method
from services.claims.word_classes import quicken
from services.kit.pipelines import load_installed
from services.kit.settings import SPACY_PIPELINE

SETTING = "COPYDESK_CLAIMS_PIPELINE"
UNUSED = ("ner", "textcat", "senter", "entity_linker")


@Language.component("copydesk_paragraphs")
def mark_paragraphs(doc: Doc) -> Doc:
    """A sentence begins after each empty line, so that the parser never joins two paragraphs."""
    for token in doc[:-1]:
        if token.is_space and token.text.count("\n") > 1:
            doc[token.i + 1].is_sent_start = True
    return doc


def load_pipeline(
    name: str = SPACY_PIPELINE, attribution: Method = "model", base_rate: float | None = None
) -> Language:
    """A pipeline with tagger, parser and lemmatizer; ValueError where there is no parser.

    `attribution` says who finds who says what: the trained model with rules beside it, or rules alone.
    `base_rate` is the share of check-worthy statements, by which they are rated; else that of debates.
    """
    nlp = load_installed(name, SETTING, "parser", UNUSED)
    nlp.add_pipe("copydesk_paragraphs", before="parser")
    quicken(nlp)
    nlp.add_pipe("copydesk_attribution", config={"method": attribution})
    nlp.add_pipe("copydesk_checkworthiness", config={"method": attribution, "base_rate": base_rate})
    return nlp
