"""A real page in machine-translated English, with its furniture, from its text to its claims."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemas import Claim, FoundBy, QuoteType
from services.offline.analysis import analyze_documents
from services.offline.documents import Reading, read_documents
from services.offline.results import Analysis

NOON = datetime(2022, 12, 2, 12, tzinfo=UTC)
FURNITURE = ("Baca", "PHOTO", "Leave a Reply", "email address", "Akismet", "Recent News", "Editor's Pick")


@pytest.fixture
def analysis(samples: Path) -> Analysis:
    (found,) = analyze_documents(read_documents([samples / "kremlin.txt"], Reading(NOON)))
    return found


def find(analysis: Analysis, words: str) -> Claim:
    (found,) = [claim for claim in analysis.claims if claim.text.startswith(words)]
    return found


def test_what_biden_said_within_an_answer_of_peskov_is_his_claim_in_peskovs(analysis: Analysis):
    answer, within = find(analysis, "Basically"), find(analysis, "negotiations are only possible")
    assert answer.claimant is not None
    assert within.claimant is not None
    assert (answer.claimant.name, within.claimant.name) == ("Dmitry Peskov", "Joe Biden")
    assert within.claimant.found_by is FoundBy.PRONOUN
    assert within.nested_in == answer.claim_id
    assert (answer.quote_type, within.quote_type) == (QuoteType.DIRECT, QuoteType.INDIRECT)


def test_no_piece_of_page_furniture_is_a_claim(analysis: Analysis):
    assert analysis.claims
    for claim in analysis.claims:
        assert not any(words in claim.text for words in FURNITURE)
