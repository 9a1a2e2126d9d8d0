"""The ways of reporting speech that are understood, each by a sentence with its source, cue and content."""

import pytest
from spacy.language import Language

from schemas import QuoteType
from services.claims import Attribution, attribute

DIRECT, INDIRECT, MIXED = QuoteType.DIRECT, QuoteType.INDIRECT, QuoteType.MIXED

CONSTRUCTIONS = {
    "quote, then speaker and cue": (
        "“The harbour will close in March,” Berg said.",
        ("Berg", "said", "The harbour will close in March", DIRECT),
    ),
    "quote, then cue and speaker": (
        "“The harbour will close in March,” said Anna Berg, the mayor of Lund.",
        ("Anna Berg, the mayor of Lund", "said", "The harbour will close in March", DIRECT),
    ),
    "speaker and cue, then quote": (
        "Berg said: “The harbour will close in March.”",
        ("Berg", "said", "The harbour will close in March.", DIRECT),
    ),
    "cue between two halves of a quote": (
        "“The harbour,” Berg said, “will close in March.”",
        ("Berg", "said", "The harbour | will close in March.", DIRECT),
    ),
    "quote that goes on after the cue": (
        "“The harbour will close in March,” Berg said. “Nobody wants that.”",
        ("Berg", "said", "The harbour will close in March | Nobody wants that.", DIRECT),
    ),
    "straight marks": (
        '"The harbour will close in March," Berg said.',
        ("Berg", "said", "The harbour will close in March", DIRECT),
    ),
    "guillemets": (
        "«The harbour will close in March», Berg said.",
        ("Berg", "said", "The harbour will close in March", DIRECT),
    ),
    "two apostrophes for a mark": (
        "''The harbour will close in March,'' Berg said.",
        ("Berg", "said", "The harbour will close in March", DIRECT),
    ),
    "told somebody, reported by an agency": (
        "“The harbour will close in March,” Berg told reporters, as reported by Reuters.",
        ("Berg", "told", "The harbour will close in March", DIRECT),
    ),
    "reported clause with that": (
        "Berg said that the harbour would close in March.",
        ("Berg", "said", "that the harbour would close in March", INDIRECT),
    ),
    "reported clause without that": (
        "Berg says the harbour will close in March.",
        ("Berg", "says", "the harbour will close in March", INDIRECT),
    ),
    "reported clause before the cue": (
        "The harbour will close in March, Berg said.",
        ("Berg", "said", "The harbour will close in March", INDIRECT),
    ),
    "subject far from its cue": (
        "Berg, speaking alongside the Danish minister Lars Holm, said the harbour would close.",
        ("Berg", "said", "the harbour would close", INDIRECT),
    ),
    "coordinated source": (
        "Sweden and the islands say Berg has no right to close the harbour.",
        ("Sweden and the islands", "say", "Berg has no right to close the harbour", INDIRECT),
    ),
    "according to": (
        "According to Berg, the harbour will close in March.",
        ("Berg", "According to", "the harbour will close in March", INDIRECT),
    ),
    "words quoted within a reported clause": (
        "Berg said the harbour was “beyond all repair” and would close.",
        ("Berg", "said", "the harbour was “beyond all repair” and would close", MIXED),
    ),
    "told somebody that": (
        "Berg told the council that the harbour would close.",
        ("Berg", "told", "that the harbour would close", INDIRECT),
    ),
    "vowed to": (
        "Berg vowed to close the harbour in March.",
        ("Berg", "vowed", "to close the harbour in March", INDIRECT),
    ),
    "denied that": (
        "Berg denied that the harbour would close.",
        ("Berg", "denied", "that the harbour would close", INDIRECT),
    ),
    "accused of": (
        "Berg accused the ministry of lying about the harbour.",
        ("Berg", "accused", "the ministry of lying about the harbour", INDIRECT),
    ),
    "called for": (
        "Berg called for an end to the works.",
        ("Berg", "called for", "an end to the works", INDIRECT),
    ),
    "claim of one's own that": (
        "Nobody believed Berg's claim that the harbour was empty.",
        ("Berg", "claim", "that the harbour was empty", INDIRECT),
    ),
    "auxiliaries and negation in the cue": (
        "Berg has not said that the harbour will close.",
        ("Berg", "has not said", "that the harbour will close", INDIRECT),
    ),
}


