"""The forest: trees as lists of nodes, all splits asked at once."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import document_fromstring

from services.clean.article import choose_least
from services.clean.forest import Forest, load_forest, read_forest
from services.clean.markup import find_body
from services.clean.pieces import cut
from services.clean.traits import Witness, describe

STUMP = [[0, 2.5, 1, 2], [-1.0], [1.0]]
TREE = [[1, 0.0, 1, 4], [0, 2.5, 2, 3], [-3.0], [0.5], [0, 7.0, 5, 6], [2.0], [4.0]]


def judge(forest: Forest, *rows: list[float]) -> list[float]:
    return list(forest.judge(np.array(rows, dtype=np.float32)))


def walk(nodes: list[list[float]], row: list[float]) -> float:
    node = nodes[0]
    while len(node) > 1:
        node = nodes[int(node[2] if np.float32(row[int(node[0])]) <= np.float32(node[1]) else node[3])]
    return node[0]


def test_a_row_at_the_limit_goes_to_the_low_side():
    forest = read_forest({"start": 0.0, "trees": [STUMP]})
    assert judge(forest, [2.5], [2.6]) == [
        pytest.approx(1 / (1 + math.e)),
        pytest.approx(math.e / (1 + math.e)),
    ]


@given(st.lists(st.lists(st.floats(-10, 10, width=32), min_size=2, max_size=2), min_size=1, max_size=30))
def test_all_splits_at_once_find_the_leaf_that_a_walk_finds(rows: list[list[float]]):
    forest = read_forest({"start": 0.25, "trees": [STUMP, TREE]})
    wanted = [1 / (1 + math.exp(-0.25 - walk(STUMP, row) - walk(TREE, row))) for row in rows]
    assert judge(forest, *rows) == pytest.approx(wanted)


def test_the_shipped_forest_reads_no_trait_that_pages_do_not_have():
    tree = document_fromstring("<html><body><p>One.</p><p>Two.</p></body></html>")
    table = describe(cut(find_body(tree)), [Witness(""), Witness("")], "")
    assert load_forest().trait.max() < table.shape[1]


def test_where_all_is_doubtful_less_is_asked_of_a_piece():
    words = np.array([20.0, 30.0, 10.0])
    assert choose_least(np.array([0.3, 0.25, 0.1]), words) < choose_least(np.array([0.95, 0.9, 0.1]), words)
