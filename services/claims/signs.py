"""Signs that a statement calls for a check, or does not: reasons with the words that show them.

A word that speaks against a check never speaks for one as well, and nothing that lowers the score gets
stronger by words that raise it. So whoever strikes the words of a raising reason lowers the score.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files

from spacy.tokens import Token

from schemas import CheckReason
from services.claims.lexicon import read_table

Grade = Callable[[Token], float]
"""How much a word counts as showing a reason; 0 where it does not."""

TABLE = read_table(files("services.claims").joinpath("signs.txt").read_text(encoding="utf-8"))
SOME_NOUNS = 4
"""Nouns, names and numbers from which a statement is not called short."""
WEAK, FAINT = 0.6, 0.25
COMPARATIVE, SUPERLATIVE = frozenset({"JJR", "RBR"}), frozenset({"JJS", "RBS"})


@dataclass(frozen=True)
class Sign:
    """A reason with the words that show it and how strongly they do (0..1)."""

    reason: CheckReason
    strength: float
    words: tuple[str, ...] = ()


def find_signs(tokens: Sequence[Token]) -> list[Sign]:
    """Every sign in the statement; one for each reason."""
    plain = [token for token in tokens if not (token.is_space or token.is_punct)]
    lowering = {reason: _grade(plain, grade) for reason, grade in LOWERING.items()}
    against = {token for graded in lowering.values() for token in graded}
    rest = [token for token in plain if token not in against]
    raising = {reason: _grade(rest, grade) for reason, grade in RAISING.items()}
    signs = [_weigh(reason, graded) for reason, graded in (raising | lowering).items() if graded]
    signs += [_question(tokens), _short(plain)]
    return [sign for sign in signs if sign.strength > 0]


def _grade(words: Sequence[Token], grade: Grade) -> dict[Token, float]:
    graded = ((word, grade(word)) for word in words)
    return {word: value for word, value in graded if value}


def _weigh(reason: CheckReason, graded: dict[Token, float]) -> Sign:
    """Each further word adds half of what the one before did, so that none adds nothing."""
    shown = dict.fromkeys(word.text for word in graded)
    return Sign(reason, 1 - 0.5 ** sum(graded.values()), tuple(shown))


def _question(tokens: Sequence[Token]) -> Sign:
    marks = tuple(token.text for token in tokens if token.text == "?")
    return Sign(CheckReason.QUESTION, float(bool(marks)), marks[:1])


def _short(plain: Sequence[Token]) -> Sign:
    """Few things are named: little that could be looked up."""
    nouns = sum(token.pos_ in {"NOUN", "PROPN", "NUM"} for token in plain)
    return Sign(CheckReason.SHORT, max(0.0, 1 - nouns / SOME_NOUNS))


def _listed(reason: CheckReason) -> Grade:
    grades = TABLE[reason.value]
    return lambda token: grades.get(token.lower_) or grades.get(token.lemma_.lower(), 0.0)


_OPINION = _listed(CheckReason.OPINION)


def _listed_or(reason: CheckReason, test: Grade) -> Grade:
    listed = _listed(reason)
    return lambda token: listed(token) or test(token)


def _is_view(token: Token) -> float:
    """A word of opinion in its plain form: "worst" is a record, not a view, though its lemma is "bad"."""
    return 0.0 if token.tag_ in COMPARATIVE | SUPERLATIVE else _OPINION(token)


def _is_number(token: Token) -> float:
    return float((token.like_num or token.tag_ == "CD") and token.lower_ != "one")


def _is_past(token: Token) -> float:
    """Full for what happened or has happened; less for what was, had, did, or was done to somebody."""
    if token.tag_ == "VBD":
        return WEAK if token.lemma_ in {"be", "have", "do"} else 1.0
    if token.tag_ != "VBN":
        return 0.0
    helpers = {kid.lemma_ for kid in token.children}
    return 1.0 if "have" in helpers else WEAK if helpers & {"be", "get"} else FAINT


def _is_under_way(token: Token) -> float:
    is_progressive = token.tag_ == "VBG" and token.lower_ != "going"
    return float(is_progressive and any(kid.lemma_ == "be" for kid in token.children))


def _is_demanded(token: Token) -> float:
    """ "Have to", and a bare verb at the head of the sentence: an order."""
    if token.lemma_ == "have":
        return float(_is_followed_by_to(token))
    is_bare = token.tag_ == "VB" and token.dep_ == "ROOT"
    return float(is_bare and not any(kid.dep_ in {"aux", "nsubj"} for kid in token.children))


def _is_going_to(token: Token) -> float:
    return float(token.lower_ == "going" and _is_followed_by_to(token))


def _is_followed_by_to(token: Token) -> bool:
    return token.i + 1 < len(token.doc) and token.nbor().lower_ == "to"


def _is_pointing(token: Token) -> float:
    return FAINT if token.dep_ == "nsubj" and token.lower_ in {"it", "this", "that", "there"} else 0.0


RAISING: dict[CheckReason, Grade] = {
    CheckReason.FIGURES: _listed_or(CheckReason.FIGURES, _is_number),
    CheckReason.COMPARISON: _listed_or(CheckReason.COMPARISON, lambda t: float(t.tag_ in COMPARATIVE)),
    CheckReason.TREND: _listed(CheckReason.TREND),
    CheckReason.CAUSE: _listed(CheckReason.CAUSE),
    CheckReason.RECORD: _listed_or(CheckReason.RECORD, lambda t: float(t.tag_ in SUPERLATIVE)),
    CheckReason.LAW: _listed(CheckReason.LAW),
    CheckReason.PUBLIC_MATTER: _listed(CheckReason.PUBLIC_MATTER),
    CheckReason.NAMED: lambda token: float(token.pos_ == "PROPN"),
    CheckReason.PAST_EVENT: _is_past,
    CheckReason.DEED: _listed_or(CheckReason.DEED, _is_under_way),
    CheckReason.TIME: _listed(CheckReason.TIME),
    CheckReason.DENIAL: _listed(CheckReason.DENIAL),
    CheckReason.QUANTIFIER: _listed(CheckReason.QUANTIFIER),
}
"""What speaks for a check."""

LOWERING: dict[CheckReason, Grade] = {
    CheckReason.OPINION: _is_view,
    CheckReason.DEMAND: _listed_or(CheckReason.DEMAND, _is_demanded),
    CheckReason.PREDICTION: _listed_or(CheckReason.PREDICTION, _is_going_to),
    CheckReason.PERSONAL: _listed(CheckReason.PERSONAL),
    CheckReason.VAGUE: _listed_or(CheckReason.VAGUE, _is_pointing),
    CheckReason.TALK: _listed(CheckReason.TALK),
}
"""What speaks against one, beside a question mark and few nouns."""

SIGNS: dict[CheckReason, int] = {
    **dict.fromkeys(RAISING, 1),
    **dict.fromkeys([*LOWERING, CheckReason.QUESTION, CheckReason.SHORT], -1),
}
"""Each reason that a sentence's words can show, and whether it raises (1) or lowers (-1) the score."""
