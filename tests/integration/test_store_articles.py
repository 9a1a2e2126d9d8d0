"""Articles and their revisions: the newest one counts, whatever the order in which they arrive."""

from random import Random

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import OperationalError

from schemas import LONGEST_SOURCE, Outcome, StageName, derive_id
from services.store.articles import find_known, lock_current, save_arrival
from services.store.claims import save_claims
from services.store.engine import connect
from services.store.entities import save_entities
from services.store.ledger import find_ends, record_entries
from services.store.tables import articles, claims, entities, mentions, revisions, submissions
from services.store.texts import save_texts
from tests.integration.records import (
    make_arrival,
    make_claim,
    make_cleaned,
    make_detected,
    make_entity,
    make_entry,
    make_extracted,
)

ARTICLE = derive_id("article", 1)


def save(engine: Engine, *arrivals) -> list[Outcome]:
    """Each in a transaction of its own, as they come in."""
    outcomes = []
    for arrival in arrivals:
        with engine.begin() as tx:
            outcomes.append(save_arrival(tx, arrival))
    return outcomes


def read(engine: Engine, table) -> list:
    with engine.connect() as connection:
        return list(connection.execute(select(table)))


def count(engine: Engine, *tables) -> list[int]:
    with engine.connect() as connection:
        return [connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]


def derive(engine: Engine, revision: str = "a") -> None:
    """Store what the later stages make of a revision."""
    board = make_entity("Harbour Board")
    with engine.begin() as tx:
        save_texts(tx, [make_cleaned(revision=revision)])
        save_entities(tx, [make_extracted(board, revision=revision)])
        save_claims(tx, [make_detected(make_claim("the bridge is safe"), revision=revision)])


def current(engine: Engine) -> str:
    return read(engine, articles)[0].revision


# What a submission brings


def test_a_new_article_is_done_and_stands_with_its_bytes(engine):
    arrival = make_arrival(url="https://harbourpost.example/bridge", source="Harbour Post", title="Bridge")
    assert save(engine, arrival) == [Outcome.DONE]
    (article,) = read(engine, articles)
    assert (article.article_id, article.revision) == (ARTICLE, "a")
    assert (article.url, article.source, article.title) == (
        "https://harbourpost.example/bridge",
        "Harbour Post",
        "Bridge",
    )
    (revision,) = read(engine, revisions)
    assert (revision.raw, revision.media_type) == (b"bytes of a", "text/plain")
    assert (revision.given, revision.submission) == ("text", {})


def test_the_same_submission_delivered_again_is_done_again(engine):
    """Its worker may have ended between storing and handing on: then it has to hand on now."""
    arrival = make_arrival()
    assert save(engine, arrival, arrival) == [Outcome.DONE, Outcome.DONE]
    assert count(engine, articles, revisions, submissions) == [1, 1, 1]


def test_delivering_again_keeps_what_was_derived(engine):
    save(engine, make_arrival())
    derive(engine)
    save(engine, make_arrival())
    assert count(engine, entities, mentions, claims) == [1, 1, 1]


def test_the_same_revision_from_another_submission_is_a_duplicate(engine):
    outcomes = save(engine, make_arrival(), make_arrival(submission="another", minute=5))
    assert outcomes == [Outcome.DONE, Outcome.DUPLICATE]
    assert count(engine, articles, revisions) == [1, 1]
    assert {row.outcome for row in read(engine, submissions)} == {"done", "duplicate"}


def test_a_newer_revision_counts_and_the_older_bytes_are_kept(engine):
    assert save(engine, make_arrival(), make_arrival(revision="b", minute=5)) == [Outcome.DONE] * 2
    assert current(engine) == "b"
    assert {row.raw for row in read(engine, revisions)} == {b"bytes of a", b"bytes of b"}


def test_a_newer_revision_takes_away_what_was_derived_from_the_older(engine):
    save(engine, make_arrival())
    derive(engine)
    save(engine, make_arrival(revision="b", minute=5))
    assert count(engine, entities, mentions, claims) == [0, 0, 0]


def test_a_newer_revision_of_one_article_leaves_the_others_alone(engine):
    save(engine, make_arrival(), make_arrival(article=2))
    derive(engine)
    save(engine, make_arrival(article=2, revision="b", minute=5))
    assert count(engine, entities, claims) == [1, 1]


def test_an_older_revision_that_arrives_late_is_superseded(engine):
    outcomes = save(engine, make_arrival(revision="b", minute=5), make_arrival(minute=0))
    assert outcomes == [Outcome.DONE, Outcome.SUPERSEDED]
    assert current(engine) == "b"
    assert count(engine, revisions) == [1]


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_of_two_revisions_of_one_moment_the_same_one_counts_in_either_order(engine, order):
    save(engine, *(make_arrival(revision=revision) for revision in order))
    assert current(engine) == "b"


