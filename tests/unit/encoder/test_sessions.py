"""The shipped encoder on real texts."""

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from services.encoder.sessions import SHIPPED, Encoder, open_encoder

TEXT = "The mayor said the bridge would open in May.\n\n“It is safe,” Berg told reporters.\n\nNobody cheered."


def test_the_files_are_those_that_the_check_sums_were_taken_of() -> None:
    sums = json.loads((SHIPPED / "checksums.json").read_text())
    found = {name: hashlib.sha256((SHIPPED / name).read_bytes()).hexdigest() for name in sums}
    assert found == sums


def test_what_is_shipped_is_small() -> None:
    """The issue's limit for the models: 30 MB."""
    assert sum(path.stat().st_size for path in SHIPPED.glob("*.onnx")) < 30_000_000


def test_each_piece_has_probabilities_of_a_cue() -> None:
    for read in open_encoder().read(TEXT):
        assert read.cues.shape == (len(read.window), 3)
        np.testing.assert_allclose(read.cues.sum(1), 1, atol=1e-5)


def test_claims_are_read_by_the_paragraph_and_names_with_what_stands_around_them() -> None:
    encoder = open_encoder()
    assert (len(encoder.read(TEXT)), len(encoder.read_names(TEXT))) == (3, 1)


def test_the_cue_is_where_the_reporting_verb_stands() -> None:
    for read, verb in zip(open_encoder().read(TEXT), ("said", "told"), strict=False):
        start, end = read.window.bounds[int(read.cues[:, 0].argmin())]
        assert TEXT[start:end] == verb


def test_windows_come_in_the_order_of_the_text() -> None:
    told = (f"The mayor said that bridge {number} " + "is open " * (number % 40) for number in range(80))
    text = "\n\n".join(told)
    reads = open_encoder().read(text)
    starts = [read.window.bounds[1][0] for read in reads]
    assert len(reads) > 8
    assert starts == sorted(starts)


def test_a_text_without_words_has_no_windows() -> None:
    assert open_encoder().read(" \n\n ") == []
    assert open_encoder().read_names("") == []


def test_roles_of_several_cues_are_those_of_each_alone() -> None:
    """Exactly: the scale of int8 arithmetic hangs on no other cue."""
    encoder = open_encoder()
    states = [read.states[1:-1] for read in encoder.read(TEXT)[:2]]
    marks = [np.arange(len(one)) == 2 for one in states]
    together = encoder.read_roles(states, marks)
    alone = [encoder.read_roles([state], [mark])[0] for state, mark in zip(states, marks, strict=True)]
    for both, one in zip(together, alone, strict=True):
        np.testing.assert_array_equal(both, one)


def test_a_folder_that_is_not_whole_is_named(tmp_path: Path) -> None:
    shutil.copy(SHIPPED / "tokenizer.json", tmp_path)
    with pytest.raises(ValueError, match=r"trunk\.onnx: the folder of models is not whole"):
        Encoder(tmp_path)
