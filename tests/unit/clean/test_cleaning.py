"""Cleaning as a whole: what it promises for any content."""

import unicodedata
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import MediaType, Metadata, RemovalReason, Removed, Skipped, Unprocessable
from services.clean import Cleaned, Policy, clean, repair
from services.clean.furniture import RULES
from services.clean.template import Template, observe

ANYTHING = Policy(min_words=0, languages=frozenset({"en"}))
SCRAPED = """\
Harbour closed for the weekend, city says

Lowton: Harbour closed for the weekend, city says. PHOTO/Reuters

LOWTON – The harbour will stay closed until Monday because of works on the quay, the city said on Friday.

Baca: Gulls take over the town

“We had no choice,” said Mary Miller, who runs the works. “The quay would have fallen down.”

Leave a Reply

Your email address will not be published. Required fields are marked *

Recent News

Editor's Pick"""

SENTENCES = (
    "The harbour will stay closed until Monday because of the works on the quay.",
    "“We had no choice,” said Mary Miller, who runs the works.",
    "Nobody asked the fishermen, who have to sail for an hour to the next port, what they think of it.",
    "LOWTON (AP) — The city will decide in May.",
    "It is closed.",
    "What happens next",
    "By Jane Doe",
    "March 1, 2024",
    "Harbour closed for the weekend",
    "JAKARTA – AMSTERDAM – The ship is late.",
    "two tugs",
    "Ã©tÃ©",
)
LINES = st.one_of(
    st.sampled_from(SENTENCES), st.sampled_from([rule.example for rule in RULES]), st.text(max_size=60)
)
CONTENTS = st.one_of(
    st.text(),
    st.lists(st.tuples(LINES, st.sampled_from(("\n", "\n\n", " ")))).map(
        lambda rows: "".join(a + b for a, b in rows)
    ),
)


def clean_text(
    content: str, metadata: Metadata | None = None, policy: Policy = ANYTHING
) -> Cleaned | Skipped | None:
    try:
        return clean(content, MediaType.TEXT, metadata or Metadata(), policy)
    except Unprocessable:
        return None


def test_a_scraped_article_becomes_clean_text_and_metadata():
    cleaned = clean_text(SCRAPED, policy=Policy())
    assert isinstance(cleaned, Cleaned)
    assert cleaned.text == (
        "The harbour will stay closed until Monday because of works on the quay, the city said on Friday.\n\n"
        "“We had no choice,” said Mary Miller, who runs the works. “The quay would have fallen down.”"
    )
    assert cleaned.metadata == Metadata(
        title="Harbour closed for the weekend, city says", dateline="LOWTON", language="en"
    )
    assert [one.reason for one in cleaned.removed] == [
        RemovalReason.HEADLINE,
        RemovalReason.PHOTO_CREDIT,
        RemovalReason.DATELINE,
        RemovalReason.READ_ALSO,
        RemovalReason.COMMENT_FORM,
        RemovalReason.COMMENT_FORM,
        RemovalReason.RELATED_LIST,
    ]


@settings(max_examples=300, deadline=None)
@given(CONTENTS)
def test_nothing_disappears_unseen(content: str):
    """Clean text and removed spans together give back every non-space character, in order."""
    cleaned = clean_text(content)
    if not isinstance(cleaned, Cleaned):
        return
    assert cleaned.given == repair(content)
    assert cleaned.cut == cleaned.removed
    assert_complete(cleaned)


def assert_complete(cleaned: Cleaned) -> None:
    """What is left of the given text without its cuts is the clean text, but for white space."""
    left, at = "", 0
    for one in cleaned.cut:
        assert one.start is not None
        assert one.end is not None
        assert at <= one.start < one.end
        assert cleaned.given[one.start : one.end] == one.exact
        left, at = left + cleaned.given[at : one.start], one.end
    left += cleaned.given[at:]
    assert "".join(left.split()) == "".join(cleaned.text.split())


@settings(max_examples=200, deadline=None)
@given(CONTENTS, st.sets(st.sampled_from(SENTENCES)))
def test_lines_of_the_source_do_not_disappear_unseen_either(content: str, known: set[str]):
    lines = [Removed(reason=RemovalReason.NOTICE, exact=line) for line in known]
    template = Template((observe("another", "", lines),))
    try:
        cleaned = clean(content, MediaType.TEXT, Metadata(), ANYTHING, template)
    except Unprocessable:
        return
    if isinstance(cleaned, Cleaned):
        assert_complete(cleaned)


