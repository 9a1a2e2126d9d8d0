"""The index in memory: what it finds hangs on the two vectors and nothing else."""

from uuid import UUID

import numpy as np
import pytest

from services.matching.nearness import UNIT, Index


def write(rows) -> list[bytes]:
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return [np.round(127 * row).astype(np.int8).tobytes() for row in unit]


def name(vectors: list[bytes]) -> dict[UUID, bytes]:
    return {UUID(int=at): vector for at, vector in enumerate(vectors)}


def make_near(number: int, nearness: float) -> tuple[list[bytes], list[bytes]]:
    """Vectors, and for each one that lies about so near: the same whichever test asks, in whatever order."""
    ones, others = np.random.default_rng(7).normal(size=(2, number, 128))
    return write(ones), write(nearness * ones + np.sqrt(1 - nearness**2) * others)


def fill(vectors: dict[UUID, bytes]) -> Index:
    index = Index()
    index.add(vectors)
    return index


@pytest.mark.parametrize(("nearness", "most_missed"), [(0.65, 0.02), (0.75, 0.0), (0.9, 0.0)])
def test_what_is_near_is_found(nearness, most_missed):
    """Against each with each; what lies at the border may be missed, and seldom."""
    ones, others = make_near(1000, nearness)
    found = fill(name(others)).search(ones, 0.6)
    rows, asked = (
        np.array([np.frombuffer(one, np.int8) for one in many], np.int64) for many in (others, ones)
    )
    near = [{UUID(int=int(at)) for at in np.flatnonzero(row >= 0.6 * UNIT)} for row in asked @ rows.T]
    assert all(set(one) <= whole for one, whole in zip(found, near, strict=True))
    missed = sum(len(whole) - len(one) for one, whole in zip(found, near, strict=True))
    assert missed <= most_missed * sum(map(len, near))
    assert sum(map(len, near)) > 800


def test_how_near_is_the_exact_product():
    ones, others = make_near(20, 0.8)
    for at, found in enumerate(fill(name(others)).search(ones, 0.6)):
        one, other = (np.frombuffer(many[at], np.int8).astype(int) for many in (ones, others))
        assert found[UUID(int=at)] == (one @ other) / UNIT


def test_a_pair_is_found_from_both_sides_or_from_none():
    vectors = [vector for pair in zip(*make_near(200, 0.6), strict=True) for vector in pair]
    found = fill(name(vectors)).search(vectors, 0.6)
    assert all(UUID(int=at) in found[other.int] for at, near in enumerate(found) for other in near)
    assert 100 < sum(map(len, found)) - len(vectors) < 400


def test_the_order_in_which_vectors_come_changes_nothing():
    ones, others = make_near(50, 0.7)
    whole, backwards = name(others), Index()
    for key in reversed(whole):
        backwards.add({key: whole[key]})
    assert fill(whole).search(ones, 0.6) == backwards.search(ones, 0.6)


def test_a_vector_takes_the_place_of_its_former_one():
    (first, second), _ = make_near(2, 0.5)
    index = Index()
    index.add({UUID(int=1): first})
    index.add({UUID(int=1): second})
    assert len(index) == 1
    assert UUID(int=1) in index
    assert index.search([second], 0.9) == [{UUID(int=1): pytest.approx(1, abs=0.02)}]
    assert index.search([first], 0.9) == [{}]


def test_an_empty_index_finds_nothing():
    assert Index().search([bytes(128)], 0.6) == [{}]
    assert Index().search([], 0.6) == []
    index = Index()
    index.add({})
    assert len(index) == 0
