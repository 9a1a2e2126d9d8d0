"""A claim said again, as its page shows it: wordings side by side, tellings on a line of time."""

from datetime import UTC, datetime, timedelta

from schemas import derive_id
from services.desk.comparison import Change
from services.desk.pages.again import MARGIN, WIDTH, draw_time_line, list_wordings
from services.store.clusters import Variant

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def make_variant(text: str, minute: int = 0) -> Variant:
    return Variant(
        claim_id=derive_id("claim", text, minute),
        text=text,
        claimant=None,
        outlet=None,
        seen_at=NOON + timedelta(minutes=minute),
        url=None,
        title=None,
        article_id=derive_id("article", minute),
        copy_of=None,
    )


def mark(text: str) -> list[str]:
    """The words of a wording that the first, "The bridge cost 41 million euros.", does not have."""
    first = make_variant("The bridge cost 41 million euros.")
    last = list_wordings([first, make_variant(text, 5)])[-1]
    assert "".join(piece.text for piece in last.text) == text
    return [piece.text.strip() for piece in last.text if piece.change is Change.NEW]


def test_what_the_first_wording_does_not_have_is_marked():
    assert mark("The bridge cost 43 million euros.") == ["43"]
    assert mark("The old bridge cost 41 million euros, they say.") == ["old", ", they say"]


def test_words_left_out_and_other_marks_are_no_new_words():
    assert mark("The bridge cost 41 million.") == []
    assert mark('"The bridge cost 41 million euros!"') == []


def test_a_wording_is_there_once_with_all_who_used_it():
    said = [make_variant("a b", 0), make_variant("a c", 1), make_variant("a b", 2)]
    assert [[one.seen_at.minute for one in wording.tellings] for wording in list_wordings(said)] == [
        [0, 2],
        [1],
    ]
    assert list_wordings([]) == []


def test_the_first_and_the_last_telling_stand_at_the_ends():
    said = [make_variant("a", minute) for minute in (0, 15, 60)]
    middle = MARGIN + (WIDTH - 2 * MARGIN) / 4
    assert [dot.x for dot in draw_time_line(said)] == [MARGIN, middle, WIDTH - MARGIN]


def test_tellings_of_one_moment_stand_in_one_place():
    assert [dot.x for dot in draw_time_line([make_variant("a"), make_variant("b")])] == [MARGIN, MARGIN]
    assert draw_time_line([]) == []
