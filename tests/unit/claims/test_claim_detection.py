"""Texts and their entities become claims."""

from uuid import uuid4

import pytest
from hand_made import ARTICLE_ID, Detect, article, body, person
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.language import Language

from schemas import Claim, ClaimKind, Metadata, Modality, Polarity, derive_id
from services.claims import detect

BERG = person("Anna Berg", "Berg")
HOLM = person("Lars Holm", "Holm")

NESTED = (
    "Lars Holm was asked about the plans of Anna Berg. Holm said: “That is what Berg said. "
    "She said the harbour will close in March.”"
)

SENTENCES = [
    "“The harbour will close,” Anna Berg said.",
    "Lars Holm denied that he had sold 40 ships in 2019.",
    "According to Berg, the port lost 12 percent of its trade.",
    "“It is over,” he told reporters.",
    "Holm and Berg vowed to go on.",
    "\n\n",
    "“An open quote that never ends",
    "Berg said: “That's what Holm said. He said the port is closed.”",
    "The port had lost 300 ships by 2018, more than any other.",
    '’ «odd» " marks“',
]


def only(claims: list[Claim], words: str) -> Claim:
    return next(claim for claim in claims if words in claim.text)


def test_text_is_one_line_without_marks_and_leading_that(claims_in: Detect) -> None:
    claim = only(claims_in("Berg said that the harbour\nwas “beyond repair”.", BERG), "harbour")
    assert claim.text == "the harbour was beyond repair"


def test_content_of_a_direct_quote_has_no_marks(claims_in: Detect) -> None:
    claim = only(claims_in("“The harbour will close,” Berg said.", BERG), "harbour")
    assert [span.exact for span in claim.content] == ["The harbour will close"]


def test_cue_has_its_lemma(claims_in: Detect) -> None:
    claim = only(claims_in("Berg has not said that the harbour will close.", BERG), "harbour")
    assert claim.cue is not None
    assert (claim.cue.lemma, [span.exact for span in claim.cue.spans]) == ("say", ["has not said"])


def test_the_lemma_of_a_cue_has_its_particle(claims_in: Detect) -> None:
    cue = only(claims_in("Berg pointed out that the harbour would close.", BERG), "harbour").cue
    assert cue is not None
    assert cue.lemma == "point out"


def test_id_derives_from_article_kind_and_bounds(claims_in: Detect) -> None:
    claim = only(claims_in("Berg said the harbour would close.", BERG), "harbour")
    assert claim.claim_id == derive_id("claim", ARTICLE_ID, "attributed", 10, 33)


def test_about_names_the_entities_in_the_content(claims_in: Detect) -> None:
    claim = only(claims_in("Berg said that Lars Holm would sell the harbour.", BERG, HOLM), "harbour")
    assert claim.about == (HOLM.entity_id,)


def test_a_claim_within_a_quote_points_to_it(claims_in: Detect) -> None:
    claims = claims_in(NESTED, BERG, HOLM)
    outer, inner = only(claims, "That is what"), next(c for c in claims if c.text.startswith("the harbour"))
    assert inner.nested_in == outer.claim_id


def test_who_is_cited_within_a_quote_is_not_who_is_quoted(claims_in: Detect) -> None:
    inner = next(c for c in claims_in(NESTED, BERG, HOLM) if c.text.startswith("the harbour"))
    assert inner.claimant is not None
    assert inner.claimant.name == "Anna Berg"


@pytest.mark.parametrize(
    ("text", "polarity"),
    [
        ("Berg said that the harbour would close.", Polarity.AFFIRMED),
        ("Berg denied that the harbour would close.", Polarity.DENIED),
        ("Berg did not say that the harbour would close.", Polarity.DENIED),
        ("Berg never said that the harbour would close.", Polarity.DENIED),
        ("Berg did not deny that the harbour would close.", Polarity.AFFIRMED),
        ("Berg has ruled out that the harbour would close.", Polarity.DENIED),
    ],
)
def test_polarity(claims_in: Detect, text: str, polarity: Polarity) -> None:
    assert only(claims_in(text, BERG), "harbour").polarity is polarity


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        ("Berg said that the harbour would close.", Modality.STATED),
        ("Berg said that the harbour might close.", Modality.HEDGED),
        ("Berg suggested that the harbour would close.", Modality.HEDGED),
        ("Berg vowed to close the harbour.", Modality.INTENDED),
        ("Berg urged the council to close the harbour.", Modality.COMMANDED),
        ("“There is no harbour to discuss,” Berg told the council.", Modality.STATED),
        ("“Will the harbour close?” Berg asked.", Modality.QUESTIONED),
        ("Berg asked whether the harbour would close.", Modality.QUESTIONED),
    ],
)
def test_modality(claims_in: Detect, text: str, modality: Modality) -> None:
    assert only(claims_in(text, BERG), "harbour").modality is modality


def test_what_the_article_itself_says_is_asserted_by_the_outlet(claims_in: Detect) -> None:
    text = "The port lost 300 ships by 2018, 12 percent more than in any other year."
    (claim,) = claims_in(text, metadata=Metadata(source="lund.example", site_name="The Lund Post"))
    assert claim.kind is ClaimKind.ASSERTED
    assert claim.claimant is not None
    assert (claim.claimant.name, claim.claimant.span) == ("The Lund Post", None)


