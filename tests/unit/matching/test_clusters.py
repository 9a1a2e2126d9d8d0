"""Wordings are placed by what there is, whatever came first."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.matching.clusters import Place, settle

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
NUMBERS = range(9)
IDS = [UUID(int=number) for number in NUMBERS]
Links = frozenset[frozenset[int]]


def at(minute: int) -> datetime:
    return NOON + timedelta(minutes=minute)


class Table:
    """Places as a store keeps them, with links between those that agree."""

    def __init__(self, links: Links) -> None:
        self.links = links
        self.places: dict[UUID, Place] = {}

    def find_places(self, wordings: Collection[UUID]) -> list[Place]:
        return [self.places[one] for one in wordings if one in self.places]

    def find_members(self, heads: Collection[UUID]) -> list[Place]:
        return [place for place in self.places.values() if place.head in heads]

    def find_agreeing(self, wording: UUID) -> list[UUID]:
        known = self.places.keys() | self.new
        return [IDS[b] for a in NUMBERS for b in NUMBERS if IDS[a] == wording and self._agree(a, b, known)]

    def _agree(self, a: int, b: int, known: Collection[UUID]) -> bool:
        return IDS[b] in known and (a == b or frozenset({a, b}) in self.links)

    def apply(self, changed: Mapping[UUID, datetime | None]) -> None:
        self.new = {one for one, said_at in changed.items() if said_at is not None}
        heads = settle(changed, self)
        for one, said_at in changed.items():
            if said_at is None:
                self.places.pop(one, None)
            else:
                former = self.places.get(one)
                self.places[one] = Place(one, said_at, heads.get(one) or (former and former.head))
        for one, head in heads.items():
            self.places[one] = Place(one, self.places[one].said_at, head)

    @property
    def heads(self) -> dict[UUID, UUID | None]:
        return {one: place.head for one, place in self.places.items()}


def place_all(links: Links, dates: Mapping[UUID, datetime]) -> dict[UUID, UUID]:
    """The rule, word for word: the oldest first, each to the earliest head that it agrees with."""
    heads: dict[UUID, UUID] = {}
    for said_at, one in sorted((said_at, one) for one, said_at in dates.items()):
        linked = [
            (dates[other], other)
            for other, head in heads.items()
            if head == other and frozenset({IDS.index(one), IDS.index(other)}) in links
        ]
        heads[one] = min(linked, default=(said_at, one))[1]
    return heads


LINKS = st.frozensets(st.frozensets(st.sampled_from(NUMBERS), min_size=2, max_size=2), max_size=18)
CHANGES = st.dictionaries(st.sampled_from(IDS), st.none() | st.integers(0, 8).map(at), min_size=1, max_size=4)


@settings(max_examples=400)
@given(LINKS, st.lists(CHANGES, min_size=1, max_size=12))
def test_what_comes_goes_and_is_dated_again_leaves_what_all_together_would_give(links, steps):
    table, dates = Table(links), {}
    for changed in steps:
        table.apply(changed)
        dates = {one: said for one, said in {**dates, **changed}.items() if said is not None}
        assert table.heads == place_all(links, dates)


def test_a_chain_of_small_steps_is_no_claim():
    table = Table(frozenset({frozenset({0, 1}), frozenset({1, 2})}))
    table.apply({IDS[0]: at(0), IDS[1]: at(1), IDS[2]: at(2)})
    assert table.heads == {IDS[0]: IDS[0], IDS[1]: IDS[0], IDS[2]: IDS[2]}


def test_an_earlier_wording_that_comes_late_becomes_the_head():
    table = Table(frozenset({frozenset({0, 1})}))
    table.apply({IDS[0]: at(5)})
    table.apply({IDS[1]: at(1)})
    assert table.heads == {IDS[0]: IDS[1], IDS[1]: IDS[1]}


def test_when_the_head_goes_the_others_find_another():
    table = Table(frozenset({frozenset({0, 1}), frozenset({0, 2}), frozenset({1, 2})}))
    table.apply({IDS[0]: at(0), IDS[1]: at(1), IDS[2]: at(2)})
    table.apply({IDS[0]: None})
    assert table.heads == {IDS[1]: IDS[1], IDS[2]: IDS[1]}
