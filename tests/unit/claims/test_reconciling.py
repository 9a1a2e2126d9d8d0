"""What the model marks is brought into line with the parse: its findings are written down by hand here."""

import pytest
from spacy.language import Language

from schemas import QuoteType
from services.claims.attribution import Attribution, attribute
from services.claims.tagging import Tagged

MENDED = {
    "a relative clause that runs from the source into the content belongs to the source": (
        "According to two inspectors, who were not named because the report is secret, the pier leaks.",
        (
            "two inspectors, who were not named because",
            "According to",
            "the report is secret, the pier leaks",
        ),
        (
            "two inspectors, who were not named because the report is secret",
            "According to",
            "the pier leaks",
        ),
    ),
    "the clause of a noun ends before the sentence goes on": (
        "Okafor’s claim that the crane was stolen has never been tested in court.",
        ("Okafor’s", "claim", "that the crane was stolen has never been tested in court"),
        ("Okafor’s", "claim", "that the crane was stolen"),
    ),
    "who is to do what is asked belongs to the content": (
        "Okafor urged the council to buy a second crane.",
        ("Okafor", "urged", "to buy a second crane"),
        ("Okafor", "urged", "the council to buy a second crane"),
    ),
    "the little word before an infinitive belongs to it": (
        "Aalto refused to blame the referee.",
        ("Aalto", "refused to", "blame the referee"),
        ("Aalto", "refused", "to blame the referee"),
    ),
    "a negation of what is pleaded is no negation of pleading": (
        "Barros pleaded not guilty to two counts of fraud.",
        ("Barros", "pleaded not", "guilty to two counts of fraud"),
        ("Barros", "pleaded", "not guilty to two counts of fraud"),
    ),
    "what is denied is what the claims say": (
        "The board rejected claims that the pier is unsafe.",
        ("The board", "rejected", "claims that the pier is unsafe"),
        ("The board", "rejected claims", "that the pier is unsafe"),
    ),
    "who was told something does not say it": (
        "The council was told that the crane was late.",
        ("The council", "was told", "that the crane was late"),
        (None, "was told", "that the crane was late"),
    ),
    "who told them is named after by": (
        "The council was told by Adeyemi that the crane was late.",
        ("The council", "was told", "that the crane was late"),
        ("Adeyemi", "was told", "that the crane was late"),
    ),
    "a court that heard something does not say it": (
        "The driver had drunk six beers, the jury heard on Tuesday.",
        ("the jury", "heard", "The driver had drunk six beers"),
        (None, "heard", "The driver had drunk six beers"),
    ),
    "what a jury was told has a subject of its own": (
        "A former treasurer took the money, a jury was told.",
        ("A former treasurer", "was told", "took the money"),
        (None, "was told", "A former treasurer took the money"),
    ),
    "who was told something is no part of it": (
        "The boy had been ill for days, an inquest was told.",
        ("The boy", "was told", "had been ill for days, an inquest"),
        (None, "was told", "The boy had been ill for days"),
    ),
    "what stands between who is asked and what for is content": (
        "Okafor asked anybody with a camera at their door to look at the pictures.",
        ("Okafor", "asked", "to look at the pictures"),
        ("Okafor", "asked", "anybody with a camera at their door to look at the pictures"),
    ),
    "the subject of what is said is said with it": (
        "He told reporters the old bridge had lost its paint.",
        ("He", "told", "had lost its paint"),
        ("He", "told", "the old bridge had lost its paint"),
    ),
    "by when something is promised is promised as well": (
        "Okafor promised a crane within ten days.",
        ("Okafor", "promised", "a crane"),
        ("Okafor", "promised", "a crane within ten days"),
    ),
    "when it was promised is not": (
        "Okafor promised a crane on Monday.",
        ("Okafor", "promised", "a crane"),
        ("Okafor", "promised", "a crane"),
    ),
    "who is quoted as saying something says it": (
        "Okafor was quoted by the paper as saying that the crane was stolen.",
        ("the paper", "was quoted by", "as saying that the crane was stolen"),
        ("Okafor", "was quoted … as saying", "that the crane was stolen"),
    ),
    "who is named in an aside on the speaker does not speak": (
        "Lindqvist, standing beside the engineer Ruth Adeyemi, said the bridge would open in May.",
        ("engineer Ruth Adeyemi", "said", "the bridge would open in May"),
        (
            "Lindqvist, standing beside the engineer Ruth Adeyemi",
            "said",
            "the bridge would open in May",
        ),
    ),
    "who stands before a verb of speech speaks": (
        "The ferry is a gift the council and its mayor have said they would accept.",
        ("", "have said", "they would accept"),
        ("the council and its mayor", "have said", "they would accept"),
    ),
    "what seems so is told by nobody": (
        "The crane seems to be late.",
        ("", "seems", "to be late"),
        (None, "seems", "to be late"),
    ),
    "who is asked does not ask": (
        "The mayor, asked about the budget, opened the bridge.",
        ("The mayor", "asked about", "the budget"),
        (None, "asked about", "the budget"),
    ),
    "a quotation within a content has both of its marks": (
        "Okafor called the crane “a monument to vanity” on Friday.",
        ("Okafor", "called", "the crane “a monument to vanity"),
        ("Okafor", "called", "the crane “a monument to vanity”"),
    ),
    "a quotation that begins a content has both of its marks": (
        "“Monuments to vanity” were a waste, said Okafor.",
        ("Okafor", "said", "Monuments to vanity” were a waste"),
        ("Okafor", "said", "“Monuments to vanity” were a waste"),
    ),
    "what stands before the report begins what has no subject after it": (
        "The crane, Okafor told the Courier on Friday, “will never work”.",
        ("Okafor", "told", "will never work"),
        ("Okafor", "told", "The crane … will never work"),
    ),
    "when somebody spoke begins nothing": (
        "Last week, Okafor told the Courier: “Will never work.”",
        ("Okafor", "told", "Will never work."),
        ("Okafor", "told", "Will never work."),
    ),
    "who is asked between commas does not ask": (
        "Okafor, asked whether he still sails, laughed.",
        ("Okafor", "asked", "whether he still sails"),
        (None, "asked", "whether he still sails"),
    ),
    "who asks after an apposition does": (
        "Okafor, the engineer, asked whether the crane had come.",
        ("Okafor, the engineer", "asked", "whether the crane had come"),
        ("Okafor, the engineer", "asked", "whether the crane had come"),
    ),
    "when somebody shouted is not what they shouted": (
        "The dockers shouted “shame” as the crane was read out.",
        ("The dockers", "shouted", "shame” as the crane was read out"),
        ("The dockers", "shouted", "shame"),
    ),
    "an article belongs to its noun": (
        "“The crane has come,” Okafor told a news conference.",
        ("Okafor", "told a", "The crane has come"),
        ("Okafor", "told", "The crane has come"),
    ),
    "a source begins with its sentence": (
        "It will be led by Rita Blom. Blom promised a new crane.",
        ("Rita Blom. Blom", "promised", "a new crane"),
        ("Blom", "promised", "a new crane"),
    ),
    "nobody is cited by there is": (
        "There are reports that the crane was stolen.",
        ("There", "reports", "that the crane was stolen"),
        (None, "reports", "that the crane was stolen"),
    ),
    "both halves of a sentence that a report is put into are its content": (
        "The figures will, she wrote, be ready in March.",
        ("she", "wrote", "be ready in March"),
        ("she", "wrote", "The figures will … be ready in March"),
    ),
    "a preposition that leads to the day is no part of the source": (
        "Kestrel council on Tuesday rejected plans for a wind farm.",
        ("Kestrel council on", "rejected", "plans for a wind farm"),
        ("Kestrel council", "rejected", "plans for a wind farm"),
    ),
    "a relative clause that is begun in the source belongs to it whole": (
        "Isaure Penhallon, who voted against, called the plan a fairy tale.",
        ("Isaure Penhallon, who", "called", "the plan a fairy tale"),
        ("Isaure Penhallon, who voted against", "called", "the plan a fairy tale"),
    ),
    "a relative clause at the head of the content belongs to the source": (
        "According to two inspectors, who were not named because the report is secret, the pier leaks.",
        ("two inspectors", "According to", "who were not named because the report is secret, the pier leaks"),
        (
            "two inspectors, who were not named because the report is secret",
            "According to",
            "the pier leaks",
        ),
    ),
    "a comparison that goes on with the sentence is no part of the source": (
        "The pier had a million visitors, according to the tourist office, more than the cathedral.",
        ("the tourist office, more", "according to", "The pier had a million visitors"),
        ("the tourist office", "according to", "The pier had a million visitors"),
    ),
    "a conjunction at the end joins what is not content": (
        "The board said the crane was late and went home.",
        ("The board", "said", "the crane was late and"),
        ("The board", "said", "the crane was late"),
    ),
    "by whom something was said is named without the by": (
        "The plan went ahead despite warnings by Ruth Adeyemi that the concrete had failed.",
        ("by Ruth Adeyemi", "warnings", "that the concrete had failed"),
        ("Ruth Adeyemi", "warnings", "that the concrete had failed"),
    ),
    "when somebody spoke is no part of who did": (
        "Nordkai today announced that it will build two ferries.",
        ("Nordkai today", "announced", "that it will build two ferries"),
        ("Nordkai", "announced", "that it will build two ferries"),
    ),
    "a pronoun before its verb belongs to the content": (
        "It had been visited by a million people, according to the tourist office.",
        ("the tourist office", "according to", "had been visited by a million people"),
        ("the tourist office", "according to", "It had been visited by a million people"),
    ),
    "a pronoun for the sentence is not its content": (
        "The toll, as Lindqvist sees it, is a price worth paying.",
        ("Lindqvist", "sees", "it"),
        ("Lindqvist", "sees", "The toll … is a price worth paying"),
    ),
}


