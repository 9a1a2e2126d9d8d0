"""Source phrases are resolved to the entities of the article."""

import pytest
from hand_made import Detect, body, name, only, person

from schemas import Claim, EntityKind, FoundBy

BERG = person("Anna Berg", "Berg", titles=("mayor",))
HOLM = person("Lars Holm", "Holm", titles=("Danish minister", "Mr."))


def claim_of(claims: list[Claim], words: str) -> Claim:
    return next(claim for claim in claims if claim.text.startswith(words))


def test_a_name_is_resolved_to_the_fullest_one(claims_in: Detect) -> None:
    text = "Anna Berg came late. Berg said the harbour would close."
    claimant = claim_of(claims_in(text, BERG), "the harbour").claimant
    assert claimant is not None
    assert (claimant.name, claimant.entity_id, claimant.found_by) == (
        "Anna Berg",
        BERG.entity_id,
        FoundBy.NAME,
    )


def test_the_whole_source_phrase_is_the_span(claims_in: Detect) -> None:
    text = "Anna Berg, the mayor of Lund, said the harbour would close."
    claimant = claim_of(claims_in(text, BERG), "the harbour").claimant
    assert claimant is not None
    assert claimant.span is not None
    assert claimant.span.exact == "Anna Berg, the mayor of Lund"


def test_a_pronoun_is_the_subject_of_the_sentence_before(claims_in: Detect) -> None:
    text = "The minister Lars Holm was asked about Berg's plans. He said the harbour would close."
    claimant = claim_of(claims_in(text, BERG, HOLM), "the harbour").claimant
    assert claimant is not None
    assert (claimant.name, claimant.found_by) == ("Lars Holm", FoundBy.PRONOUN)


def test_a_pronoun_agrees_in_gender_with_a_title(claims_in: Detect) -> None:
    berg = person("Anna Berg", titles=("Mrs.",))
    text = "Lars Holm met Mrs. Anna Berg on Monday. She said the harbour would close."
    claimant = claim_of(claims_in(text, berg, HOLM), "the harbour").claimant
    assert claimant is not None
    assert claimant.name == "Anna Berg"


def test_who_named_in_the_quote_is_not_its_speaker(claims_in: Detect) -> None:
    text = "Lars Holm was asked for his view. “Anna Berg is right about the harbour,” he said."
    claimant = claim_of(claims_in(text, BERG, HOLM), "Anna Berg is right").claimant
    assert claimant is not None
    assert claimant.name == "Lars Holm"


def test_a_relative_pronoun_is_the_noun_before_it(claims_in: Detect) -> None:
    text = "The town trusts Anna Berg, who said that the harbour would close."
    claimant = claim_of(claims_in(text, BERG), "the harbour").claimant
    assert claimant is not None
    assert (claimant.name, claimant.found_by) == ("Anna Berg", FoundBy.PRONOUN)


def test_a_noun_stands_for_who_bears_the_title(claims_in: Detect) -> None:
    text = "Anna Berg came late. The mayor said the harbour would close."
    claimant = claim_of(claims_in(text, BERG), "the harbour").claimant
    assert claimant is not None
    assert (claimant.name, claimant.found_by) == ("Anna Berg", FoundBy.NOMINAL)


def test_a_coordination_keeps_its_name_as_printed(claims_in: Detect) -> None:
    sweden = name(EntityKind.PLACE, "Sweden")
    text = "Sweden and the islands say Berg has no right to close the harbour."
    claimant = claim_of(claims_in(text, sweden, BERG), "Berg has no right").claimant
    assert claimant is not None
    assert (claimant.name, claimant.entity_id) == ("Sweden and the islands", None)
    assert claimant.found_by is FoundBy.COLLECTIVE


def test_they_are_the_coordination_before(claims_in: Detect) -> None:
    text = "Sweden and the islands say Berg is wrong. They say the harbour must stay open."
    claimant = claim_of(claims_in(text, BERG), "the harbour").claimant
    assert claimant is not None
    assert (claimant.name, claimant.found_by) == ("Sweden and the islands", FoundBy.PRONOUN)


