"""What holds for every text and whatever a model finds in it."""

from itertools import islice, pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marked_text import ARTICLE, merge_marked, names

from schemas import derive_id
from services.entities import FoundMention, merge

SENTENCE = (
    "Anna Holm Berg Jonas J. Dr. President of the (OHA) OHA Office Harbour Affairs U.S. US Norway’s Holm's "
    "said spokesman in , . : “ ” Prince Jr. McBerg pro-Norway Ünal 3 a@b.no"
)
WORDS = st.sampled_from(SENTENCE.split())
GAPS = st.sampled_from([" ", " ", " ", "", "\n", "\n\n", ", "])
LABELS = st.sampled_from(["PERSON", "ORG", "GPE", "NORP", "DATE", "WORK_OF_ART", "MISC"])


@st.composite
def found_in_text(draw) -> tuple[str, list[FoundMention]]:
    pieces = draw(st.lists(st.tuples(st.one_of(WORDS, st.text(max_size=4)), GAPS), max_size=30))
    text = "".join(word + gap for word, gap in pieces)
    edges = st.integers(0, len(text))
    bounds = draw(st.lists(st.tuples(edges, edges, LABELS), max_size=12))
    whole = draw(
        st.lists(st.tuples(st.integers(0, max(0, len(pieces) - 1)), st.integers(1, 3), LABELS), max_size=12)
    )
    ends = [0]
    for word, gap in pieces:
        ends.append(ends[-1] + len(word + gap))
    bounds += [(ends[at], ends[min(at + n, len(pieces))], label) for at, n, label in whole]
    return text, [FoundMention(min(a, b), max(a, b), label) for a, b, label in bounds]


@given(found_in_text())
def test_each_span_fits_the_text_and_is_no_blank(given_):
    text, found = given_
    for mention in merge(ARTICLE, text, found).mentions:
        assert mention.span.fits(text)
        assert mention.span.exact == mention.span.exact.strip()
        assert "\n\n" not in mention.span.exact
        assert any(char.isalpha() for char in mention.span.exact)


@given(found_in_text())
def test_mentions_stand_in_order_and_share_no_text(given_):
    mentions = merge(ARTICLE, *given_).mentions
    assert all(a.span.end <= b.span.start for a, b in pairwise(mentions))


@given(found_in_text())
def test_each_mention_has_its_entity_and_each_entity_a_mention(given_):
    extraction = merge(ARTICLE, *given_)
    first_seen = list(dict.fromkeys(mention.entity_id for mention in extraction.mentions))
    assert [entity.entity_id for entity in extraction.entities] == first_seen


@given(found_in_text())
def test_ids_are_unique_and_mention_ids_derive_from_what_they_are(given_):
    mentions = merge(ARTICLE, *given_).mentions
    assert len({mention.mention_id for mention in mentions}) == len(mentions)
    for m in mentions:
        assert m.mention_id == derive_id("mention", ARTICLE, m.span.start, m.span.end, m.label)


@given(found_in_text(), st.randoms(use_true_random=False))
def test_the_order_of_what_was_found_does_not_matter(given_, random):
    text, found = given_
    shuffled = [*found, *found[:2]]
    random.shuffle(shuffled)
    assert merge(ARTICLE, text, shuffled) == merge(ARTICLE, text, found)


@given(found_in_text())
def test_names_and_aliases_of_an_entity_are_its_mentions_words(given_):
    extraction = merge(ARTICLE, *given_)
    for entity in extraction.entities:
        words = {
            " ".join(m.span.exact.split()) for m in extraction.mentions if m.entity_id == entity.entity_id
        }
        assert {entity.name, *entity.aliases} == words
        assert entity.name not in entity.aliases


def test_nothing_found_is_nothing_extracted():
    assert merge_marked("It rained.").mentions == ()
    assert merge_marked("").entities == ()


@pytest.mark.timeout(20)
def test_a_long_article_full_of_names_is_no_trouble():
    surnames = ["".join(letters).capitalize() for letters in islice(product("abcdefghij", repeat=4), 3000)]
    marked = "".join(f"[PERSON Anna {surname}] said so. " for surname in surnames)
    assert names(merge_marked(marked)) == [f"Anna {surname}" for surname in surnames]
