"""Scores of given sentences moved to where they are from, and the label that goes with them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from schemas import CheckWorthiness
from services.claims.base_rates import choose_threshold, estimate_shift, find_shift
from services.claims.checkworthiness import add_up, find_weights, move
from services.cli.sentences import Scored

Rated = tuple[Scored, CheckWorthiness | None]
"""A sentence with its score; none where the line could not be read."""


@dataclass(frozen=True)
class Place:
    """What is known of the sentences; None stands for what was chosen with the weights."""

    threshold: float | None = None
    base_rate: float | None = None
    """The share of check-worthy sentences among them."""
    adapt: bool = False
    """Whether share and threshold are told from the scores of all of them."""

    def label(self, rated: Iterable[Rated]) -> Iterator[Scored]:
        """The sentences with scores and labels, in their order; to adapt, all are read first."""
        if self.adapt:
            known = list(rated)
            shift, threshold = self._adapt([worth for _, worth in known if worth is not None])
            yield from (_place(sentence, worth, shift, threshold) for sentence, worth in known)
            return
        for sentence, worth in rated:
            yield _place(sentence, worth, *self._find(worth)) if worth is not None else sentence

    def _find(self, worth: CheckWorthiness) -> tuple[float, float]:
        """Shift and threshold by what is known beforehand."""
        weights = find_weights(worth.reasons)
        shift = find_shift(weights.usual.base_rate, self.base_rate) if self.base_rate is not None else 0.0
        return shift, weights.threshold if self.threshold is None else self.threshold

    def _adapt(self, worths: list[CheckWorthiness]) -> tuple[float, float]:
        if not worths:
            return 0.0, 0.0
        usual = find_weights(worths[0].reasons).usual
        shift = estimate_shift([add_up(worth.reasons) for worth in worths], usual)
        best = choose_threshold([move(worth, shift).score for worth in worths])
        return shift, best if self.threshold is None else self.threshold


def _place(sentence: Scored, worth: CheckWorthiness | None, shift: float, threshold: float) -> Scored:
    return sentence if worth is None else sentence.rated(move(worth, shift), threshold)
