"""How much the place of a predicate in its sentence speaks for it as a cue.

The factors are ratios of precision, counted on the training part of PolNeAR.
"""

from spacy.tokens import Token

from services.claims.lexicon import PRIMARY
from services.claims.phrases import lemma

EMBEDDED = 0.35
UNSAID = 0.35
IMPERSONAL = 0.45
UNREAL = 0.6
PLAIN_REPORT = 0.75
INTENDING = frozenset({"expect", "plan", "intend", "aim", "hope", "want", "vow", "promise", "pledge"})
"""Verbs of which "it" is somebody."""


def weigh(predicate: Token, source: Token | None, frame: str) -> float:
    """A factor of 0..1 for the lexicon's confidence in the predicate."""
    factor = 1.0
    if predicate.dep_ == "ccomp" or any(
        kid.lower_ == "that" and kid.dep_ == "mark" for kid in predicate.children
    ):
        report = lemma(predicate) in PRIMARY and frame.startswith("clause")
        factor *= _weigh_embedded(predicate) if report and _is_named(source) else EMBEDDED
    elif predicate.dep_ in {"xcomp", "acl", "csubj"} or _is_unreal(predicate):
        factor *= UNREAL
    if frame.startswith(("passive", "raising")):
        return factor
    if source is None:
        factor *= UNSAID
    elif source.lower_ == "it" and (frame.startswith("aside") or lemma(predicate) in INTENDING):
        return factor
    elif source.lower_ in {"it", "that", "this", "there", "you"}:
        factor *= IMPERSONAL
    return factor


def _is_named(source: Token | None) -> bool:
    return source is not None and source.pos_ != "PRON"


def _weigh_embedded(report: Token) -> float:
    """A report before who tells of it stands as if alone: "My brother said that …, she told us"."""
    return 1.0 if report.i < report.head.i else PLAIN_REPORT


def _is_unreal(predicate: Token) -> bool:
    return any(
        (kid.dep_ == "aux" and (kid.tag_ == "TO" or kid.lower_ in {"would", "could", "should", "might"}))
        or (kid.dep_ == "mark" and kid.lower_ in {"if", "unless", "whether"})
        for kid in predicate.children
    )
