"""From scores to spans; words are counted from 0."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from services.claims.decoding import Thresholds, drop_weaker, find_cues, find_path, find_roles

PLAIN = Thresholds(source=0.0)


def chances(*rows: tuple[float, float, float]) -> np.ndarray:
    return np.array(rows, np.float32)


def roles(labels: str, sure: float = 0.9) -> np.ndarray:
    """Logarithms of probabilities in which each letter (n, s, c) has its label with `sure`."""
    table = np.full((len(labels), 3), (1 - sure) / 2, np.float32)
    for word, letter in enumerate(labels):
        table[word, "nsc".index(letter)] = sure
    return np.log(table)


def silent(count: int, *words: int) -> np.ndarray:
    return np.isin(np.arange(count), words)


def test_words_above_the_threshold_in_a_row_are_one_cue() -> None:
    found = find_cues(chances((0.9, 0.1, 0), (0.2, 0.8, 0), (0.4, 0.1, 0.5), (0.8, 0, 0.2)), 0.5)
    assert found == [((1, 3), pytest.approx(0.8))]


def test_a_sure_beginning_parts_two_cues() -> None:
    found = find_cues(chances((0.1, 0.9, 0), (0.1, 0.9, 0)), 0.5)
    assert [cue for cue, _ in found] == [(0, 1), (1, 2)]


def test_source_and_content_are_the_runs_of_their_labels() -> None:
    found = find_roles(roles("ssnccc"), (2, 3), silent(6), PLAIN)
    assert found.source == ((0, 2),)
    assert found.content == ((3, 6),)
    assert found.probability == pytest.approx(0.9)


def test_the_cue_itself_has_no_role() -> None:
    """Whatever the scores say of it."""
    found = find_roles(roles("scc"), (1, 2), silent(3), PLAIN)
    assert found.content == ((2, 3),)


def test_pieces_with_a_word_or_two_between_them_are_one_content() -> None:
    found = find_roles(roles("sncnnc"), (1, 2), silent(6), PLAIN)
    assert found.content == ((2, 6),)


def test_the_cue_parts_a_content_in_two() -> None:
    found = find_roles(roles("ccnscc"), (2, 3), silent(6), PLAIN)
    assert found.content == ((0, 2), (4, 6))


def test_of_two_sources_the_surer_stays() -> None:
    scores = roles("snnnnsscc")
    found = find_roles(scores, (4, 5), silent(9), PLAIN)
    assert found.source == ((5, 7),)


def test_punctuation_alone_is_no_content() -> None:
    found = find_roles(roles("snc"), (1, 2), silent(3, 2), PLAIN)
    assert found.content == ()
    assert found.probability == 0


def test_a_sentence_of_nothing_but_a_cue_has_no_roles() -> None:
    found = find_roles(roles("n"), (0, 1), silent(1), PLAIN)
    assert (found.source, found.content) == ((), ())


def test_a_change_of_label_has_its_price() -> None:
    """One word in the midst that is hardly better otherwise goes with those around it."""
    scores = np.log(np.array([[0.1, 0, 0.9], [0.5, 0, 0.45], [0.1, 0, 0.9]], np.float32) + 1e-6)
    assert find_path(scores, 0.0).tolist() == [2, 0, 2]
    assert find_path(scores, 0.3).tolist() == [2, 2, 2]


@given(arrays(np.float32, st.tuples(st.integers(1, 6), st.just(3)), elements=st.floats(-5, 0, width=32)))
def test_the_path_is_the_best_of_all(scores: np.ndarray) -> None:
    """Compared with every path there is."""
    labels = np.stack(np.meshgrid(*[range(3)] * len(scores), indexing="ij"), -1).reshape(-1, len(scores))

    def worth(path: np.ndarray) -> float:
        return float(scores[np.arange(len(path)), path].sum() - 0.3 * (path[1:] != path[:-1]).sum())

    assert worth(find_path(scores, 0.3)) == pytest.approx(max(map(worth, labels)), abs=1e-4)


def test_of_two_that_share_their_content_the_weaker_goes() -> None:
    contents = [np.arange(0, 10), np.arange(1, 10), np.arange(20, 25)]
    assert drop_weaker(contents, [0.7, 0.9, 0.6], 0.5) == [1, 2]


def test_a_report_within_a_longer_one_stays() -> None:
    assert drop_weaker([np.arange(0, 20), np.arange(14, 20)], [0.9, 0.6], 0.5) == [0, 1]


def test_a_word_that_little_speaks_for_is_no_piece_of_the_content() -> None:
    """Beside one that much speaks for, and parted from it by more than a gap."""
    scores = np.vstack([roles("ncccccccccnnnn"), roles("c", sure=0.4)])
    found = find_roles(scores, (0, 1), silent(15), Thresholds(source=0.0, switch=0.0))
    assert found.content == ((1, 10),)