def test_an_unnamed_source_stays_unnamed_and_is_described(claims_in: Detect) -> None:
    text = "Two senior officials said the harbour would close."
    claimant = claim_of(claims_in(text), "the harbour").claimant
    assert claimant is not None
    assert (claimant.name, claimant.entity_id) == ("Two senior officials", None)
    assert claimant.found_by is FoundBy.UNNAMED


def test_a_role_with_a_named_body_is_not_that_body(claims_in: Detect) -> None:
    port = body("Lund Port Authority")
    text = "A spokesman for the Lund Port Authority said the harbour would close."
    claimant = claim_of(claims_in(text, port), "the harbour").claimant
    assert claimant is not None
    assert (claimant.entity_id, claimant.found_by) == (None, FoundBy.ROLE)


def test_a_speaker_is_carried_on_into_the_next_paragraph(claims_in: Detect) -> None:
    text = "“The harbour will close,” Anna Berg said. “That is decided.”\n\n“Nobody can change it any more.”"
    claimant = claim_of(claims_in(text, BERG), "Nobody").claimant
    assert claimant is not None
    assert (claimant.name, claimant.found_by) == ("Anna Berg", FoundBy.CARRIED)


def test_carried_is_less_sure_than_named(claims_in: Detect) -> None:
    text = "“The harbour will close,” Anna Berg said. “That is decided.”\n\n“Nobody can change it any more.”"
    named, carried = (claim.claimant for claim in claims_in(text, BERG))
    assert named is not None
    assert carried is not None
    assert carried.confidence < named.confidence


@pytest.mark.parametrize("text", ["It was reportedly closed in March after a storm.", "“We close.”"])
def test_without_a_source_there_is_no_claimant(claims_in: Detect, text: str) -> None:
    assert all(claim.claimant is None for claim in claims_in(text))


def test_a_first_name_tells_he_from_she(claims_in: Detect) -> None:
    """The other one is named later and more prominently."""
    text = "Anna Berg met Martin Holm. Holm was late. She said the harbour would close."
    said = only(claims_in(text, person("Anna Berg"), person("Martin Holm", "Holm")))
    assert (said.name, said.found_by) == ("Anna Berg", FoundBy.PRONOUN)


def test_a_noun_stands_for_who_is_called_so_elsewhere(claims_in: Detect) -> None:
    text = "Anna Berg, an engineer, met Martin Holm. The engineer said the harbour would close."
    said = only(claims_in(text, person("Anna Berg"), person("Martin Holm")))
    assert (said.name, said.found_by) == ("Anna Berg", FoundBy.NOMINAL)


def test_a_noun_stands_for_whom_the_text_is_about_if_called_nothing_else(claims_in: Detect) -> None:
    text = "Anna Berg was first. The runner said the harbour was a good place to train."
    said = only(claims_in(text, person("Anna Berg")))
    assert (said.name, said.found_by) == ("Anna Berg", FoundBy.NOMINAL)
    assert said.confidence < 0.6


@pytest.mark.parametrize("noun", ["A runner", "The witness", "The runners"])
def test_other_nouns_stand_for_nobody_who_is_named(claims_in: Detect, noun: str) -> None:
    text = f"Anna Berg was first. {noun} said the harbour was a good place to train."
    assert only(claims_in(text, person("Anna Berg"))).entity_id is None


def test_the_company_is_the_body_that_is_spoken_of(claims_in: Detect) -> None:
    text = "Nordkai builds ferries. The company said the harbour would close."
    assert only(claims_in(text, body("Nordkai"))).name == "Nordkai"


def test_a_body_is_known_by_a_noun_of_its_name(claims_in: Detect) -> None:
    text = "The Lund Museum is old. Nordkai is new. The museum said the harbour would close."
    assert only(claims_in(text, body("Lund Museum"), body("Nordkai"))).name == "Lund Museum"