def find(text: str, words: str) -> tuple[int, int]:
    start = text.index(words)
    return start, start + len(words)


def mark(text: str, source: str, cue: str, content: str) -> Tagged:
    """What the model would have marked."""
    return Tagged((find(text, source),) if source else (), find(text, cue), (find(text, content),), 0.9)


def tell(text: str, found: Attribution) -> tuple[str | None, str, str]:
    """Source, cue and content as words."""
    source, cue, content = (
        " … ".join(text[start:end] for start, end in spans)
        for spans in (found.source, found.cue, found.content)
    )
    return source or None, cue, content


@pytest.mark.parametrize("name", MENDED)
def test_a_role_that_cuts_through_the_parse_is_mended(nlp: Language, name: str) -> None:
    text, marked, wanted = MENDED[name]
    (found,) = attribute(nlp(text), tagged=[mark(text, *marked)])
    assert tell(text, found) == wanted


@pytest.mark.parametrize("name", MENDED)
def test_what_is_right_stays_as_it_is(nlp: Language, name: str) -> None:
    """Mending twice is mending once."""
    text, marked, _ = MENDED[name]
    (once,) = attribute(nlp(text), tagged=[mark(text, *marked)])
    again = Tagged(once.source, once.cue[0], once.content, 0.9)
    (twice,) = attribute(nlp(text), tagged=[again])
    assert (twice.source, twice.content) == (once.source, once.content)


