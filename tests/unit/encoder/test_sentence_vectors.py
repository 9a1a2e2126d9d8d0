"""Vectors of sentences: near where the sentences say nearly the same."""

import shutil

import numpy as np
import pytest

from services.encoder.sentences import WIDTH, embed, read_matrix
from services.encoder.sessions import SHIPPED, open_encoder

DAM = "Repairs to the Tarn Valley dam will take at least two years and cost 84 million crowns."
SAME = "The repair of the Tarn Valley dam is to cost 84m crowns and last two years or more."
OTHER = "Coach Pavel Rein was dismissed after five defeats in a row."


def alike(one: str, other: str) -> float:
    vectors = [np.frombuffer(embed(open_encoder(), text), np.int8).astype(float) for text in (one, other)]
    return float(vectors[0] @ vectors[1]) / 127**2


def test_a_paraphrase_is_nearer_than_another_matter():
    """Fails when the trunk was trained anew and the matrix was not fitted to it (`training.sentences`)."""
    assert alike(DAM, SAME) > 0.8
    assert alike(DAM, OTHER) < 0.3


def test_a_vector_is_short_and_always_the_same():
    one = embed(open_encoder(), DAM)
    assert len(one) == WIDTH
    assert one == embed(open_encoder(), DAM)
    assert alike(DAM, DAM) == pytest.approx(1, abs=0.02)


def test_a_text_without_words_is_near_to_nothing():
    assert embed(open_encoder(), " \n ") == bytes(WIDTH)
    assert alike("", DAM) == 0


def test_a_folder_without_the_matrix_is_named(tmp_path):
    shutil.copy(SHIPPED / "tokenizer.json", tmp_path)
    with pytest.raises(ValueError, match=r"no .*sentences\.npy"):
        read_matrix(tmp_path)
