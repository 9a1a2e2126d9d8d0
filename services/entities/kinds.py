"""The labels of the models and what they mean here."""

from schemas import EntityKind

KINDS: dict[str, EntityKind] = {
    "PERSON": EntityKind.PERSON,
    "PER": EntityKind.PERSON,
    "ORG": EntityKind.ORGANIZATION,
    "GPE": EntityKind.PLACE,
    "LOC": EntityKind.PLACE,
    "FAC": EntityKind.PLACE,
    "NORP": EntityKind.GROUP,
    "EVENT": EntityKind.EVENT,
    "WORK_OF_ART": EntityKind.WORK,
    "LAW": EntityKind.LAW,
    "PRODUCT": EntityKind.PRODUCT,
}
"""Labels of OntoNotes and CoNLL that name something."""

OF_A_PEOPLE = ("an", "ish", "ese", "i", "ch", "ic", "crat", "ite", "ist", "lim", "ew")
"""Endings of words for those of a country, a party or a creed, without the s of the plural."""

TIE_ORDER = tuple(EntityKind)
VALUES = frozenset(
    {"CARDINAL", "DATE", "LANGUAGE", "MONEY", "ORDINAL", "PERCENT", "QUANTITY", "TIME", "EMAIL", "URL"}
)
"""Labels for quantities, times and the like: they name nothing."""


def names_something(label: str) -> bool:
    """Whether mentions with this label are kept; labels of unknown models are."""
    return label.upper() not in VALUES


def to_kind(label: str, surface: str) -> EntityKind:
    """The kind a label stands for; OTHER where it is not known.

    CoNLL's MISC is of all sorts; most often it is a people or a creed, in one word with a usual ending.
    """
    if label.upper() == "MISC" and surface.rstrip("s").endswith(OF_A_PEOPLE) and " " not in surface:
        return EntityKind.GROUP
    return KINDS.get(label.upper(), EntityKind.OTHER)


def rank(kind: EntityKind) -> int:
    """Place of a kind in a tie: smaller wins."""
    return TIE_ORDER.index(kind)
