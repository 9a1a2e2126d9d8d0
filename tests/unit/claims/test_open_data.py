"""Offsets hold over real articles: those of the open evaluation data, where it is there."""

import json
import os
from pathlib import Path
from uuid import UUID

import pytest
from spacy.language import Language

from schemas import Claim, Metadata
from services.claims import Article, detect
from services.entities import extract
from services.entities import load_pipeline as load_recogniser

DATA = Path(os.environ.get("COPYDESK_EVAL", "../shared/eval")) / "attribution" / "dev.jsonl"
ARTICLES = 6

pytestmark = pytest.mark.skipif(
    not DATA.exists(), reason=f"no {DATA}: set COPYDESK_EVAL to the folder of the evaluation data"
)


@pytest.fixture(scope="module")
def analysed(nlp: Language) -> list[tuple[str, tuple[Claim, ...]]]:
    """Texts with their claims."""
    with DATA.open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for _, line in zip(range(ARTICLES), lines, strict=False)]
    found = extract(load_recogniser(), [(UUID(int=at), text) for at, text in enumerate(texts)])
    articles = [
        Article(UUID(int=at), text, Metadata(), one.mentions, one.entities)
        for at, (text, one) in enumerate(zip(texts, found, strict=True))
    ]
    return list(zip(texts, detect(nlp, articles), strict=True))


def test_every_span_is_the_text_between_its_offsets(analysed: list[tuple[str, tuple[Claim, ...]]]) -> None:
    for text, claims in analysed:
        for claim in claims:
            cue = claim.cue.spans if claim.cue else ()
            source = [claim.claimant.span] if claim.claimant and claim.claimant.span else []
            assert all(span.fits(text) for span in (*claim.content, *cue, *source))


def test_no_cue_stands_in_the_content_that_it_leads_to(
    analysed: list[tuple[str, tuple[Claim, ...]]],
) -> None:
    for _, claims in analysed:
        for claim in claims:
            cue = claim.cue.spans if claim.cue else ()
            assert not any(a.start < b.end and b.start < a.end for a in cue for b in claim.content)


def test_each_claim_is_there_once(analysed: list[tuple[str, tuple[Claim, ...]]]) -> None:
    for _, claims in analysed:
        assert len({claim.claim_id for claim in claims}) == len(claims) > 0
