"""Ids and revisions derive from what they name, and from nothing else."""

from uuid import UUID

from hypothesis import assume, given
from hypothesis import strategies as st

from schemas import derive_id, derive_revision

PARTS = st.lists(st.text(st.characters(exclude_characters="\x1f", exclude_categories=["Cs"])), max_size=4)


def test_the_same_thing_has_the_same_id_in_every_release():
    """Rows are found again by these ids: a change here makes every stored article a new one."""
    assert derive_id("article", "https://herald.example/a") == UUID("9705a7f6-b711-557e-9648-9bea745ea00e")


def test_the_same_content_has_the_same_revision_in_every_release():
    assert (
        derive_revision(b"text/plain", b"Fees rise.")
        == "82acdf560874289e12b182d653f6e3ea367b447b395286642a3b4cef1bc7d72e"
    )


@given(PARTS, PARTS)
def test_other_parts_give_another_id(first, second):
    assume(first != second)

    assert derive_id("claim", *first) != derive_id("claim", *second)


@given(PARTS)
def test_another_kind_of_the_same_parts_has_another_id(parts):
    assert derive_id("claim", *parts) != derive_id("mention", *parts)


@given(PARTS)
def test_an_id_is_a_uuid_of_version_5(parts):
    assert derive_id("entity", *parts).version == 5


def test_the_order_of_the_parts_counts():
    assert derive_id("mention", 3, 12) != derive_id("mention", 12, 3)


def test_parts_may_be_anything_that_has_a_text_form():
    article = derive_id("article", "https://herald.example/a")

    assert derive_id("mention", article, 3, "PERSON") == derive_id("mention", str(article), "3", "PERSON")


@given(st.lists(st.binary(), max_size=4), st.lists(st.binary(), max_size=4))
def test_other_contents_give_another_revision_even_where_they_run_together(first, second):
    assume(first != second)

    assert derive_revision(*first) != derive_revision(*second)


def test_contents_that_join_to_the_same_bytes_are_told_apart():
    assert derive_revision(b"ab", b"c") != derive_revision(b"a", b"bc")


@given(st.binary())
def test_a_revision_has_64_hexadecimal_digits(content):
    revision = derive_revision(content)

    assert len(revision) == 64
    assert set(revision) <= set("0123456789abcdef")
