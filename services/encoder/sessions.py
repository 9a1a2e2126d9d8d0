"""The shipped encoder, run by onnxruntime on one thread.

The trunk is one file; what stands on it is one for the claims (cues, the states that roles are read from,
check-worthiness), one for the roles, one for the names. A worker opens what it needs. Windows and cues are
read one by one: nothing is padded, and the scale of int8 arithmetic hangs on nothing but what is read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnxruntime import InferenceSession, SessionOptions
from tokenizers import Tokenizer

from services.encoder.distance import bucket_distances
from services.encoder.windows import Window, pack

SHIPPED = Path(__file__).parent / "model"
SLOW = ["SkipLayerNormFusion"]
"""What onnxruntime would fuse to an operator that takes several times as long as its parts (1.30)."""
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Read:
    """What the encoder says of a window's pieces: cue labels as probabilities (pieces by none, begins,
    continues), the states that roles are read from, and the log-odds of check-worthiness."""

    window: Window
    cues: Floats
    states: Floats
    worth: Floats


class Encoder:
    """The models of a folder; ValueError, naming the file, where one is missing."""

    def __init__(self, folder: Path = SHIPPED) -> None:
        self.folder = folder
        self.tokenizer = Tokenizer.from_file(str(self._find("tokenizer.json")))
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()
        self._trunk = self._open("trunk")
        self._last: tuple[str, list[Read]] = "", []

    @cached_property
    def _claims(self) -> InferenceSession:
        return self._open("claims")

    @cached_property
    def _roles(self) -> InferenceSession:
        return self._open("roles")

    @cached_property
    def _names(self) -> InferenceSession:
        return self._open("names")

    def _open(self, name: str) -> InferenceSession:
        options = SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        path = self._find(f"{name}.onnx")
        return InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"], disabled_optimizers=SLOW
        )

    def _find(self, name: str) -> Path:
        path = self.folder / name
        if not path.is_file():
            raise ValueError(f"no {path}: the folder of models is not whole")
        return path

    def read_trunk(self, text: str, alone: bool = False) -> Iterator[tuple[Window, Floats]]:
        """The windows of a text with the states after the trunk: rows of one, pieces, width.

        `alone` reads each paragraph by itself.
        """
        for window in pack(self.tokenizer, text, alone=alone):
            given = {"ids": np.array([window.ids]), "traits": np.array([window.traits])}
            (lower,) = self._trunk.run(None, given)
            yield window, lower

    def read(self, text: str) -> list[Read]:
        """The windows of a text in order, with what the claims are found by.

        The last text is remembered: several components ask for one reading.
        """
        if self._last[0] != text:
            self._last = (
                text,
                [self._read(window, lower) for window, lower in self.read_trunk(text, alone=True)],
            )
        return self._last[1]

    def _read(self, window: Window, lower: Floats) -> Read:
        cues, states, worth = self._claims.run(None, {"lower": lower})
        return Read(window, cues[0], states[0], worth[0])

    def forget(self) -> None:
        """Read the next text anew, even if it is the last one."""
        self._last = "", []

    def read_names(self, text: str) -> list[tuple[Window, Floats]]:
        """The windows of a text in order, with the label scores of their pieces."""
        return [
            (window, self._names.run(None, {"lower": lower})[0][0]) for window, lower in self.read_trunk(text)
        ]

    def read_roles(self, states: Sequence[Floats], marks: Sequence[NDArray[np.bool_]]) -> list[Floats]:
        """For each cue, given the states of its paragraph and its marks there, the logarithms of the
        probabilities of none, source and content (pieces by three)."""
        given = (_lay_out_roles(*one) for one in zip(states, marks, strict=True))
        return [self._roles.run(None, one)[0][0] for one in given]


@lru_cache(maxsize=2)
def open_encoder(folder: Path = SHIPPED) -> Encoder:
    """The encoder of a folder, opened once in a process."""
    return Encoder(folder)


def _lay_out_roles(state: Floats, mark: NDArray[np.bool_]) -> dict[str, NDArray[np.generic]]:
    marked = mark[None].astype(np.int64)
    real = np.ones(marked.shape, bool)
    return {"states": state[None], "real": real, "marks": marked, "distance": bucket_distances(marked)}