def words(text: str, spans: tuple[tuple[int, int], ...]) -> str:
    return " | ".join(text[start:end] for start, end in spans)


@pytest.mark.parametrize(("text", "expected"), CONSTRUCTIONS.values(), ids=CONSTRUCTIONS.keys())
def test_understands(nlp: Language, text: str, expected: tuple[str, str, str, QuoteType]) -> None:
    found = [
        (words(text, one.source), words(text, one.cue), words(text, one.content), one.quote_type)
        for one in attribute(nlp(text))
    ]
    assert expected in found


def find(nlp: Language, text: str) -> list[Attribution]:
    return attribute(nlp(text))


def test_an_agency_is_not_the_source_of_a_quote_it_passes_on(nlp: Language) -> None:
    text = "“The harbour will close in March,” Berg told reporters, as reported by Reuters."
    assert all("Reuters" not in words(text, one.source) for one in find(nlp, text))


def test_who_is_asked_whether_does_not_ask(nlp: Language) -> None:
    text = "Asked whether the harbour would close, Berg said: “It will.”"
    assert [words(text, one.source) for one in find(nlp, text) if words(text, one.cue) == "Asked"] in (
        [],
        [""],
    )


def test_a_second_report_by_the_same_source_ends_the_first_one(nlp: Language) -> None:
    text = "Berg said the harbour was closed, adding that it would reopen in May."
    said = next(one for one in find(nlp, text) if words(text, one.cue) == "said")
    assert words(text, said.content) == "the harbour was closed"


@pytest.mark.parametrize(
    "text",
    [
        "Berg said the ship sank and claimed that nobody helped.",
        "Berg said the crane fell on Monday and warned that the pier could follow.",
        "Berg said all works that could wait had been stopped, and accused the board of waste.",
    ],
)
def test_a_thing_is_not_who_reports_next(nlp: Language, text: str) -> None:
    assert [words(text, one.source) for one in find(nlp, text)] == ["Berg", "Berg"]


def test_a_person_in_the_report_may_be_who_reports_next(nlp: Language) -> None:
    text = "Berg said the minister lied and claimed that nobody knew."
    assert [words(text, one.source) for one in find(nlp, text)] == ["Berg", "the minister"]


def test_a_name_between_commas_belongs_to_the_role_before_it(nlp: Language) -> None:
    text = "According to the city treasurer, Ruth Berg, the harbour cost two million crowns last year."
    assert [(words(text, one.source), words(text, one.content)) for one in find(nlp, text)] == [
        ("the city treasurer, Ruth Berg", "the harbour cost two million crowns last year")
    ]


def test_who_does_not_want_to_be_named_says_nothing_by_it(nlp: Language) -> None:
    text = "A witness, who did not want to be named, told Berg that the harbour was closed."
    assert [words(text, one.cue) for one in find(nlp, text)] == ["told"]


@pytest.mark.parametrize(
    ("text", "found"), [("It expects prices to fall by June.", 1), ("It means prices will fall by June.", 0)]
)
def test_it_is_somebody_only_with_verbs_that_take_somebody(nlp: Language, text: str, found: int) -> None:
    assert len(find(nlp, text)) == found


def test_a_floating_quote_after_a_pointing_word_has_no_speaker(nlp: Language) -> None:
    assert find(nlp, "That was new. “The harbour will close.”") == []


def test_a_quote_that_opens_a_paragraph_without_a_cue_is_carried_on(nlp: Language) -> None:
    text = "“The harbour will close,” Berg said. “That is decided.”\n\n“Nobody can change it any more.”"
    carried = [one for one in find(nlp, text) if one.rule == "quote_carried"]
    assert [words(text, one.content) for one in carried] == ["Nobody can change it any more."]
    assert words(text, carried[0].source) == "Berg"


def test_a_speech_runs_over_paragraphs_that_do_not_close_its_quote(nlp: Language) -> None:
    text = "Berg said: “The harbour will close.\n\n“Nobody can change it any more.”"
    assert [words(text, one.content) for one in find(nlp, text)] == [
        "The harbour will close. | Nobody can change it any more."
    ]


def test_a_closed_quote_ends_the_speech(nlp: Language) -> None:
    text = "Berg said: “The harbour will close.”\n\n“Nobody can change it any more,” Holm said."
    assert [words(text, one.source) for one in find(nlp, text)] == ["Berg", "Holm"]