def test_whose_view_it_is_is_read_off_the_parse(nlp: Language) -> None:
    """Where the model saw nobody."""
    text = "In Okafor’s view, the toll has ruined the fishing fleet."
    unseen = Tagged((), find(text, "view"), (find(text, "the toll has ruined the fishing fleet"),), 0.9)
    (found,) = attribute(nlp(text), tagged=[unseen])
    assert tell(text, found)[0] == "Okafor"


def test_a_second_report_of_the_same_source_is_one_of_its_own(nlp: Language) -> None:
    text = "Okafor said the crane was late and warned that the harbour could lose its ferries."
    whole = mark(text, "Okafor", "said", text[len("Okafor said ") : -1])
    found = attribute(nlp(text), tagged=[whole])
    assert [tell(text, one) for one in found] == [
        ("Okafor", "said", "the crane was late"),
        ("Okafor", "warned", "that the harbour could lose its ferries"),
    ]


def test_a_plain_report_within_a_report_is_found_too(nlp: Language) -> None:
    text = "Okafor said Lindqvist had promised him that the toll would fall."
    found = attribute(nlp(text), tagged=[mark(text, "Okafor", "said", text[len("Okafor said ") : -1])])
    assert [tell(text, one)[:2] for one in found] == [("Okafor", "said"), ("Lindqvist", "had promised")]


