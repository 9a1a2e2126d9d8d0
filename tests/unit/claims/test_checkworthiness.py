"""How much a statement calls for a check, and why."""

import pytest
from spacy.language import Language

from bench.reasons import strike_all
from schemas import CheckReason, CheckWorthiness
from services.claims import checkworthiness
from services.claims.checkworthiness import add_up, find_weights, move, rate, score
from services.claims.signs import RAISING, SIGNS
from services.claims.weights import WeightsFile, load_weights, read_weights
from tests.gold.reasons import read_shown, strike

CASES = [(one.reason, one.text) for one in read_shown()]
RAISED = [(reason, text) for reason, text in CASES if reason in RAISING]

READ = """
version = "test"
[signs]
bias = -1.0
threshold = 0.4
base_rate = 0.25
worthy = [1.0, 2.0]
others = [-2.0, -1.0]
[signs.weights]
{weights}
[encoder]
bias = -0.5
reading = 1.5
threshold = 0.45
base_rate = 0.25
worthy = [1.0, 2.0]
others = [-2.0, -1.0]
[encoder.weights]
{weights}
"""


@pytest.fixture
def with_encoder(monkeypatch: pytest.MonkeyPatch) -> WeightsFile:
    """Weights that were fitted beside an encoder."""
    rows = "\n".join(f"{reason.value} = {side * 0.2}" for reason, side in SIGNS.items())
    weights = read_weights(READ.format(weights=rows))
    monkeypatch.setattr(checkworthiness, "load_weights", lambda: weights)
    return weights


def reasons_of(worth: CheckWorthiness) -> dict[CheckReason, str]:
    return {reason.reason: reason.words for reason in worth.reasons}


@pytest.mark.parametrize(("reason", "text"), CASES)
def test_each_reason_is_seen(nlp: Language, reason: CheckReason, text: str) -> None:
    assert reason in reasons_of(rate(list(nlp(text))))


def test_every_reason_that_words_can_show_has_its_sentences_here() -> None:
    assert {reason for reason, _ in CASES} == set(SIGNS) == set(CheckReason) - {CheckReason.WORDING}


@pytest.mark.parametrize(("reason", "text"), RAISED)
def test_the_score_falls_when_a_reasons_words_are_struck_out(
    nlp: Language, reason: CheckReason, text: str
) -> None:
    """By the signs alone, which read anew what is left: reasons are causes, not decoration."""
    worth = rate(list(nlp(text)))
    rest = strike(nlp, text, reasons_of(worth)[reason])
    assert rate(list(nlp(rest))).score < worth.score


@pytest.mark.parametrize(("reason", "text"), RAISED)
def test_striking_them_out_lowers_the_score_where_the_encoder_reads_the_same(
    nlp: Language, with_encoder: WeightsFile, reason: CheckReason, text: str
) -> None:
    worth = rate(list(nlp(text)), reading=0.7)
    rest = strike(nlp, text, reasons_of(worth)[reason])
    assert rate(list(nlp(rest)), reading=0.7).score < worth.score


def test_nearly_all_scores_fall_when_the_encoder_reads_anew_what_is_left(nlp: Language) -> None:
    """It may find a stump more striking than the sentence: `python -m bench.reasons` names each."""
    struck = strike_all(nlp, [one for one in read_shown() if one.reason in RAISING])
    stay = [f"{one.text} -> {one.rest}: {one.before:.2f}, {one.after:.2f}" for one in struck if not one.falls]
    assert len(stay) <= len(struck) / 10, stay


@pytest.mark.parametrize("text", [text for _, text in CASES])
def test_the_reasons_make_the_score_in_full(nlp: Language, text: str) -> None:
    worth = rate(list(nlp(text)))
    assert score(worth.reasons) == worth.score


def test_the_encoders_reading_is_one_reason_among_the_others(
    nlp: Language, with_encoder: WeightsFile
) -> None:
    worth = rate(list(nlp("The port lost 300 ships.")), reading=2.0)
    weights = {reason.reason: reason.weight for reason in worth.reasons}
    assert weights[CheckReason.WORDING] == 3.0
    assert score(worth.reasons) == worth.score
    assert find_weights(worth.reasons) is with_encoder.by_encoder


@pytest.mark.parametrize("reading", [-3.0, 0.0, 3.0])
def test_a_higher_reading_is_a_higher_score(nlp: Language, with_encoder: WeightsFile, reading: float) -> None:
    tokens = list(nlp("The port lost 300 ships."))
    assert rate(tokens, reading).score < rate(tokens, reading + 0.1).score


def test_a_reading_is_refused_where_the_weights_know_no_encoder(
    nlp: Language, with_encoder: WeightsFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = WeightsFile("test", with_encoder.by_signs, None)
    monkeypatch.setattr(checkworthiness, "load_weights", lambda: alone)
    with pytest.raises(ValueError, match="without the encoder"):
        rate(list(nlp("The port lost 300 ships.")), reading=1.0)


def test_what_raises_has_a_weight_above_zero_and_what_lowers_one_below() -> None:
    shipped = load_weights()
    for weights in filter(None, [shipped.by_signs, shipped.by_encoder]):
        assert set(weights.signs) == set(SIGNS)
        assert all(weights.signs[reason] * side > 0 for reason, side in SIGNS.items())


def test_more_words_of_a_reason_weigh_more_without_end(nlp: Language) -> None:
    scores = [rate(list(nlp(" ".join(["300"] * n)))).score for n in (1, 2, 4, 8)]
    assert scores == sorted(set(scores))


def test_reasons_come_heaviest_first(nlp: Language) -> None:
    weights = [abs(r.weight) for r in rate(list(nlp("Nobody lost more than 300 ships in 2018."))).reasons]
    assert weights == sorted(weights, reverse=True)


def test_a_figure_is_shown_by_its_words(nlp: Language) -> None:
    worth = rate(list(nlp("The port handled 40 million tons.")))
    assert reasons_of(worth)[CheckReason.FIGURES] == "40 million"


def test_a_word_against_a_check_is_none_for_it(nlp: Language) -> None:
    """ "Thought" is past, but it tells of a view and not of an event."""
    worth = reasons_of(rate(list(nlp("He thought of the sea."))))
    assert worth[CheckReason.OPINION] == "thought"
    assert CheckReason.PAST_EVENT not in worth


def test_a_figure_calls_for_a_check_more_than_a_wish(nlp: Language) -> None:
    figure = rate(list(nlp("The port lost 300 ships in 2018.")))
    wish = rate(list(nlp("I hope you will all like it there.")))
    assert figure.score > 0.6 > 0.2 > wish.score


def test_no_words_are_not_worth_a_check() -> None:
    assert rate([]).score < 0.1


def test_the_same_reasons_weigh_more_where_check_worthy_statements_are_common(nlp: Language) -> None:
    worth = rate(list(nlp("The port lost 300 ships.")))
    assert move(worth, 0.0) == worth
    assert move(worth, -1.0).score < worth.score < move(worth, 1.0).score
    assert add_up(move(worth, 1.0).reasons) == add_up(worth.reasons)
