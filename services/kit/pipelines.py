"""Installed spaCy pipelines, loaded with nothing in them but what is needed."""

from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from inspect import signature

import spacy
from spacy.language import Language


def load_installed(name: str, setting: str, needs: str, unused: Sequence[str]) -> Language:
    """The pipeline `name` with the component it `needs` and without the `unused` ones.

    `name` is an installed package with a `load` function, or whatever else `spacy.load` takes.
    ValueError, naming the `setting`, where it is not installed or lacks the component.
    """
    nlp = _load(name, setting, unused)
    if not nlp.has_pipe(needs):
        parts = ", ".join(nlp.pipe_names) or "none"
        raise ValueError(f"{setting}: the pipeline {name!r} has no {needs} component; it has {parts}")
    _drop_unheard(nlp)
    return nlp


def _drop_unheard(nlp: Language) -> None:
    """Remove embedding layers that no component listens to: a recogniser with its own pays for both."""
    for name, pipe in list(nlp.pipeline):
        heard = getattr(pipe, "listening_components", None)
        if heard is not None and not set(heard) & set(nlp.pipe_names):
            nlp.remove_pipe(name)


def _load(name: str, setting: str, unused: Sequence[str]) -> Language:
    if name.isidentifier() and find_spec(name) is not None:
        load = getattr(import_module(name), "load", None)
        loaded = load(exclude=list(unused)) if load and _takes_exclude(load) else None
        if isinstance(loaded, Language):
            return loaded
    try:
        return spacy.load(name, exclude=list(unused))
    except OSError as error:
        raise ValueError(
            f"{setting}: no spaCy pipeline {name!r} is installed; install it with pip or name another one"
        ) from error


def _takes_exclude(load: Callable[..., object]) -> bool:
    """Whether it can be called as a pipeline package's `load`; `json.load` cannot."""
    try:
        signature(load).bind(exclude=[])
    except TypeError:
        return False
    return True
