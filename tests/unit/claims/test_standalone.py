"""A claim as a sentence on its own, and what was changed for it."""

import pytest
from hand_made import Detect, person

from schemas import Claim, FoundBy, StandaloneEdit

BERG = person("Anna Berg", "Berg", titles=("Mayor",))
HOLM = person("Lars Holm", "Holm")


def first(claims: list[Claim]) -> Claim:
    return next(claim for claim in claims if claim.cue is not None)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("“I will resign,” Anna Berg said.", "Anna Berg will resign."),
        ("“I am ready,” Anna Berg said.", "Anna Berg is ready."),
        ("“I’ll resign in May,” Anna Berg said.", "Anna Berg will resign in May."),
        ("“I sold the harbour,” Anna Berg said.", "Anna Berg sold the harbour."),
        ("Berg said she would resign in May.", "Anna Berg would resign in May."),
        ("Berg said that the harbour was “beyond repair”.", "The harbour was beyond repair."),
        (
            "Berg said the harbour had closed in May and that the port was safe.",
            "The harbour had closed in May and the port was safe.",
        ),
        (
            "Berg said that the pier leaked in May, and that a guard had told him that it might.",
            "The pier leaked in May, and a guard had told him that it might.",
        ),
        ("Berg wrote that fare data were “not to be had”.", "Fare data were not to be had."),
        (
            "Berg said that the board knew that the pier was rotten.",
            "The board knew that the pier was rotten.",
        ),
        (
            "According to Berg, the port lost 12 percent of its trade.",
            "The port lost 12 percent of its trade.",
        ),
        ("“The harbour,” Berg said, “will close in March.”", "The harbour will close in March."),
        ("“It is over,” Berg said. “The harbour will close.”", "It is over. The harbour will close."),
    ],
)
def test_the_sentence_stands_on_its_own(claims_in: Detect, text: str, sentence: str) -> None:
    standalone = first(claims_in(text, BERG)).standalone
    assert standalone is not None
    assert standalone.text == sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "“I will resign because my work is done,” Anna Berg said.",
            "I will resign because my work is done.",
        ),
        ("“He will resign,” Anna Berg said.", "He will resign."),
        ("“We will resign,” Anna Berg said.", "We will resign."),
        ("Asked about Lars Holm, Berg said he would resign.", "He would resign."),
        ("“I will resign,” an official said.", "I will resign."),
    ],
)
def test_a_pronoun_stays_where_the_name_is_not_certain(claims_in: Detect, text: str, sentence: str) -> None:
    standalone = claims_in(text, BERG, HOLM)[-1].standalone
    assert standalone is not None
    assert standalone.text == sentence
    assert StandaloneEdit.PRONOUN_NAMED not in standalone.edits


@pytest.mark.parametrize(
    "text", ["Berg vowed to close the harbour.", "Berg asked whether the harbour would close."]
)
def test_what_makes_no_sentence_has_none(claims_in: Detect, text: str) -> None:
    assert first(claims_in(text, BERG)).standalone is None


def test_every_edit_is_marked(claims_in: Detect) -> None:
    standalone = first(claims_in("“I am ready,” Anna Berg said.", BERG)).standalone
    assert standalone is not None
    assert set(standalone.edits) == {
        StandaloneEdit.CLAUSE_REMOVED,
        StandaloneEdit.PRONOUN_NAMED,
        StandaloneEdit.VERB_AGREED,
        StandaloneEdit.MARKS_REMOVED,
    }


def test_a_sentence_of_the_article_itself_is_not_edited(claims_in: Detect) -> None:
    (claim,) = claims_in("The port lost 300 ships by 2018, 12 percent more than in any other year.")
    assert claim.standalone is not None
    assert claim.standalone.text == "The port lost 300 ships by 2018, 12 percent more than in any other year."
    assert claim.standalone.edits == ()


@pytest.mark.parametrize(
    ("text", "found_by", "description"),
    [
        ("Harbour mayor Anna Berg said the port was closed.", FoundBy.NAME, "Harbour mayor"),
        ("Anna Berg, the mayor of Lund, said the port was closed.", FoundBy.NAME, "the mayor of Lund"),
        ("A senior official said the port was closed.", FoundBy.UNNAMED, "A senior official"),
        ("Anna Berg came. The mayor said the port was closed.", FoundBy.NOMINAL, "The mayor"),
        ("Anna Berg said the port was closed.", FoundBy.NAME, None),
    ],
)
def test_the_description_is_kept_as_printed(
    claims_in: Detect, text: str, found_by: FoundBy, description: str | None
) -> None:
    claimant = first(claims_in(text, BERG)).claimant
    assert claimant is not None
    assert (claimant.found_by, claimant.description) == (found_by, description)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Berg wrote that fare data were “not to be had”.", "fare data were not to be had"),
        ("Berg called that “impossible”.", "that impossible"),
    ],
)
def test_a_that_goes_from_the_line_only_where_it_leads_a_report(
    claims_in: Detect, text: str, line: str
) -> None:
    assert first(claims_in(text, BERG)).text == line
