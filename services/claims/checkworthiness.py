"""How much a statement calls for a check, and what makes it so: a logistic sum over a few readable signs.

Each sign adds its weight, times its strength, to the log-odds; nothing else does, so the reasons explain
the score in full.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import exp

from spacy.tokens import Token

from schemas import CheckReason, CheckWorthiness, Reason
from services.claims.lexicon import words

# Weights: logistic regression (ridge 1) over these signs, fitted once on the training part of CheckThat! 2024
# task 1, English. The bias is the fitted one (-1.41) moved by 0.7: on the development part .5 is then
# the best threshold (F1 .82).
BIAS = -0.71

WEIGHTS: dict[CheckReason, float] = {
    CheckReason.FIGURES: 2.33,
    CheckReason.COMPARISON: 0.86,
    CheckReason.TREND: 0.83,
    CheckReason.CAUSE: 0.30,
    CheckReason.RECORD: 0.48,
    CheckReason.LAW: 0.79,
    CheckReason.NAMED: 0.44,
    CheckReason.PAST_EVENT: 1.66,
    CheckReason.DENIAL: 0.10,
    CheckReason.QUANTIFIER: 0.26,
    CheckReason.OPINION: -1.17,
    CheckReason.PREDICTION: -0.75,
    CheckReason.QUESTION: -1.91,
    CheckReason.PERSONAL: -0.96,
    CheckReason.VAGUE: -1.65,
    CheckReason.SHORT: -0.54,
}


@dataclass(frozen=True)
class Sign:
    """A reason with the words that show it and how strongly they do (0..1)."""

    reason: CheckReason
    strength: float
    words: tuple[str, ...] = ()


SCALES = words("percent % per-cent $ € £ million billion trillion thousand hundred dozen half quarter third")
COMPARED = words("than compare compared versus twice double triple times equal exceed outnumber")
TRENDS = words(
    "increase decrease rise fall grow drop decline climb shrink double triple surge plunge soar slump cut "
    "raise reduce lower expand gain lose trend growth reduction loss spike slow recover"
)
CAUSES = words(
    "because cause due result lead consequence therefore thanks reason affect impact drive create destroy"
)
RECORDS = words("first last ever record unprecedented historic history best worst largest biggest only never")
LAWS = words(
    "law bill act court vote ban legal illegal constitution amendment tax treaty sanction legislation policy "
    "regulation rule ruling congress senate parliament veto sign pass budget program subsidy deduction"
    " statute"
)
QUANTIFIERS = words(
    "all every most none many few several always majority everyone nobody everybody nothing each"
)
OPINIONS = words(
    "think believe feel opinion hope wish should must ought need like love hate good bad great wrong right "
    "important wonderful terrible better proud sad honest frankly agree disagree respect glad"
)
FUTURE = words("will shall 'll gonna would could may might")
PERSONS = words("i me my mine myself we us our you your")
VAGUE_WORDS = words("it this that thing something anything somebody someone stuff they there here what")
DENIALS = words("not n't no never neither nor without deny")


def rate(tokens: Sequence[Token]) -> CheckWorthiness:
    """The score of the statement that the tokens make, with its reasons, heaviest first."""
    reasons = [
        Reason(
            reason=sign.reason,
            weight=round(WEIGHTS.get(sign.reason, 0.0) * sign.strength, 4),
            words=" ".join(sign.words),
        )
        for sign in find_signs(tokens)
    ]
    reasons = [reason for reason in reasons if reason.weight]
    reasons.sort(key=lambda reason: -abs(reason.weight))
    return CheckWorthiness(score=score(reasons), reasons=tuple(reasons))


def score(reasons: Iterable[Reason]) -> float:
    """0..1 from the log-odds that the reasons add up to."""
    return round(1 / (1 + exp(-(BIAS + sum(reason.weight for reason in reasons)))), 4)


def find_signs(tokens: Sequence[Token]) -> list[Sign]:
    """Every sign in the statement; one for each reason."""
    plain = [token for token in tokens if not (token.is_space or token.is_punct)]
    if not plain:
        return [Sign(CheckReason.SHORT, 1.0)]
    signs = [_counted(reason, plain, test, enough) for reason, (test, enough) in TESTS.items()]
    signs += [_question(tokens), _short(plain), _vague(plain)]
    return [sign for sign in signs if sign.strength > 0]


def _counted(reason: CheckReason, plain: Sequence[Token], test: Callable[[Token], bool], enough: int) -> Sign:
    found = [token.text for token in plain if test(token)]
    return Sign(reason, min(len(found), enough) / enough, tuple(dict.fromkeys(found))[:6])


def _in(listed: frozenset[str]) -> Callable[[Token], bool]:
    return lambda token: token.lower_ in listed or token.lemma_.lower() in listed


def _is_figure(token: Token) -> bool:
    return (token.like_num and token.lower_ != "one") or token.lower_ in SCALES or token.tag_ == "CD"


def _is_comparison(token: Token) -> bool:
    return token.tag_ in {"JJR", "RBR"} or token.lower_ in COMPARED


def _is_record(token: Token) -> bool:
    return token.tag_ in {"JJS", "RBS"} or token.lower_ in RECORDS


def _is_past(token: Token) -> bool:
    return token.tag_ == "VBD" or (
        token.tag_ == "VBN" and any(kid.lemma_ == "have" for kid in token.children)
    )


TESTS: dict[CheckReason, tuple[Callable[[Token], bool], int]] = {
    CheckReason.FIGURES: (_is_figure, 3),
    CheckReason.COMPARISON: (_is_comparison, 2),
    CheckReason.TREND: (_in(TRENDS), 2),
    CheckReason.CAUSE: (_in(CAUSES), 1),
    CheckReason.RECORD: (_is_record, 2),
    CheckReason.LAW: (_in(LAWS), 2),
    CheckReason.NAMED: (lambda token: token.pos_ == "PROPN", 4),
    CheckReason.PAST_EVENT: (_is_past, 2),
    CheckReason.DENIAL: (_in(DENIALS), 1),
    CheckReason.QUANTIFIER: (_in(QUANTIFIERS), 2),
    CheckReason.OPINION: (_in(OPINIONS), 2),
    CheckReason.PREDICTION: (lambda token: token.lower_ in FUTURE, 2),
    CheckReason.PERSONAL: (lambda token: token.lower_ in PERSONS, 3),
}
"""How each sign is counted: what a word must be, and how many such words make its full strength."""


def _question(tokens: Sequence[Token]) -> Sign:
    marks = tuple(token.text for token in tokens if token.text == "?")
    return Sign(CheckReason.QUESTION, float(bool(marks)), marks[:1])


def _short(plain: Sequence[Token]) -> Sign:
    return Sign(CheckReason.SHORT, max(0.0, 1 - len(plain) / 16))


def _vague(plain: Sequence[Token]) -> Sign:
    """Pointing words instead of nouns: nothing that could be looked up."""
    pointing = tuple(token.text for token in plain if token.lower_ in VAGUE_WORDS)
    nouns = sum(token.pos_ in {"NOUN", "PROPN", "NUM"} for token in plain)
    return Sign(CheckReason.VAGUE, max(0.0, 1 - nouns / max(1.0, len(plain) / 4)), pointing[:6])
