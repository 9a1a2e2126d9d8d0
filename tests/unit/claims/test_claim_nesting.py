"""Which attribution is reported within which other one."""

from schemas import QuoteType
from services.claims.attribution import Attribution
from services.claims.nesting import find_enclosing


def attribution(cue: int, *content: tuple[int, int]) -> Attribution:
    return Attribution((), ((cue, cue + 1),), content, QuoteType.INDIRECT, "rule", 1.0)


def test_side_by_side_none_encloses_the_other() -> None:
    assert find_enclosing([attribution(0, (2, 9)), attribution(10, (12, 19))]) == [None, None]


def test_the_closest_one_encloses() -> None:
    chain = [attribution(0, (2, 90)), attribution(5, (8, 80)), attribution(12, (15, 70))]
    assert find_enclosing(chain) == [None, 0, 1]


def test_a_later_piece_of_the_content_encloses_too() -> None:
    assert find_enclosing([attribution(20, (0, 10), (30, 60)), attribution(35, (40, 50))]) == [None, 0]


def test_a_cue_between_the_pieces_is_not_enclosed() -> None:
    assert find_enclosing([attribution(12, (0, 10), (30, 60)), attribution(20, (22, 25))]) == [None, None]
