"""Where in the clean text stood what was taken out."""

from hypothesis import given
from hypothesis import strategies as st

from schemas import MediaType, Metadata
from services.clean.cleaning import clean
from services.clean.repair import repair
from services.desk.removals import place_removals

PIECES = st.lists(st.tuples(st.booleans(), st.text("abc \n", min_size=1, max_size=8)), max_size=8)


@given(PIECES)
def test_each_stands_where_it_stood(pieces):
    """Clean text is what was kept, its white space aside."""
    given_ = "".join(words for _, words in pieces)
    text = " ".join("".join(words for kept, words in pieces if kept).split())
    removed, place = [], 0
    for kept, words in pieces:
        if not kept:
            removed.append({"reason": "notice", "exact": words, "start": place, "end": place + len(words)})
        place += len(words)
    placed = place_removals(text, given_, removed)
    assert [one.exact for one in placed] == [one["exact"] for one in removed]
    for one, stood in zip(placed, removed, strict=True):
        before = "".join(words for kept, words in _until(pieces, stood["start"]) if kept)
        assert "".join(text[: one.place].split()) == "".join(before.split())


def _until(pieces, end):
    place = 0
    for kept, words in pieces:
        if place < end:
            yield kept, words
        place += len(words)


def test_without_the_given_text_no_place_is_told():
    removed = [{"reason": "notice", "exact": "Sign up", "start": 0, "end": 7}]
    assert [one.place for one in place_removals("The dam.", None, removed)] == [None]


def test_where_the_counts_do_not_fit_no_place_is_told():
    removed = [{"reason": "notice", "exact": "Sign up", "start": 0, "end": 7}]
    assert [one.place for one in place_removals("The dam.", "Sign up The dams.", removed)] == [None]


def test_html_has_no_places():
    removed = [{"reason": "notice", "exact": "Sign up", "start": None, "end": None}]
    assert [one.place for one in place_removals("The dam.", "Sign up The dam.", removed)] == [None]


def test_what_cleaning_really_takes_out_is_placed(request):
    content = (request.config.rootpath / "examples" / "01-dam-repairs.txt").read_text()
    cleaned = clean(content, MediaType.TEXT, Metadata())
    removed = [one.model_dump(mode="json") for one in cleaned.removed]
    placed = place_removals(cleaned.text, repair(content), removed)
    assert len(placed) == len(removed) > 0
    assert all(one.place is not None for one in placed)
