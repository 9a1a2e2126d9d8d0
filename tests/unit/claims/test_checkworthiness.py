"""How much a statement calls for a check, and why."""

import pytest
from spacy.language import Language

from schemas import CheckReason
from services.claims.checkworthiness import rate, score

SHOWN_BY = {
    CheckReason.FIGURES: "The port handled 40 million tons in 2019.",
    CheckReason.COMPARISON: "The port is larger than the one in the north.",
    CheckReason.TREND: "The trade of the port doubled and wages increased.",
    CheckReason.CAUSE: "The bridge fell because the ice was thick.",
    CheckReason.RECORD: "That was the worst winter since the war.",
    CheckReason.LAW: "The court struck down the tax on ships.",
    CheckReason.NAMED: "Anna Berg runs the port of Lund.",
    CheckReason.PAST_EVENT: "The crew sank the ship and fled to the coast.",
    CheckReason.DENIAL: "The port has not closed its gates.",
    CheckReason.QUANTIFIER: "All ships carry most of their cargo on deck.",
    CheckReason.OPINION: "I think the port should be proud.",
    CheckReason.PREDICTION: "The port will close and might move.",
    CheckReason.QUESTION: "Has the port closed?",
    CheckReason.PERSONAL: "I told my wife about our boat.",
    CheckReason.VAGUE: "It is what they do there, and that is it.",
    CheckReason.SHORT: "Ships sail.",
}


def reasons_of(nlp: Language, text: str) -> set[CheckReason]:
    return {reason.reason for reason in rate(list(nlp(text))).reasons}


@pytest.mark.parametrize(("reason", "text"), SHOWN_BY.items())
def test_each_reason_is_seen(nlp: Language, reason: CheckReason, text: str) -> None:
    assert reason in reasons_of(nlp, text)


def test_every_reason_has_a_sentence_here() -> None:
    assert set(SHOWN_BY) == set(CheckReason)


def test_the_reasons_make_the_score_in_full(nlp: Language) -> None:
    worth = rate(list(nlp("The port lost 300 ships in 2018 because of a new tax.")))
    assert score(worth.reasons) == worth.score


@pytest.mark.parametrize("text", SHOWN_BY.values())
def test_taking_a_reason_away_moves_the_score_against_it(nlp: Language, text: str) -> None:
    worth = rate(list(nlp(text)))
    for gone in worth.reasons:
        rest = score(reason for reason in worth.reasons if reason is not gone)
        assert (rest < worth.score) == (gone.weight > 0)


def test_reasons_come_heaviest_first(nlp: Language) -> None:
    weights = [abs(r.weight) for r in rate(list(nlp("Nobody lost more than 300 ships in 2018."))).reasons]
    assert weights == sorted(weights, reverse=True)


def test_a_figure_is_shown_by_its_words(nlp: Language) -> None:
    worth = rate(list(nlp("The port handled 40 million tons.")))
    figures = next(reason for reason in worth.reasons if reason.reason is CheckReason.FIGURES)
    assert figures.words == "40 million"


def test_a_figure_calls_for_a_check_more_than_a_wish(nlp: Language) -> None:
    figure = rate(list(nlp("The port lost 300 ships in 2018.")))
    wish = rate(list(nlp("I hope you will all like it there.")))
    assert figure.score > 0.6 > 0.2 > wish.score


def test_no_words_are_not_worth_a_check() -> None:
    assert rate([]).score < 0.5
