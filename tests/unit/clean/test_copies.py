"""The same story in several outlets is one cluster, and its first is the one handed in first."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.clean.clusters import CopyPolicy, Member, judge_copy, place
from services.clean.copies import BANDS, estimate_likeness, is_copy, share_copied, sign

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
PARAGRAPHS = [
    "The council of Aldermouth voted on Tuesday to close the old harbour bridge to lorries from next spring.",
    "Engineers had found cracks in two of the four piers during an inspection of the foundations last month.",
    "“We would rather close it a year too early than a day too late,” said Ilse Brandt, who is the mayor.",
    "The detour through the eastern suburbs is expected to add about twenty minutes to each delivery.",
    "Shopkeepers on the northern quay said that they had first read of the plan in the morning paper.",
    "A new bridge would cost 41 million euros, of which the state has promised to pay a little under half.",
]
STORY = "\n\n".join(PARAGRAPHS)
OTHER = (
    "A ferry with ninety passengers ran aground off the lighthouse in thick fog on Sunday night.\n\n"
    "Nobody was hurt, the coast guard said, and all of the passengers were brought ashore by midnight.\n\n"
    "The captain told investigators that the radar had failed twice since the ship left the yard in May."
)


def member(number: int, text: str = STORY, minute: int = 0, copy_of: int | None = None) -> Member:
    first = UUID(int=copy_of) if copy_of else None
    return Member(UUID(int=number), NOON + timedelta(minutes=minute), sign(text), first)


@pytest.mark.parametrize(
    "edited",
    [
        pytest.param(f"HIGHTON (Wire) — {STORY}\n\nThe wire contributed to this report.", id="dateline"),
        pytest.param("\n\n".join(PARAGRAPHS[:3]), id="cut to half"),
        pytest.param("\n\n".join(["Nobody in town was asked.", *PARAGRAPHS[1:]]), id="new lead"),
        pytest.param(STORY.replace("lorries", "trucks").replace("Tuesday", "March 2"), id="other words"),
    ],
)
def test_wire_copy_that_an_outlet_edited_is_found(edited: str):
    assert is_copy(sign(edited), sign(STORY))
    assert set(sign(edited).bands) & set(sign(STORY).bands)


def test_another_story_is_no_copy():
    assert not is_copy(sign(OTHER), sign(STORY))
    assert estimate_likeness(sign(OTHER), sign(STORY)) < 0.05


def test_paragraphs_count_as_copied_word_for_word():
    assert share_copied(sign("\n\n".join([*PARAGRAPHS[:3], OTHER])), sign(STORY)) == 0.5
    assert share_copied(sign("tugs"), sign(STORY)) == 0.0


def test_a_signature_is_the_same_in_every_release():
    """They are stored: other values would part the copies to come from the articles that are there."""
    signature = sign(STORY)
    assert signature.values[:3] == (383245551, 455160980, 625902384)
    assert signature.bands[:2] == (-4539844216135526818, -2577334360700687865)
    assert len(signature.bands) == BANDS


def test_the_first_that_was_handed_in_is_the_first():
    placed = place(member(2, minute=1), [member(1), member(3, OTHER)])
    assert placed.copy is not None
    assert placed.copy.first == UUID(int=1)
    assert placed.later == ()


def test_an_earlier_article_that_comes_in_late_becomes_the_first():
    late = member(2, f"HIGHTON (Wire) — {STORY}")
    placed = place(late, [member(1, minute=1)])
    assert placed.copy is None
    assert [(copy.article_id, copy.first) for copy in placed.later] == [(UUID(int=1), UUID(int=2))]


def test_at_the_same_moment_the_smaller_id_is_the_first():
    placed = place(member(2, f"HIGHTON (Wire) — {STORY}"), [member(1)])
    assert placed.copy is not None
    assert placed.copy.first == UUID(int=1)


def test_a_copy_of_a_copy_points_to_the_first():
    others = [member(1), member(2, minute=1, copy_of=1)]
    placed = place(member(3, minute=2), others)
    assert placed.copy is not None
    assert placed.copy.first == UUID(int=1)


def test_the_same_text_again_is_a_copy_whichever_came_first():
    """The other was worked on already: a second time would give the same."""
    placed = place(member(1), [member(2, minute=1)])
    assert placed.copy is not None
    assert placed.copy.is_same
    assert placed.copy.first == UUID(int=2)


def test_an_article_that_is_like_none_is_alone():
    placed = place(member(1), [member(2, OTHER)])
    assert (placed.copy, placed.later) == (None, ())


@pytest.mark.parametrize("policy", CopyPolicy)
def test_the_same_text_is_always_skipped(policy: CopyPolicy):
    skipped = judge_copy(place(member(2, minute=1), [member(1)]).copy, policy)
    assert skipped is not None
    assert skipped.reason == f"the same text as article {UUID(int=1)}"


def test_an_edited_copy_is_skipped_where_the_policy_says_so():
    copy = place(member(2, f"{STORY}\n\nNobody was asked.", minute=1), [member(1)]).copy
    assert judge_copy(copy, CopyPolicy.PROCESS) is None
    skipped = judge_copy(copy, CopyPolicy.LINK)
    assert skipped is not None
    assert str(UUID(int=1)) in skipped.reason
    assert "% of its paragraphs" in skipped.reason


def test_an_article_that_copies_nothing_is_never_skipped():
    assert judge_copy(None, CopyPolicy.LINK) is None