def test_a_text_that_is_changed_back_counts_again(engine):
    outcomes = save(
        engine,
        make_arrival(),
        make_arrival(revision="b", minute=5),
        make_arrival(submission="third", minute=9),
    )
    assert outcomes == [Outcome.DONE] * 3
    assert current(engine) == "a"
    assert count(engine, revisions) == [2]


def test_a_text_that_is_changed_back_owes_every_stage_anew(engine):
    """Its claims went when the other text came, so the ledger must not call it finished."""
    save(engine, make_arrival())
    with engine.begin() as tx:
        record_entries(tx, [make_entry(stage=stage) for stage in StageName])
    save(engine, make_arrival(revision="b", minute=5), make_arrival(submission="third", minute=9))
    with engine.connect() as connection:
        assert find_ends(connection, [(ARTICLE, "a")], StageName.CLAIMS) == {}


def test_delivering_again_owes_nothing_anew(engine):
    save(engine, make_arrival())
    with engine.begin() as tx:
        record_entries(tx, [make_entry(stage=StageName.CLAIMS)])
    save(engine, make_arrival())
    with engine.connect() as connection:
        assert len(find_ends(connection, [(ARTICLE, "a")], StageName.CLAIMS)) == 1


# Which revision counts


def lock(engine: Engine, *refs: tuple[int, str]) -> set[tuple[int, str]]:
    by_id = {derive_id("article", number): number for number, _ in refs}
    with engine.begin() as tx:
        found = lock_current(tx, [(derive_id("article", number), revision) for number, revision in refs])
    return {(by_id[article_id], revision) for article_id, revision in found}


def test_only_the_newest_revision_is_current(engine):
    save(engine, make_arrival(), make_arrival(revision="b", minute=5), make_arrival(article=2))
    assert lock(engine, (1, "a"), (2, "a")) == {(2, "a")}
    assert lock(engine, (1, "b")) == {(1, "b")}


@pytest.mark.parametrize("asked", [[(1, "a"), (1, "b")], [(1, "b"), (1, "a")]])
def test_two_revisions_of_an_article_may_be_asked_for_at_once(engine, asked):
    """A batch can hold both, in any order."""
    save(engine, make_arrival(), make_arrival(revision="b", minute=5))
    assert lock(engine, *asked) == {(1, "b")}


def test_an_article_that_nobody_knows_is_not_current(engine):
    assert lock(engine, (7, "a")) == set()
    assert lock(engine) == set()


def test_what_is_current_stays_so_until_the_transaction_ends(engine, servers):
    """A newer revision waits, so that no result of the older one slips in behind it."""
    save(engine, make_arrival())
    other = connect(servers.database_url)
    try:
        with engine.begin() as tx:
            lock_current(tx, [(ARTICLE, "a")])
            assert not can_save(other, make_arrival(revision="b", minute=5))
        assert save(other, make_arrival(revision="b", minute=5)) == [Outcome.DONE]
    finally:
        other.dispose()


def can_save(engine: Engine, arrival) -> bool:
    """Whether nobody's lock is in the way."""
    try:
        with engine.begin() as tx:
            tx.exec_driver_sql("set local lock_timeout = '50ms'")
            save_arrival(tx, arrival)
    except OperationalError as error:
        if "lock timeout" not in str(error):
            raise
        return False
    return True


def known(engine: Engine, *refs: tuple[int, str]) -> list[str]:
    with engine.connect() as connection:
        found = find_known(connection, [(derive_id("article", number), name) for number, name in refs])
    return sorted(revision for _, revision in found)


def test_known_is_what_was_ingested_and_counts(engine):
    save(engine, make_arrival(), make_arrival(revision="b", minute=5))
    with engine.begin() as tx:
        record_entries(tx, [make_entry(revision=revision) for revision in ("a", "b")])
    assert known(engine, (1, "a")) == []
    assert known(engine, (1, "a"), (1, "b"), (1, "c")) == ["b"]
    assert known(engine, (1, "b"), (1, "a")) == ["b"]


def test_an_article_without_an_entry_in_the_ledger_is_not_known(engine):
    save(engine, make_arrival())
    assert known(engine, (1, "a")) == []


def test_an_outlets_name_of_any_length_is_stored_and_searched(engine):
    """A page names its outlet as it likes. Of chance letters, which no compression makes fit an index."""
    chance = Random(1)
    name = "".join(chr(chance.randrange(0x4E00, 0x9FFF)) for _ in range(5_000))
    save(engine, make_arrival(source=name))
    with engine.begin() as tx:
        save_texts(tx, [make_cleaned(site_name=name)])
        save_claims(tx, [make_detected(make_claim("the bridge is safe"))])
    assert [row.source for row in read(engine, articles)] == [name[:LONGEST_SOURCE]]
    assert [row.source for row in read(engine, claims)] == [name[:LONGEST_SOURCE]]
