"""The figures of a statement, however they are written: 5 %, five per cent, 1.5bn, half, one in five."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """What a figure counts."""

    PLAIN = "plain"
    PERCENT = "percent"
    POINTS = "points"
    TIMES = "times"
    ORDINAL = "ordinal"


@dataclass(frozen=True)
class Figure:
    """A number and what it counts."""

    value: float
    unit: Unit = Unit.PLAIN

    def agrees(self, other: "Figure") -> bool:
        """Whether they say the same; of percentages a third is 33."""
        rough = 0.5 if self.unit is Unit.PERCENT and _is_broken(self, other) else 1e-6 * abs(self.value)
        return self.unit is other.unit and abs(self.value - other.value) <= rough


def _is_broken(*figures: Figure) -> bool:
    return any(round(figure.value, 2) != figure.value for figure in figures)


ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
SMALL = {word: float(at) for at, word in enumerate(ONES)} | {
    word: 10.0 * at for at, word in enumerate(TENS, start=2)
}
DOZEN = {"dozen": 12.0, "dozens": 12.0, "score": 20.0}
HUNDREDS = {"hundred": 100.0}
LARGE = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
SHORT = {"k": 1e3, "m": 1e6, "mn": 1e6, "mln": 1e6, "bn": 1e9, "bln": 1e9, "tn": 1e12, "trn": 1e12}
FRACTIONS = {"half": 0.5, "halves": 0.5, "third": 1 / 3, "thirds": 1 / 3, "quarter": 0.25, "quarters": 0.25}
FRACTIONS |= {"fifth": 0.2, "fifths": 0.2, "tenth": 0.1, "tenths": 0.1}
TIMES = {"double": 2.0, "doubled": 2.0, "doubles": 2.0, "doubling": 2.0, "twice": 2.0, "twofold": 2.0}
TIMES |= {"triple": 3.0, "tripled": 3.0, "tripling": 3.0, "threefold": 3.0, "thrice": 3.0}
TIMES |= {"halved": 0.5, "halving": 0.5, "halve": 0.5, "quadrupled": 4.0, "fourfold": 4.0, "tenfold": 10.0}
ORDINALS = {"first": 1.0, "second": 2.0, "third": 3.0, "fourth": 4.0, "fifth": 5.0, "sixth": 6.0}
ORDINALS |= {"seventh": 7.0, "eighth": 8.0, "ninth": 9.0, "tenth": 10.0}
SPANS = {"decade": 10.0, "decades": 10.0, "century": 100.0, "centuries": 100.0}
PERCENT = frozenset({"%", "percent", "percentage", "pct"})
TOKEN = re.compile(
    r"\d{1,2}:\d{2}(?::\d{2})?|(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|[^\W\d_]+(?:['’][^\W\d_]+)?|%"
)
DIGITS = re.compile(r"\d")
YEAR = re.compile(r"(?:19|20)\d\d$")


def find_figures(text: str) -> list[Figure]:
    """The figures of a text in order; years are none, and days of a month neither, where `text` has none."""
    return list(_read(TOKEN.findall(text.lower().replace("per cent", "percent"))))


def _read(words: Sequence[str]) -> Iterator[Figure]:
    at = 0
    while at < len(words):
        figure, length = _read_at(words, at)
        if figure is not None:
            yield figure
        at += max(1, length)


def _read_at(words: Sequence[str], at: int) -> tuple[Figure | None, int]:
    """The figure that begins there, and how many words it takes."""
    word = words[at]
    if ":" in word:
        return Figure(float(word.replace(":", ""))), 1
    if word in TIMES:
        return Figure(TIMES[word], Unit.TIMES), 1
    if (share := _read_share(words, at)) is not None:
        return share
    value, length = _read_number(words, at)
    if length:
        return _with_unit(value, words, at, length)
    if word in ORDINALS and _word(words, at + 1) not in {"quarter", "half"}:
        return Figure(ORDINALS[word], Unit.ORDINAL), 1
    return None, 1


def _read_share(words: Sequence[str], at: int) -> tuple[Figure, int] | None:
    """`half`, `a third`, `three quarters`, `one in five`."""
    word, following = words[at], _word(words, at + 1)
    if word == "half" and _word(words, at - 1) not in {"first", "second"}:
        return (_HALF_POINT, 3) if _word(words, at + 2) == "percentage" else (_share(0.5), 1)
    if following == "in" and word in {"one", "1"} | SMALL.keys():
        whole, length = _read_number(words, at + 2)
        if length and 1 < whole <= 20 and SMALL.get(word, 1.0) < whole:
            return _share(SMALL.get(word, 1.0) / whole), 2 + length
    if following in FRACTIONS and _word(words, at + 2) != "time" and (word == "a" or SMALL.get(word, 0) > 0):
        return _share(SMALL.get(word, 1.0) * FRACTIONS[following]), 2
    return None


_HALF_POINT = Figure(0.5, Unit.POINTS)


def _share(part: float) -> Figure:
    return Figure(100 * part, Unit.PERCENT)


def _read_number(words: Sequence[str], at: int) -> tuple[float, int]:
    """A number in digits, words or both, and how many words it takes; (0, 0) where there is none."""
    total = group = 0.0
    begun, here = False, at
    while (word := _word(words, here)) is not None:
        if DIGITS.match(word) and not begun:
            group = float(word.replace(",", ""))
        elif word in SMALL and (not begun or words[here - 1] in {"and", *HUNDREDS, *LARGE, *TENS}):
            group += SMALL[word]
        elif word in HUNDREDS and (begun or _word(words, here - 1) == "a"):
            group = (group or 1.0) * HUNDREDS[word]
        elif word in LARGE | SHORT and (begun or _word(words, here - 1) == "a"):
            total, group = total + (group or 1.0) * (LARGE | SHORT)[word], 0.0
        elif word in DOZEN:
            group = (group or 1.0) * DOZEN[word]
        elif word == "and" and begun and words[here - 1] in HUNDREDS and _word(words, here + 1) in SMALL:
            pass
        else:
            break
        begun, here = True, here + 1
    return (total + group, here - at) if begun else (0.0, 0)


def _with_unit(value: float, words: Sequence[str], at: int, length: int) -> tuple[Figure | None, int]:
    following, after = _word(words, at + length), _word(words, at + length + 1)
    if following == "percentage" or (following in {"point", "points"} and value < 100):
        return Figure(value, Unit.POINTS), length + (2 if after in {"point", "points"} else 1)
    if following in PERCENT:
        return Figure(value, Unit.PERCENT), length + 1
    if following in {"times", "fold"}:
        return Figure(value, Unit.TIMES), length + 1
    if following in SPANS:
        return Figure(value * SPANS[following]), length + 1
    if following in {"st", "nd", "rd", "th"}:
        return (Figure(value, Unit.ORDINAL) if value > 31 else None), length + 1
    written = words[at]
    if length == 1 and (YEAR.match(written) or written in {"one", "zero"}):
        return None, 1
    return Figure(value), length


def _word(words: Sequence[str], at: int) -> str | None:
    return words[at] if 0 <= at < len(words) else None
