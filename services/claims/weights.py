"""What each sign is worth: the weights that `training/checkworthiness` fitted, as their file holds them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from schemas import CheckReason
from services.claims.base_rates import Usual

FILE = "checkworthiness.toml"


@dataclass(frozen=True)
class Weights:
    """A logistic sum. All that raises has a weight above 0, all that lowers one below."""

    bias: float
    signs: Mapping[CheckReason, float]
    reading: float
    """What the encoder's log-odds are multiplied by; 0 where there is no encoder."""
    usual: Usual
    """What the probabilities hold for."""
    threshold: float
    """Probability from which a statement is called check-worthy."""


@dataclass(frozen=True)
class WeightsFile:
    """Weights for statements that only their signs speak for, and for those that the encoder has read."""

    version: str
    by_signs: Weights
    by_encoder: Weights | None

    def choose(self, read: bool) -> Weights:
        """The weights for a statement; ValueError where none were fitted with the encoder's readings."""
        if not read:
            return self.by_signs
        if self.by_encoder is None:
            raise ValueError(f"{FILE} was fitted without the encoder's readings")
        return self.by_encoder


def read_weights(text: str) -> WeightsFile:
    """The weights from the file's text."""
    written = tomllib.loads(text)
    encoder = written.get("encoder")
    return WeightsFile(written["version"], _read_part(written["signs"]), encoder and _read_part(encoder))


def _read_part(part: Mapping[str, Any]) -> Weights:
    return Weights(
        bias=part["bias"],
        signs={CheckReason(name): weight for name, weight in part["weights"].items()},
        reading=part.get("reading", 0.0),
        usual=Usual(part["base_rate"], tuple(part["worthy"]), tuple(part["others"])),
        threshold=part["threshold"],
    )


@cache
def load_weights() -> WeightsFile:
    """The weights that are shipped."""
    return read_weights(files("services.claims").joinpath(FILE).read_text(encoding="utf-8"))