def test_without_a_name_the_outlet_is_the_host_of_the_page(claims_in: Detect) -> None:
    text = "The port lost 300 ships by 2018, 12 percent more than in any other year."
    (claim,) = claims_in(text, metadata=Metadata(url="https://www.lund.example/port"))
    assert claim.claimant is not None
    assert claim.claimant.name == "lund.example"


def test_a_report_put_into_a_sentence_is_attributed_and_not_asserted(claims_in: Detect) -> None:
    text = "The Lund Museum is old. It was, it said, the largest of 300 museums that were built before 1987."
    museum = body("Lund Museum")
    (claim,) = [one for one in claims_in(text, museum) if "largest" in one.text]
    assert (claim.kind, claim.text.split()[0]) == (ClaimKind.ATTRIBUTED, "It")
    assert claim.claimant is not None
    assert claim.claimant.name == "Lund Museum"


def test_without_a_known_outlet_an_asserted_claim_has_no_claimant(claims_in: Detect) -> None:
    (claim,) = claims_in("The port lost 300 ships by 2018, 12 percent more than in any other year.")
    assert claim.claimant is None


def test_sentences_with_nothing_to_check_are_not_asserted(claims_in: Detect) -> None:
    claims = claims_in("Perhaps we should all hope that it will be nice there.")
    assert ClaimKind.ASSERTED not in {claim.kind for claim in claims}


@pytest.mark.parametrize(("asserted_from", "kinds"), [(0.0, [ClaimKind.ASSERTED]), (1.0, [])])
def test_a_desk_says_from_which_score_a_sentence_is_a_claim(
    nlp: Language, asserted_from: float, kinds: list[ClaimKind]
) -> None:
    given = [article("The museum bought the painting in 1974.")]
    (claims,) = detect(nlp, given, asserted_from=asserted_from)
    assert [claim.kind for claim in claims] == kinds


def test_a_sentence_that_cites_somebody_is_not_asserted_too(claims_in: Detect) -> None:
    claims = claims_in("Berg said the port lost 300 ships by 2018, 12 percent more than in 2017.", BERG)
    assert [claim.kind for claim in claims] == [ClaimKind.ATTRIBUTED]


def test_articles_keep_their_order(nlp: Language) -> None:
    texts = ["Berg said the harbour would close.", "", "Berg said the bridge would close."]
    found = detect(nlp, [article(text, BERG) for text in texts], batch_size=2)
    assert [[claim.text for claim in claims] for claims in found] == [
        ["the harbour would close"],
        [],
        ["the bridge would close"],
    ]


def test_mentions_of_entities_that_are_not_given_are_ignored(nlp: Language) -> None:
    known = article("Berg said the harbour would close.", BERG)
    stray = known.mentions[0].model_copy(update={"entity_id": uuid4()})
    changed = type(known)(known.article_id, known.text, known.metadata, (stray,), known.entities)
    (claim,) = detect(nlp, [changed])[0]
    assert claim.claimant is not None
    assert claim.claimant.entity_id is None


texts = st.lists(st.sampled_from(SENTENCES), max_size=6).map(" ".join)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts)
def test_every_span_fits_the_text(claims_in: Detect, text: str) -> None:
    for claim in claims_in(text, BERG, HOLM):
        cue = claim.cue.spans if claim.cue is not None else ()
        source = claim.claimant.span if claim.claimant is not None else None
        for span in (*claim.content, *cue, *([source] if source is not None else [])):
            assert span.fits(text)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts)
def test_ids_are_distinct_and_nesting_points_to_claims_of_the_article(claims_in: Detect, text: str) -> None:
    claims = claims_in(text, BERG, HOLM)
    ids = {claim.claim_id for claim in claims}
    assert len(ids) == len(claims)
    assert all(claim.nested_in in ids - {claim.claim_id} for claim in claims if claim.nested_in is not None)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts)
def test_the_same_text_gives_the_same_claims(claims_in: Detect, text: str) -> None:
    assert claims_in(text, BERG, HOLM) == claims_in(text, BERG, HOLM)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts)
def test_claims_come_in_the_order_of_their_content(claims_in: Detect, text: str) -> None:
    starts = [claim.content[0].start for claim in claims_in(text, BERG, HOLM)]
    assert starts == sorted(starts)


def test_a_quote_that_begins_with_that_keeps_it(claims_in: Detect) -> None:
    assert [claim.text for claim in claims_in("“That is over,” Berg said.", BERG)] == ["That is over"]


def test_the_model_forgets_the_words_of_an_article(nlp, claims_in):
    """Else a worker would grow with every new word it reads."""
    claims_in("The mayor said the bridge would be closed on Monday.")
    before = len(nlp.vocab.strings)
    assert claims_in("The mayor said the brambletorques of Zedwyckham would be moved on Monday.")
    assert len(nlp.vocab.strings) == before


def test_that_something_is_said_is_no_claim(claims_in: Detect) -> None:
    claims = claims_in("The harbour will close in March. Berg confirmed it on Monday.", BERG)
    assert "it" not in {claim.text for claim in claims}
