"""By what a list of claims is narrowed: its facets, what is set now, and its orders, all as links."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Connection

from services.desk.claim_query import ClaimQuery
from services.desk.pages.addresses import Parameters, change, join
from services.desk.pages.wording import say_slug
from services.store.claim_facets import Counts, Facet, Value
from services.store.claims import Order
from services.store.names import name_entities
from services.store.triage import TriageFilter, TriageState

PATH = "/claims"
FACETS = (
    (Facet.SPEAKER, "Speaker"),
    (Facet.ENTITY, "About or by"),
    (Facet.SOURCE, "Outlet"),
    (Facet.DAY, "Day"),
    (Facet.QUOTE_TYPE, "Quoted"),
    (Facet.KIND, "Kind"),
    (Facet.MODALITY, "Put as"),
    (Facet.POLARITY, "Stand"),
    (Facet.SCORE, "Score"),
)
NARROWED_BY = tuple(facet for facet, _ in FACETS)
VALUES = 8
ORDERS = {
    "worth": "most worth a check",
    "newest": "newest",
    "relevance": "best match",
    "repetition": "most repeated",
}
LABELS = {
    "q": "words",
    "speaker_id": "speaker",
    "entity_id": "about or by",
    "entity": "about or by",
    "about_id": "about",
    "source": "outlet",
    "since": "from",
    "until": "before",
    "quote_type": "quoted",
    "modality": "put as",
    "polarity": "stand",
    "min_score": "score at least",
    "max_score": "score at most",
    "article_id": "article",
}
UNSET = ("cursor", "limit", "order", "triage")
"""Parameters that do not narrow, or that stand elsewhere on the page."""


@dataclass(frozen=True)
class Link:
    """Words that lead to another state of the list."""

    words: str
    path: str
    count: int | None = None
    current: bool = False
    kind: str = ""
    """What the words are, such as `speaker`."""


@dataclass(frozen=True)
class FacetLinks:
    """A facet with a link for each of its values."""

    name: str
    title: str
    links: Sequence[Link]
    complete: bool


def list_facets(counts: Mapping[Facet, Counts], parameters: Sequence[tuple[str, str]]) -> list[FacetLinks]:
    """The facets of the claims that are wanted, those without a choice left out."""
    links = [_link_facet(counts[facet], title, parameters) for facet, title in FACETS]
    return [one for one in links if len(one.links) > 1 or any(link.current for link in one.links)]


def _link_facet(counts: Counts, title: str, parameters: Sequence[tuple[str, str]]) -> FacetLinks:
    links = [_link_value(counts.facet, value, parameters) for value in counts.values]
    return FacetLinks(counts.facet.value, title, links, counts.complete)


def _link_value(facet: Facet, value: Value, parameters: Sequence[tuple[str, str]]) -> Link:
    """Sets the facet to the value; where it is set already, takes it away."""
    wanted = _set_facet(facet, value)
    now = dict(parameters)
    current = all(now.get(name) == said for name, said in wanted.items() if said is not None)
    path = join(PATH, change(parameters, **(dict.fromkeys(wanted) if current else wanted)))
    return Link(_say_value(facet, value), path, value.count, current)


def _set_facet(facet: Facet, value: Value) -> dict[str, str | None]:
    """The parameters that ask for a value, and those that it takes the place of (None)."""
    match facet:
        case Facet.SPEAKER if value.entity_id:
            return {"speaker_id": value.value, "speaker": None}
        case Facet.SPEAKER:
            return {"speaker": value.value, "speaker_id": None}
        case Facet.ENTITY:
            return {"entity_id": value.value, "entity": None}
        case Facet.DAY:
            day = date.fromisoformat(value.value)
            return {"since": value.value, "until": (day + timedelta(days=1)).isoformat()}
        case Facet.SCORE:
            return {"min_score": value.value}
        case _:
            return {facet.value: value.value}


def _say_value(facet: Facet, value: Value) -> str:
    match facet:
        case Facet.DAY:
            return f"{date.fromisoformat(value.value):%-d %b %Y}"
        case Facet.SCORE:
            return f"{value.value} and more"
        case Facet.SPEAKER | Facet.ENTITY | Facet.SOURCE:
            return value.label
        case _:
            return say_slug(value.label)


def list_chips(tx: Connection, parameters: Parameters) -> list[Link]:
    """What is set now: each leads to the list without it."""
    given = [(name, value) for name, value in parameters if value and name not in UNSET]
    names = name_entities(
        tx,
        [
            _id
            for name, value in given
            if name in ("speaker_id", "entity_id", "about_id")
            for _id in _read_id(value)
        ],
    )
    called = {str(entity_id): name for entity_id, name in names.items()}
    every = list(parameters)
    return [
        Link(
            called.get(value, say_slug(value) if name in FIXED else value),
            join(PATH, change(every, **{name: None})),
            kind=LABELS.get(name, name),
        )
        for name, value in given
    ]


FIXED = ("kind", "quote_type", "modality", "polarity")


def _read_id(value: str) -> Iterable[UUID]:
    try:
        yield UUID(value)
    except ValueError:
        return


def list_orders(query: ClaimQuery, parameters: Sequence[tuple[str, str]]) -> list[Link]:
    """The orders that make sense for the question."""
    orders = [order for order in Order if order is not Order.RELEVANCE or query.q]
    return [
        Link(
            ORDERS.get(order, say_slug(order)),
            join(PATH, change(parameters, order=order.value)),
            current=order is query.order,
        )
        for order in orders
    ]


def list_states(
    query: ClaimQuery, parameters: Sequence[tuple[str, str]], counts: Mapping[TriageState, int]
) -> list[Link]:
    """The states of the triage: all claims, and those of each state."""
    chosen = query.triage or TriageFilter.ANY
    every = (
        TriageFilter.ANY,
        TriageFilter.OPEN,
        TriageFilter.TO_CHECK,
        TriageFilter.CHECKED,
        TriageFilter.NOT_WORTH,
    )
    return [
        Link(
            "all" if state is TriageFilter.ANY else say_slug(state),
            join(PATH, change(parameters, triage=None if state is TriageFilter.ANY else state.value)),
            counts.get(TriageState(state)) if state is not TriageFilter.ANY else None,
            state is chosen,
        )
        for state in every
    ]