def test_a_report_within_a_turn_does_not_stand_for_the_turn(nlp: Language) -> None:
    text = (
        "Asta Ferrum runs the food bank.\n\nQ: And the grant?\n\n"
        "Ferrum: The council told us that there would be money."
    )
    inner = mark(text, "The council", "told", "that there would be money")
    found = attribute(nlp(text), tagged=[inner])
    assert [tell(text, one)[0] for one in found] == ["Ferrum", "The council"]


def test_a_quotation_after_a_remark_on_its_speaker_has_no_cue(nlp: Language) -> None:
    """How somebody took something is no word for saying it, and "not" no denial of what they say."""
    text = "Okafor was not persuaded. “The council has promised this crane for nine years.”"
    marked = mark(text, "Okafor", "was not persuaded", "The council has promised this crane for nine years.")
    (found,) = attribute(nlp(text), tagged=[marked])
    assert (tell(text, found)[:2], found.quote_type) == (("Okafor", ""), QuoteType.DIRECT)


def test_what_stands_behind_a_noun_fills_the_hole_in_a_content(nlp: Language) -> None:
    text = "Okafor said the crane at the western pier had failed."
    torn = (find(text, "the crane"), find(text, "had failed"))
    (found,) = attribute(nlp(text), tagged=[Tagged((find(text, "Okafor"),), find(text, "said"), torn, 0.9)])
    assert tell(text, found)[2] == "the crane at the western pier had failed"


def test_a_preposition_that_leads_nowhere_says_nothing(nlp: Language) -> None:
    text = "What do people ask for most?"
    marked = Tagged((), find(text, "ask"), (find(text, "for most"),), 0.9)
    assert attribute(nlp(text), tagged=[marked]) == []


def test_a_number_that_is_put_on_something_is_found_without_the_model(nlp: Language) -> None:
    text = "The hospital put the share at six in ten."
    (found,) = attribute(nlp(text), tagged=[])
    assert tell(text, found) == ("The hospital", "put", "the share at six in ten")


def test_a_report_that_begins_a_quotation_is_told_within_it(nlp: Language) -> None:
    text = "“My brother told me that he would come back,” Okafor said."
    found = attribute(nlp(text), tagged=[mark(text, "Okafor", "said", text[1 : text.index(",")])])
    assert [tell(text, one)[:2] for one in found] == [("Okafor", "said"), ("My brother", "told")]


def test_an_it_that_stands_for_the_clause_is_no_part_of_it(nlp: Language) -> None:
    text = "It is not known when the crane will come."
    content = (find(text, "It"), find(text, "when the crane will come"))
    (found,) = attribute(nlp(text), tagged=[Tagged((), find(text, "is not known"), content, 0.9)])
    assert tell(text, found)[2] == "when the crane will come"


def test_what_is_told_in_a_relative_clause_is_no_piece_of_what_is_pointed_to(nlp: Language) -> None:
    text = "Okafor pointed to a report by the board, which found that the crane had failed."
    report, failure = find(text, "a report by the board"), find(text, "the crane had failed")
    outer = Tagged((find(text, "Okafor"),), find(text, "pointed to"), (report, failure), 0.9)
    inner = Tagged((find(text, "which"),), find(text, "found"), (failure,), 0.9)
    found = attribute(nlp(text), tagged=[outer, inner])
    assert [tell(text, one)[2] for one in found] == ["a report by the board", "the crane had failed"]
