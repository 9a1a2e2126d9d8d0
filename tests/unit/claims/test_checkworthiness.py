"""How much a statement calls for a check, and why."""

import pytest
from spacy.language import Language

from schemas import CheckReason, CheckWorthiness
from services.claims import checkworthiness
from services.claims.checkworthiness import add_up, find_weights, move, rate, score
from services.claims.signs import RAISING, SIGNS
from services.claims.weights import WeightsFile, load_weights, read_weights

SHOWN_BY = {
    CheckReason.FIGURES: [
        "The port handled 40 million tons in 2019.",
        "Unemployment fell to 4.1 percent in the spring.",
        "The council paid $900 for each of the chairs.",
    ],
    CheckReason.COMPARISON: [
        "The port is larger than the one in the north.",
        "Nurses here earn less money compared with their colleagues.",
        "The bridge costs twice the price of the old tunnel.",
    ],
    CheckReason.TREND: [
        "The trade of the port doubled and wages increased.",
        "Crime in the old town has declined.",
        "The ministry cut the budget of the schools.",
    ],
    CheckReason.CAUSE: [
        "The bridge fell because the ice was thick.",
        "The new road caused the floods in the valley.",
        "Smoke from the plant led to the illness of the children.",
    ],
    CheckReason.RECORD: [
        "That was the worst winter since the war.",
        "The club has never won the trophy.",
        "Lund has the highest tower in the county.",
    ],
    CheckReason.LAW: [
        "The court struck down the tax on ships.",
        "Parliament passed the amendment on Friday.",
        "The treaty forbids nets in the bay.",
    ],
    CheckReason.PUBLIC_MATTER: [
        "The hospital has closed its ward for children.",
        "Oil from the tanker reached the beach.",
        "Police in the town carry no weapons.",
    ],
    CheckReason.NAMED: [
        "Anna Berg runs the port of Lund.",
        "Norway sells the fish to Portugal.",
        "The mayor owns shares in Nordhavn Shipping.",
    ],
    CheckReason.PAST_EVENT: [
        "The crew sank the ship and fled to the coast.",
        "The minister has met the owners of the mine.",
        "The letters were burnt in the yard.",
    ],
    CheckReason.DEED: [
        "The mayor opposes the plan for the harbour.",
        "The firm is dumping waste in the river.",
        "Both parties supported the sale of the ferry.",
    ],
    CheckReason.TIME: [
        "The mine has been closed since March.",
        "Ten years ago the village had a school.",
        "The ferry now stops at the island.",
    ],
    CheckReason.DENIAL: [
        "The port has not closed its gates.",
        "The firm denies the sale of the ships.",
        "No children were on the bus.",
    ],
    CheckReason.QUANTIFIER: [
        "All ships carry most of their cargo on deck.",
        "Every farmer in the valley owns a boat.",
        "Few houses in the street have a cellar.",
    ],
    CheckReason.OPINION: ["I think the port should be proud.", "It is a terrible plan."],
    CheckReason.DEMAND: [
        "The port must be closed.",
        "We have to build the bridge.",
        "Close the port at once.",
    ],
    CheckReason.PREDICTION: ["The port will close and might move.", "It is going to rain."],
    CheckReason.QUESTION: ["Has the port closed?"],
    CheckReason.PERSONAL: ["I told my wife about our boat."],
    CheckReason.VAGUE: ["It is something that they do there.", "Freedom is a dream."],
    CheckReason.TALK: ["Thank you, that was a good question."],
    CheckReason.SHORT: ["Ships sail."],
}
CASES = [(reason, text) for reason, texts in SHOWN_BY.items() for text in texts]
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


def strike(nlp: Language, text: str, words: str) -> str:
    """The text without the words that show a reason."""
    gone = set(words.split())
    return "".join(token.text_with_ws for token in nlp(text) if token.text not in gone)


@pytest.mark.parametrize(("reason", "text"), CASES)
def test_each_reason_is_seen(nlp: Language, reason: CheckReason, text: str) -> None:
    assert reason in reasons_of(rate(list(nlp(text))))


def test_every_reason_that_words_can_show_has_its_sentences_here() -> None:
    assert set(SHOWN_BY) == set(SIGNS) == set(CheckReason) - {CheckReason.WORDING}


@pytest.mark.parametrize(("reason", "text"), RAISED)
def test_the_score_falls_when_a_reasons_words_are_struck_out(
    nlp: Language, reason: CheckReason, text: str
) -> None:
    """The sentence without them is read anew: reasons are causes, not decoration."""
    worth = rate(list(nlp(text)))
    rest = strike(nlp, text, reasons_of(worth)[reason])
    assert rate(list(nlp(rest))).score < worth.score


@pytest.mark.parametrize(("reason", "text"), RAISED)
def test_striking_them_out_lowers_the_score_beside_an_encoder_too(
    nlp: Language, with_encoder: WeightsFile, reason: CheckReason, text: str
) -> None:
    worth = rate(list(nlp(text)), reading=0.7)
    rest = strike(nlp, text, reasons_of(worth)[reason])
    assert rate(list(nlp(rest)), reading=0.7).score < worth.score


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
