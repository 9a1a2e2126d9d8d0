"""The index in memory: exact, whatever came in which order."""

from uuid import UUID

import numpy as np
import pytest

from services.matching.nearness import Index

CHANCE = np.random.default_rng(7)


def make_vectors(number: int) -> dict[UUID, bytes]:
    raw = CHANCE.normal(size=(number, 128))
    unit = raw / np.linalg.norm(raw, axis=1, keepdims=True)
    return {UUID(int=at): np.round(127 * row).astype(np.int8).tobytes() for at, row in enumerate(unit)}


def test_what_is_found_is_what_each_with_each_gives(monkeypatch):
    """Also across the borders of what is multiplied at once."""
    monkeypatch.setattr("services.matching.nearness.ROWS", 64)
    monkeypatch.setattr("services.matching.nearness.ASKED", 16)
    vectors = make_vectors(300)
    index = Index()
    index.add(vectors)
    found = index.search(list(vectors.values()), 0.2)
    rows = np.array([np.frombuffer(one, np.int8) for one in vectors.values()], np.int64)
    near = rows @ rows.T / (127 * 127)
    assert [set(one) for one in found] == [
        {UUID(int=int(at)) for at in np.nonzero(row >= 0.2)[0]} for row in near
    ]
    assert found[3][UUID(int=3)] == pytest.approx(1, abs=0.02)


def test_the_order_in_which_vectors_come_changes_nothing():
    vectors = make_vectors(50)
    one, other = Index(), Index()
    one.add(vectors)
    for key in reversed(vectors):
        other.add({key: vectors[key]})
    asked = list(vectors.values())[:5]
    assert one.search(asked, 0.1) == other.search(asked, 0.1)


def test_a_vector_takes_the_place_of_its_former_one():
    first, second = make_vectors(2).values()
    index = Index()
    index.add({UUID(int=1): first})
    index.add({UUID(int=1): second})
    assert len(index) == 1
    assert UUID(int=1) in index
    assert index.search([second], 0.9) == [{UUID(int=1): pytest.approx(1, abs=0.02)}]


def test_an_empty_index_finds_nothing():
    assert Index().search([bytes(128)], 0.5) == [{}]
    assert Index().search([], 0.5) == []
