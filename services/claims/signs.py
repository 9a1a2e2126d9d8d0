"""Signs that a statement calls for a check, or does not: reasons with the words that show them.

A word that speaks against a check never speaks for one as well, and nothing that lowers the score gets
stronger by words that raise it. So whoever strikes the words of a raising reason lowers the score.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from spacy.tokens import Token

from schemas import CheckReason
from services.claims.lexicon import read_table

Grade = Callable[[Token], float]
"""How much a word counts as showing a reason; 0 where it does not."""
Graded = list[tuple[Token, float]]
Listed = Mapping[str, Mapping[CheckReason, float]]
"""For each word the reasons it is listed for, with its grades."""

TABLE = read_table(files("services.claims").joinpath("signs.txt").read_text(encoding="utf-8"))
SOME_NOUNS = 4
"""Nouns, names and numbers from which a statement is not called short."""
WEAK, FAINT = 0.6, 0.25
COMPARATIVE, SUPERLATIVE = frozenset({"JJR", "RBR"}), frozenset({"JJS", "RBS"})
COMPARED = COMPARATIVE | SUPERLATIVE
NOTHING: Mapping[CheckReason, float] = {}
_VIEWS = TABLE[CheckReason.OPINION.value]


@dataclass(frozen=True)
class Sign:
    """A reason with the words that show it and how strongly they do (0..1)."""

    reason: CheckReason
    strength: float
    words: tuple[str, ...] = ()


def find_signs(tokens: Sequence[Token]) -> list[Sign]:
    """Every sign in the statement; one for each reason."""
    # A word that two pieces of a content share is there twice, and counts once.
    once = {token.i: token for token in tokens}.values()
    plain = [token for token in once if not (token.is_space or token.is_punct)]
    lowering = _grade(plain, LOWERING, _LISTED_AGAINST)
    against = {token.i for graded in lowering.values() for token, _ in graded}
    rest = [token for token in plain if token.i not in against]
    raising = _grade(rest, RAISING, _LISTED_FOR)
    signs = [_weigh(reason, graded) for reason, graded in (raising | lowering).items() if graded]
    signs += [_question(tokens), _short(plain)]
    return [sign for sign in signs if sign.strength > 0]


def _grade(
    words: Sequence[Token], tests: Mapping[CheckReason, Grade | None], listed: Listed
) -> dict[CheckReason, Graded]:
    """For each reason the words that show it. What a word is listed for goes before what a test says."""
    shown: dict[CheckReason, Graded] = {reason: [] for reason in tests}
    asked = [(reason, test) for reason, test in tests.items() if test is not None]
    for word in words:
        grades = {reason: value for reason, test in asked if (value := test(word))}
        grades |= listed.get(word.lemma_.lower(), NOTHING)
        grades |= listed.get(word.lower_, NOTHING)
        for reason, value in grades.items():
            shown[reason].append((word, value))
    return shown


def _weigh(reason: CheckReason, graded: Graded) -> Sign:
    """Each further word adds half of what the one before did, so that none adds nothing."""
    shown = dict.fromkeys(word.text for word, _ in graded)
    return Sign(reason, 1 - 0.5 ** sum(value for _, value in graded), tuple(shown))


def _question(tokens: Sequence[Token]) -> Sign:
    marks = tuple(token.text for token in tokens if token.text == "?")
    return Sign(CheckReason.QUESTION, float(bool(marks)), marks[:1])


def _short(plain: Sequence[Token]) -> Sign:
    """Few things are named: little that could be looked up."""
    nouns = sum(token.pos_ in {"NOUN", "PROPN", "NUM"} for token in plain)
    return Sign(CheckReason.SHORT, max(0.0, 1 - nouns / SOME_NOUNS))


def _list_words(reasons: Iterable[CheckReason]) -> Listed:
    listed: dict[str, dict[CheckReason, float]] = {}
    for reason in reasons:
        for word, grade in TABLE.get(reason.value, {}).items():
            listed.setdefault(word, {})[reason] = grade
    return listed


def _is_view(token: Token) -> float:
    """A word of opinion in its plain form: "worst" is a record, not a view, though its lemma is "bad"."""
    if token.tag_ in COMPARED:
        return 0.0
    return _VIEWS.get(token.lower_) or _VIEWS.get(token.lemma_.lower(), 0.0)


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


RAISING: dict[CheckReason, Grade | None] = {
    CheckReason.FIGURES: _is_number,
    CheckReason.COMPARISON: lambda token: float(token.tag_ in COMPARATIVE),
    CheckReason.TREND: None,
    CheckReason.CAUSE: None,
    CheckReason.RECORD: lambda token: float(token.tag_ in SUPERLATIVE),
    CheckReason.LAW: None,
    CheckReason.PUBLIC_MATTER: None,
    CheckReason.NAMED: lambda token: float(token.pos_ == "PROPN"),
    CheckReason.PAST_EVENT: _is_past,
    CheckReason.DEED: _is_under_way,
    CheckReason.TIME: None,
    CheckReason.DENIAL: None,
    CheckReason.QUANTIFIER: None,
}
"""What speaks for a check: words that are listed for the reason, and a test where there is one."""

LOWERING: dict[CheckReason, Grade | None] = {
    CheckReason.OPINION: _is_view,
    CheckReason.DEMAND: _is_demanded,
    CheckReason.PREDICTION: _is_going_to,
    CheckReason.PERSONAL: None,
    CheckReason.VAGUE: _is_pointing,
    CheckReason.TALK: None,
}
"""What speaks against one, beside a question mark and few nouns."""

_LISTED_FOR = _list_words(RAISING)
_LISTED_AGAINST = _list_words(reason for reason in LOWERING if reason is not CheckReason.OPINION)

SIGNS: dict[CheckReason, int] = {
    **dict.fromkeys(RAISING, 1),
    **dict.fromkeys([*LOWERING, CheckReason.QUESTION, CheckReason.SHORT], -1),
}
"""Each reason that a sentence's words can show, and whether it raises (1) or lowers (-1) the score."""
