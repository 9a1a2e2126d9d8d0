"""An entity keeps its id across articles: it derives from the kind and the normalised name."""

from uuid import UUID

import pytest

from schemas import EntityKind, derive_id
from services.entities import merge
from tests.unit.entities.marked_text import ARTICLE, entity, merge_marked, read_marks

OTHER_ARTICLE = UUID(int=2)


def only_id(marked: str) -> UUID:
    """The id of the one entity that a text names."""
    (found,) = merge_marked(marked).entities
    return found.entity_id


def test_an_id_derives_from_the_kind_and_the_normalised_name():
    assert only_id("[PERSON Zoë Holm] met.") == derive_id("entity", EntityKind.PERSON, "zoe holm")


def test_two_articles_share_an_entity_and_no_mention():
    marked = read_marks("[PERSON Anna Holm] met.")
    first, second = merge(ARTICLE, *marked), merge(OTHER_ARTICLE, *marked)
    assert first.entities == second.entities
    assert first.mentions[0].entity_id == second.mentions[0].entity_id
    assert first.mentions[0].mention_id != second.mentions[0].mention_id


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("[PERSON Zoë Holm] met.", "[PERSON ZOE HOLM] met."),
        ("[PERSON J.R. Holm] met.", "[PERSON J. R. Holm] met."),
        ("[PERSON J R Holm] met.", "[PERSON JR Holm] met."),
        ("[PERSON Kang Min-seo] met.", "[PERSON Kang Min Seo] met."),
        ("The [ORG Ministry of Ports] met.", "The [ORG Ports Ministry] met."),
        ("[GPE U.S.] troops left.", "[GPE United States] troops left."),
        ("The [ORG EU] met.", "The [ORG European Union] met."),
        ("[ORG Harbour Holdings Ltd.] fell.", "[ORG Harbour Holdings] fell."),
        ("[ORG The Harbour Board] met.", "[ORG Harbour Board] met."),
    ],
)
def test_forms_that_are_normalised_alike_share_an_id(one, other):
    """Case, accents, dots, articles and the form of a company do not count; known countries have one name."""
    assert only_id(one) == only_id(other)


def test_a_surname_has_the_id_of_the_full_name_in_its_article():
    found = merge_marked("[PERSON Anna Holm] met. [PERSON Holm] left.")
    assert {mention.entity_id for mention in found.mentions} == {only_id("[PERSON Anna Holm] met.")}


def test_an_acronym_has_the_id_of_the_long_form_in_its_article():
    found = merge_marked("The [ORG Ministry of Ports] ([ORG MOP]) met. [ORG MOP] left.")
    assert {mention.entity_id for mention in found.mentions} == {only_id("The [ORG Ministry of Ports] met.")}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("[PERSON Lincoln] met.", "In [GPE Lincoln] they met."),
        ("[PERSON Anna Holm] met.", "[PERSON Ben Holm] met."),
        ("[PERSON Anna Holm] met.", "[PERSON Holm] met."),
        ("[GPE Moscow] met.", "[GPE Russia] met."),
    ],
)
def test_another_kind_or_another_name_has_another_id(one, other):
    """A surname alone is not known to be anybody in particular; a capital is not its country."""
    assert only_id(one) != only_id(other)


def test_the_name_is_shown_as_its_own_article_prints_it():
    printed = "[GPE U.S.] troops left."
    assert entity(merge_marked(printed), "U.S.").entity_id == only_id("[GPE America] slept.")
