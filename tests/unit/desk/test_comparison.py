"""Two revisions compared."""

from hypothesis import given
from hypothesis import strategies as st

from services.desk.comparison import Change, compare_texts

TEXTS = st.lists(
    st.sampled_from(["The dam leaks.", "It cost 41 million.", "\n\n", " ", "Nobody knew."]), max_size=12
)


@given(TEXTS.map("".join), TEXTS.map("".join))
def test_both_texts_can_be_read_off(older, newer):
    found = compare_texts(older, newer)
    assert "".join(one.text for one in found if one.change != Change.NEW) == older
    assert "".join(one.text for one in found if one.change != Change.GONE) == newer


def test_a_changed_figure_is_the_only_difference():
    found = compare_texts("It cost 41 million euros.\n\nSo.", "It cost 43 million euros.\n\nSo.")
    assert [(one.change, one.text) for one in found if one.change != Change.SAME] == [
        (Change.GONE, "41"),
        (Change.NEW, "43"),
    ]
