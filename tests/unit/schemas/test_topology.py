"""The stages form one line: what one writes the next one reads."""

from itertools import pairwise

import pytest

from schemas import STREAMS, TOPOLOGY, ArticleSubmitted, ClaimsDetected, StageName, find_stage


def test_the_streams_are_named_after_the_facts_on_them():
    assert STREAMS == (
        "article.submitted",
        "article.ingested",
        "article.cleaned",
        "entities.extracted",
        "claims.detected",
    )


@pytest.mark.parametrize(("earlier", "later"), list(pairwise(TOPOLOGY)), ids=lambda row: row.stage.value)
def test_each_stage_reads_what_the_one_before_it_writes(earlier, later):
    assert earlier.target == later.source
    assert earlier.produces is later.consumes


def test_the_way_leads_from_a_submission_to_claims():
    assert TOPOLOGY[0].consumes is ArticleSubmitted
    assert TOPOLOGY[-1].produces is ClaimsDetected


def test_each_stage_name_has_one_row_in_the_order_of_the_flow():
    assert [row.stage for row in TOPOLOGY] == list(StageName)


def test_the_streams_are_the_first_source_and_every_target():
    assert (TOPOLOGY[0].source, *(row.target for row in TOPOLOGY)) == STREAMS
    assert len(set(STREAMS)) == len(STREAMS)


@pytest.mark.parametrize("row", TOPOLOGY, ids=lambda row: row.stage.value)
def test_a_stage_is_its_own_consumer_group(row):
    assert row.group == row.stage.value


@pytest.mark.parametrize("row", TOPOLOGY, ids=lambda row: row.stage.value)
def test_every_stage_reads_bounded_batches_and_gives_up_at_some_point(row):
    assert row.batch >= 1
    assert row.claim_after > 0
    assert row.max_deliveries >= 2


@pytest.mark.parametrize("row", TOPOLOGY, ids=lambda row: row.stage.value)
def test_a_stage_is_found_by_its_name(row):
    assert find_stage(row.stage.value) is row
    assert find_stage(row.stage) is row


def test_an_unknown_stage_is_refused_with_the_names_there_are():
    with pytest.raises(KeyError, match="no stage 'print'; there are ingest, clean, entities, claims"):
        find_stage("print")