@pytest.mark.parametrize("pronoun", ["She", "He"])
def test_a_pronoun_goes_back_to_an_unnamed_source(claims_in: Detect, pronoun: str) -> None:
    text = f"Anna Berg left. A witness said it was dark. {pronoun} said the harbour would close."
    said = claims_in(text, person("Anna Berg"))[-1].claimant
    assert said is not None
    assert (said.name, said.entity_id, said.found_by) == ("A witness", None, FoundBy.PRONOUN)


def test_a_name_may_stand_anywhere_in_an_apposition(claims_in: Detect) -> None:
    text = "Her rival, the banker Otto Preis, said the harbour would close."
    assert only(claims_in(text, person("Otto Preis"))).name == "Otto Preis"


def test_a_label_in_capitals_is_the_name(claims_in: Detect) -> None:
    text = "Anna Berg came.\n\nHOST: Is it safe?\n\nBERG: The harbour is safe."
    assert only(claims_in(text, person("Anna Berg"))).name == "Anna Berg"


def test_a_rival_makes_a_pronoun_less_sure(claims_in: Detect) -> None:
    alone = only(claims_in("Anna Berg left. She said the harbour would close.", person("Anna Berg")))
    rivals = "Anna Berg met Clara Holm. She said the harbour would close."
    between = only(claims_in(rivals, person("Anna Berg"), person("Clara Holm")))
    assert between.confidence < alone.confidence


def test_a_people_is_a_less_sure_speaker_than_a_body(claims_in: Detect) -> None:
    text = "Swedes said the harbour would close."
    found = [
        only(claims_in(text, name(kind, "Swedes"))) for kind in (EntityKind.GROUP, EntityKind.ORGANIZATION)
    ]
    assert found[0].confidence < found[1].confidence


def test_an_unsure_pronoun_does_not_settle_who_is_a_she(claims_in: Detect) -> None:
    text = "Noor Holm met Kim Berg. She said it was dark. Holm left. He said the harbour would close."
    he = claims_in(text, person("Noor Holm", "Holm"), person("Kim Berg", "Berg"))[-1].claimant
    assert he is not None
    assert he.name == "Noor Holm"


@pytest.mark.parametrize(
    ("said", "who"),
    [
        ("The deputy mayor said the harbour would close.", "Ana Brok"),
        ("The mayor said the harbour would close.", "Anna Berg"),
        ("The former mayor said the harbour would close.", "Otto Preis"),
    ],
)
def test_a_deputy_and_a_former_one_hold_other_offices(claims_in: Detect, said: str, who: str) -> None:
    """Whoever was named last."""
    brok = person("Ana Brok", titles=("Deputy mayor",))
    preis = person("Otto Preis", titles=("former mayor",))
    text = f"Anna Berg, Otto Preis and Ana Brok met on Monday. {said}"
    assert only(claims_in(text, BERG, brok, preis)).name == who


def test_who_bears_the_title_may_be_named_later(claims_in: Detect) -> None:
    text = "The mayor said the harbour would close. Anna Berg came in 2011."
    claimant = only(claims_in(text, BERG))
    assert (claimant.name, claimant.confidence) == ("Anna Berg", 0.6)


def test_of_two_who_bear_the_title_the_last_is_meant_less_surely(claims_in: Detect) -> None:
    brok = person("Ana Brok", titles=("mayor",))
    text = "Anna Berg met Ana Brok on Monday. The mayor said the harbour would close."
    claimant = only(claims_in(text, BERG, brok))
    assert (claimant.name, claimant.confidence) == ("Ana Brok", 0.55)


def test_a_role_that_was_taken_for_a_name_is_still_a_role(claims_in: Detect) -> None:
    text = "Anna Berg came late. The Mayor said the harbour would close."
    assert only(claims_in(text, BERG, person("Mayor"))).name == "Anna Berg"


def test_a_name_after_a_town_is_that_of_its_mayor(claims_in: Detect) -> None:
    lund, brok = name(EntityKind.PLACE, "Lund"), person("Ana Brok")
    text = "Anna Berg came late. The mayor of Lund, Ana Brok, said the harbour would close."
    assert only(claims_in(text, BERG, brok, lund)).name == "Ana Brok"


