"""Entities get the Wikidata ids that the user's own table has for their names; nobody else is asked."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from schemas import Entity, EntityKind
from services.entities.acronyms import find_usual
from services.entities.names import fold, normalise_person

Named = tuple[EntityKind, str]
"""A kind and a normalised name."""
Known = Mapping[Named, str]
"""The Wikidata id of each."""


@dataclass(frozen=True)
class KnownName:
    """One name of something in the table: its own, or an alias."""

    kind: EntityKind
    key: str
    wikidata: str
    is_alias: bool


def normalise(kind: EntityKind, name: str) -> str:
    """The key under which a name is known, in the table as in an article."""
    key = fold(" ".join(name.split()))
    return normalise_person(key) if kind is EntityKind.PERSON else find_usual(name, key)


def index_names(names: Iterable[KnownName]) -> dict[Named, str]:
    """What each name stands for: what has it for its own name before what has it for an alias.

    A name that would still stand for several is left out.
    """
    meant: dict[bool, dict[Named, set[str]]] = {False: defaultdict(set), True: defaultdict(set)}
    for one in names:
        meant[one.is_alias][one.kind, one.key].add(one.wikidata)
    chosen = meant[True] | meant[False]
    return {named: next(iter(ids)) for named, ids in chosen.items() if len(ids) == 1}


def link(entity: Entity, known: Known) -> Entity:
    """The entity with the id that its name is known by, if there is one."""
    wikidata = known.get((entity.kind, normalise(entity.kind, entity.name)))
    return entity.model_copy(update={"wikidata": wikidata}) if wikidata else entity