def test_turns_of_a_transcript_are_said_by_who_stands_before_them(nlp: Language) -> None:
    text = "Q: When is it?\n\nAnna Berg: In March. We have “no choice”.\n\nQ: Is that sure?\n\nBerg: It is."
    assert [(words(text, one.source), words(text, one.content)) for one in find(nlp, text)] == [
        ("Anna Berg", "In March. We have “no choice”."),
        ("Berg", "It is."),
    ]


def test_a_single_label_makes_no_transcript(nlp: Language) -> None:
    text = "The harbour is old.\n\nPicture: the harbour at night.\n\nIt was built in 1871."
    assert find(nlp, text) == []


def test_an_indented_paragraph_is_said_by_who_wrote_it(nlp: Language) -> None:
    text = "Berg wrote to the minister:\n\n> The harbour will close.\n\n> Nobody can change it.\n\nIt rained."
    assert [(words(text, one.source), words(text, one.content)) for one in find(nlp, text)] == [
        ("Berg", "The harbour will close. | Nobody can change it.")
    ]


def test_a_list_after_a_colon_is_no_letter(nlp: Language) -> None:
    text = "Berg said what is missing:\n\n- money for the crane and the pier\n\n- time"
    assert not any("money" in words(text, one.content) for one in find(nlp, text))


@pytest.mark.parametrize(
    "headline", ["Berg: Harbour will close in March", "Harbour will close in March – Berg"]
)
def test_a_headline_names_its_source_at_either_end(nlp: Language, headline: str) -> None:
    text = f"{headline}\n\nThe harbour is old. Anna Berg has run it since 2011."
    (found,) = find(nlp, text)
    assert (words(text, found.source), words(text, found.content)) == ("Berg", "Harbour will close in March")


@pytest.mark.parametrize("headline", ["Live: Harbour closes in March", "Sundsvall: Harbour closes in March"])
def test_a_section_or_a_topic_is_no_source_of_a_headline(nlp: Language, headline: str) -> None:
    assert find(nlp, f"{headline}\n\nThe harbour is old. Anna Berg has run it since 2011.") == []


def test_a_floating_quote_is_said_by_whom_the_sentence_before_is_about(nlp: Language) -> None:
    text = "Anna Berg was not persuaded. “The harbour will close.”"
    assert [(words(text, one.source), one.cue) for one in find(nlp, text)] == [("Anna Berg", ())]


def test_a_floating_quote_has_no_speaker_where_a_thing_comes_before_it(nlp: Language) -> None:
    assert find(nlp, "The harbour was quiet. “The harbour will close.”") == []


def test_what_is_reported_within_a_quote_is_not_quoted_itself(nlp: Language) -> None:
    text = "Berg said: “Holm is new. He says the harbour will close.”"
    assert [one.quote_type for one in find(nlp, text)] == [DIRECT, INDIRECT]


def test_a_quote_after_a_reported_clause_belongs_to_it(nlp: Language) -> None:
    text = "Berg said the harbour would close. “Nobody can change it any more.”"
    assert [words(text, one.content) for one in find(nlp, text)] == [
        "the harbour would close | Nobody can change it any more."
    ]


def test_a_label_before_a_quote_is_its_source(nlp: Language) -> None:
    text = "Anna Berg: “The harbour will close in March.”"
    assert [(words(text, one.source), words(text, one.cue)) for one in find(nlp, text)] == [
        ("Anna Berg", ":")
    ]


def test_quoted_words_alone_are_no_attribution(nlp: Language) -> None:
    assert find(nlp, "The “old harbour” lies in the north of the town.") == []


def test_plain_narration_has_no_attribution(nlp: Language) -> None:
    assert find(nlp, "The harbour lies in the north. Two ships came in on Monday.") == []


def test_an_empty_text_has_no_attribution(nlp: Language) -> None:
    assert find(nlp, "") == []


@pytest.mark.parametrize(
    "text",
    [
        "In view of the storm, the ferry was cancelled.",
        "In the eye of the storm, the ferry was lost.",
        "“The ferry is late,” had one effect.",
    ],
)
def test_what_only_looks_like_a_view_or_a_report_cites_nobody(nlp: Language, text: str) -> None:
    assert not [one for one in attribute(nlp(text)) if one.source]


def test_a_view_of_something_is_its_owners(nlp: Language) -> None:
    (found,) = attribute(nlp("In Okafor’s view of the toll, it is a tax."))
    assert found.rule == "view"