def test_a_pronoun_is_the_name_beside_the_subject(claims_in: Detect) -> None:
    """ "The union's chairman, Holm," is what the sentence is about, not who is named in its object."""
    text = (
        "The union's chairman, Lars Holm, met the lawyer Ina Rook in Lund. He said the harbour would close."
    )
    claimant = claim_of(claims_in(text, HOLM, person("Ina Rook")), "the harbour").claimant
    assert claimant is not None
    assert claimant.name == "Lars Holm"


def test_the_company_and_it_after_it_is_who_spoke_and_not_the_bank_of_an_analyst(claims_in: Detect) -> None:
    bakery, bank = body("Grain & Oven"), body("Harrow Bank")
    text = (
        "Grain & Oven, the largest bakery, said its profit fell.\n\n“Butter costs us more,” Anna Berg told "
        "analysts. She predicted a better year.\n\nIna Rook, an analyst at Harrow Bank, said the bakery had "
        "lost customers. “At some point people notice,” she said.\n\nThe company denies that it sells fewer "
        "loaves. It said it had sold 211 million."
    ).replace("better year.", "better year. " + "Butter has become dearer in every month of the year. " * 20)
    claims = claims_in(text, bakery, BERG, bank, person("Ina Rook"))
    speakers = [claim_of(claims, words).claimant for words in ("its profit", "it sells fewer", "it had sold")]
    assert [one and (one.name, one.found_by) for one in speakers] == [
        ("Grain & Oven", FoundBy.NAME),
        ("Grain & Oven", FoundBy.NOMINAL),
        ("Grain & Oven", FoundBy.PRONOUN),
    ]


@pytest.mark.parametrize(
    ("text", "description"),
    [
        ("Mr. Holm said the harbour would close.", None),
        ("Anna Berg, 44, said the harbour would close.", None),
        ("Anna Berg, a nurse, said the harbour would close.", "a nurse"),
        ("Deputy mayor Anna Berg said the harbour would close.", "Deputy mayor"),
    ],
)
def test_a_form_of_address_or_an_age_describes_nobody(
    claims_in: Detect, text: str, description: str | None
) -> None:
    claimant = claim_of(claims_in(text, person("Anna Berg"), HOLM), "the harbour").claimant
    assert claimant is not None
    assert (claimant.entity_id is not None, claimant.description) == (True, description)


def test_who_is_named_after_a_role_in_a_body_speaks(claims_in: Detect) -> None:
    text = "An opposition member of parliament, Anna Berg, said the harbour would close."
    claimant = claim_of(claims_in(text, BERG), "the harbour").claimant
    assert claimant is not None
    assert claimant.name == "Anna Berg"


def test_a_chairman_with_a_womans_name_is_she(claims_in: Detect) -> None:
    text = "Chairman Ruth Halden met Lars Holm. She said the club was for sale."
    halden = person("Ruth Halden", titles=("chairman",))
    assert only(claims_in(text, halden, person("Lars Holm"))).name == "Ruth Halden"


def test_it_goes_back_to_what_which_stood_for(claims_in: Detect) -> None:
    """And not to a street."""
    text = (
        "Anna Berg of Harbour Street read a paper by the department, which found that buses were late. "
        "It warned that trams were late too."
    )
    street = name(EntityKind.PLACE, "Harbour Street")
    said = claims_in(text, person("Anna Berg"), street)[-1].claimant
    assert said is not None
    assert said.entity_id is None


def test_an_it_that_says_two_things_is_one_source(claims_in: Detect) -> None:
    text = (
        "The Brakk Union has left. The refugee agency said the camp was wet. "
        "It called the huts unfit and said that food was short."
    )
    said = [claim.claimant for claim in claims_in(text, body("Brakk Union"))]
    assert [one.name for one in said if one is not None] == ["The refugee agency"] * 3