@settings(max_examples=100, deadline=None)
@given(st.lists(LINES, min_size=1))
def test_what_was_extracted_from_a_page_does_not_disappear_unseen(lines: list[str]):
    """What trafilatura leaves out of a page is not told; what the sweep takes from its text is."""
    body = "".join(f"<p>{escape(line)}</p>" for line in (SENTENCES[0], *lines, SENTENCES[2]))
    try:
        cleaned = clean(
            f"<html><body><article>{body}</article></body></html>", MediaType.HTML, Metadata(), ANYTHING
        )
    except Unprocessable:
        return
    if isinstance(cleaned, Cleaned):
        assert_complete(cleaned)
        assert [one.exact for one in cleaned.cut] == [one.exact for one in cleaned.removed]


@settings(max_examples=300, deadline=None)
@given(CONTENTS)
def test_a_clean_text_is_in_its_proper_form(content: str):
    cleaned = clean_text(content)
    if not isinstance(cleaned, Cleaned):
        return
    assert unicodedata.is_normalized("NFC", cleaned.text)
    assert not any(unicodedata.category(character) == "Cc" for character in cleaned.text.replace("\n", ""))
    assert all(
        paragraph.strip() == paragraph != "" for paragraph in cleaned.text.split("\n\n") if cleaned.text
    )
    assert "\n\n\n" not in cleaned.text


@settings(max_examples=300, deadline=None)
@given(CONTENTS)
def test_cleaning_a_clean_text_changes_nothing(content: str):
    """What was learnt goes along, or a standfirst would be the next headline.

    Joining hard-wrapped lines may put characters together that read as garbled encoding: those are left out.
    """
    once = clean_text(content)
    if not isinstance(once, Cleaned) or repair(once.text) != once.text:
        return
    twice = clean_text(once.text, once.metadata)
    assert isinstance(twice, Cleaned)
    assert twice.text == once.text
    assert twice.removed == ()


@settings(max_examples=100, deadline=None)
@given(
    st.one_of(
        st.text(),
        st.lists(
            st.sampled_from(("<p>", "</div>", "<table>", "<!--", "&#0;", "<a href=", "Harbour closed. "))
        ).map("".join),
    )
)
def test_any_html_gives_a_clear_result(content: str):
    try:
        result = clean(content, MediaType.HTML, Metadata(), ANYTHING)
    except Unprocessable:
        return
    assert isinstance(result, Cleaned | Skipped)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "the content is empty"),
        (" \n\t ", "the content is empty"),
        ("Home\nMenu", "no article text was found in the content"),
        ("The harbour is closed until next Monday.", "only 7 words of article text; at least 25 are needed"),
    ],
)
def test_too_little_text_is_skipped_with_its_reason(content: str, reason: str):
    assert clean(content, MediaType.TEXT, Metadata()) == Skipped(reason=reason)


GERMAN = (
    "Der Hafen bleibt wegen der Bauarbeiten bis zum kommenden Montag geschlossen, sagte die Stadt. "
    "Die Fischer müssen ihren Fang im nächsten Hafen anlanden, der eine Stunde entfernt liegt, bis der Kai "
    "wieder sicher ist. Wie lange das dauert, weiß niemand."
)


def test_a_language_without_a_model_is_skipped():
    assert clean(GERMAN, MediaType.TEXT, Metadata()) == Skipped(reason="no model for language 'de'")


def test_a_language_with_a_model_is_cleaned():
    cleaned = clean(GERMAN, MediaType.TEXT, Metadata(), Policy(languages=frozenset({"de"})))
    assert isinstance(cleaned, Cleaned)
    assert cleaned.metadata.language == "de"


def test_the_language_the_publisher_gives_wins():
    assert isinstance(clean(GERMAN, MediaType.TEXT, Metadata(language="en-GB")), Cleaned)
    assert clean(SCRAPED, MediaType.TEXT, Metadata(language="sk")) == Skipped(
        reason="no model for language 'sk'"
    )


def test_a_text_that_tells_no_language_is_cleaned_and_says_none():
    cleaned = clean("1 22 333 4444 " * 10, MediaType.TEXT, Metadata())
    assert isinstance(cleaned, Cleaned)
    assert cleaned.metadata.language is None


def test_binary_content_is_unprocessable():
    with pytest.raises(Unprocessable, match="not text"):
        clean("\x00\x01" * 500, MediaType.TEXT, Metadata())


@pytest.mark.parametrize("media_type", MediaType)
def test_endless_content_is_unprocessable(media_type: MediaType):
    with pytest.raises(Unprocessable, match="at most"):
        clean("word " * 100, media_type, Metadata(), Policy(max_characters=90))


def test_broken_encoding_is_mended_before_the_rules_see_it():
    content = SCRAPED.encode().decode("latin-1")
    cleaned = clean_text(content)
    assert isinstance(cleaned, Cleaned)
    assert "“We had no choice,”" in cleaned.text
