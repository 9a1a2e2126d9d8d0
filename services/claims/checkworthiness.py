"""How much a statement calls for a check, and what makes it so: a logistic sum over readable signs.

Each sign adds its weight, times its strength, to the log-odds; so does the encoder's reading of the whole
statement, where there is one. Nothing else does, so the reasons explain the score in full.
"""

from collections.abc import Iterable, Sequence
from math import exp

from spacy.tokens import Token

from schemas import CheckReason, CheckWorthiness, Reason
from services.claims.base_rates import find_shift
from services.claims.signs import find_signs
from services.claims.weights import Weights, load_weights


def rate(tokens: Sequence[Token], reading: float | None = None, shift: float = 0.0) -> CheckWorthiness:
    """The score of the statement that the tokens make, with its reasons, heaviest first.

    `reading` is the encoder's log-odds that it calls for a check, as they come. `shift` moves the score to
    the collection it is from (`services.claims.base_rates`).
    """
    weights = load_weights().choose(reading is not None)
    reasons = [
        Reason(
            reason=sign.reason,
            weight=round(weights.signs[sign.reason] * sign.strength, 4),
            words=" ".join(sign.words),
        )
        for sign in find_signs(tokens)
    ]
    if reading is not None:
        reasons.append(Reason(reason=CheckReason.WORDING, weight=round(weights.reading * reading, 4)))
    reasons.sort(key=lambda reason: -abs(reason.weight))
    return CheckWorthiness(score=score(reasons, shift), reasons=tuple(reasons))


def score(reasons: Iterable[Reason], shift: float = 0.0) -> float:
    """0..1 from the log-odds that the reasons add up to."""
    return round(1 / (1 + exp(-(add_up(reasons) + shift))), 6)


def move(worth: CheckWorthiness, shift: float) -> CheckWorthiness:
    """The same reasons where check-worthy statements are more common, or less."""
    return worth.model_copy(update={"score": score(worth.reasons, shift)})


def place(worth: CheckWorthiness, base_rate: float) -> CheckWorthiness:
    """The same reasons where so large a share of the statements is worth a check."""
    return move(worth, find_shift(find_weights(worth.reasons).usual.base_rate, base_rate))


def add_up(reasons: Iterable[Reason]) -> float:
    """The log-odds that the reasons make."""
    given = tuple(reasons)
    return find_weights(given).bias + sum(reason.weight for reason in given)


def find_weights(reasons: Iterable[Reason]) -> Weights:
    """The weights by which a statement with these reasons was scored."""
    return load_weights().choose(any(reason.reason is CheckReason.WORDING for reason in reasons))
