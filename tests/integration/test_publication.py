"""Articles are handed in, followed to their end, and dead letters sent on their way again."""

import json

import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from sqlalchemy import Engine

from schemas import ArticleSubmitted, Outcome, StageName, Unprocessable, derive_id
from services.control.publication import Candidate, Ending, Published, find_ended, publish
from services.control.replay import replay
from services.kit.wire import FIELD, encode
from services.store.articles import save_arrival
from services.store.dead_letters import DeadFilter, add_dead_letters, find_dead_letters
from services.store.ledger import find_ends, record_entries
from tests.integration.records import make_arrival, make_entry, make_letter
from tests.pipeline.stagehand import make_ticket

ENTRANCE = "article.submitted"


def make_candidate(number: int = 1, revision: str = "a", **fields: object) -> Candidate:
    submission = ArticleSubmitted(text=f"article {number}", **fields)
    return Candidate(f"{number}{revision}.txt", submission, (derive_id("article", number), revision))


NAMELESS = Candidate("bad.bin", ArticleSubmitted(text="no identity"), None)


async def read_entrance(redis: Redis) -> list[ArticleSubmitted]:
    entries = await redis.xrange(ENTRANCE)
    return [ArticleSubmitted.model_validate_json(fields[FIELD]) for _, fields in entries]


def ingest(engine: Engine, *arrivals) -> None:
    """What the ingest worker leaves in the store."""
    with engine.begin() as tx:
        for arrival in arrivals:
            save_arrival(tx, arrival)
            record_entries(tx, [make_entry(revision=arrival.article.revision)])


# Handing in


async def test_what_is_new_is_put_on_the_first_stream(redis, engine):
    candidates = [make_candidate(1), make_candidate(2)]
    published = await publish(redis, engine, candidates)
    assert [one.text for one in await read_entrance(redis)] == ["article 1", "article 2"]
    entry_ids = [entry_id.decode() for entry_id, _ in await redis.xrange(ENTRANCE)]
    assert [one.entry_id for one in published] == entry_ids


async def test_each_submission_gets_an_id_a_time_and_a_trace(redis, engine):
    await publish(redis, engine, [make_candidate(1), make_candidate(2)])
    first, second = await read_entrance(redis)
    assert first.submitted_at is not None
    assert first.message_id != second.message_id
    assert first.traceparent.split("-")[1] != second.traceparent.split("-")[1]


async def test_an_id_and_a_time_that_are_given_are_kept(redis, engine):
    given = {"message_id": derive_id("mine", 1), "submitted_at": "2026-11-23T10:00:00Z"}
    await publish(redis, engine, [make_candidate(1, **given)])
    (one,) = await read_entrance(redis)
    assert (one.message_id, one.submitted_at.isoformat()) == (
        derive_id("mine", 1),
        "2026-11-23T10:00:00+00:00",
    )


async def test_what_was_ingested_before_is_left_out(redis, engine):
    ingest(engine, make_arrival(1))
    known, new = await publish(redis, engine, [make_candidate(1), make_candidate(2)])
    assert known.entry_id is None
    assert new.entry_id is not None
    assert await redis.xlen(ENTRANCE) == 1


async def test_another_revision_of_a_known_article_is_new(redis, engine):
    ingest(engine, make_arrival(1))
    (one,) = await publish(redis, engine, [make_candidate(1, "b")])
    assert one.entry_id is not None


async def test_a_revision_that_was_replaced_is_new_again(redis, engine):
    ingest(engine, make_arrival(1), make_arrival(1, "b", minute=5))
    (one,) = await publish(redis, engine, [make_candidate(1, "a")])
    assert one.entry_id is not None


async def test_the_same_content_twice_in_one_call_is_one_entry(redis, engine):
    published = await publish(redis, engine, [make_candidate(1), make_candidate(2), make_candidate(1)])
    assert [one.entry_id is not None for one in published] == [True, True, False]
    assert await redis.xlen(ENTRANCE) == 2


async def test_what_has_no_identity_is_handed_in_so_that_it_leaves_a_dead_letter(redis, engine):
    published = await publish(redis, engine, [NAMELESS, NAMELESS])
    assert await redis.xlen(ENTRANCE) == 2
    assert all(one.entry_id for one in published)


async def test_nothing_to_publish_is_no_error(redis, engine):
    assert await publish(redis, engine, []) == []


# Following to the end


def endings(engine: Engine, *waiting: Published) -> dict[str, tuple[Ending, str, str | None]]:
    found = find_ended(engine, waiting)
    return {one.candidate.origin: (one.ending, one.stage, one.reason) for one in found}


def test_an_article_on_its_way_has_not_ended(engine):
    ingest(engine, make_arrival(1))
    assert endings(engine, Published(make_candidate(1), "1-0")) == {}


@pytest.mark.parametrize(
    ("outcome", "stage", "reason", "ending"),
    [
        (Outcome.DONE, StageName.CLAIMS, None, Ending.DONE),
        (Outcome.SKIPPED, StageName.CLEAN, "only 3 words", Ending.SKIPPED),
        (Outcome.DEAD, StageName.ENTITIES, "failed 5 times", Ending.DEAD),
        (Outcome.SUPERSEDED, StageName.INGEST, None, Ending.SUPERSEDED),
    ],
)
def test_an_article_has_ended_where_the_ledger_says_so(engine, outcome, stage, reason, ending):
    with engine.begin() as tx:
        record_entries(tx, [make_entry(stage=stage, outcome=outcome, reason=reason)])
    ended = endings(engine, Published(make_candidate(1), "1-0"), Published(make_candidate(2), "2-0"))
    assert ended == {"1a.txt": (ending, stage, reason)}


def test_what_has_no_identity_is_found_among_the_dead_by_its_entry(engine):
    letter = make_letter(7, StageName.INGEST, article_id=None, revision=None, reason="content is a PDF file")
    with engine.begin() as tx:
        add_dead_letters(tx, [letter])
    ended = endings(engine, Published(NAMELESS, "7-0"), Published(make_candidate(1), "8-0"))
    assert ended == {"bad.bin": (Ending.DEAD, "ingest", "content is a PDF file")}


def test_what_was_known_before_has_its_end_from_then(engine):
    with engine.begin() as tx:
        record_entries(tx, [make_entry(stage=StageName.CLAIMS)])
    ended = endings(engine, Published(make_candidate(1), None))
    assert ended["1a.txt"][0] is Ending.DONE


def test_the_same_content_twice_ends_once(engine):
    """Told of the one that has the entry, also where both the ledger and a dead letter tell of it."""
    twin = Candidate("twin.txt", make_candidate(1).submission, make_candidate(1).ref)
    with engine.begin() as tx:
        record_entries(tx, [make_entry(outcome=Outcome.DEAD, reason="too large")])
        add_dead_letters(tx, [make_letter(1, StageName.INGEST, reason="too large")])
    ended = endings(engine, Published(make_candidate(1), "1-0"), Published(twin, None))
    assert ended == {"1a.txt": (Ending.DEAD, "ingest", "too large")}


# Dead letters on their way again

ALL = DeadFilter()


@pytest.fixture
def dead(engine: Engine) -> Engine:
    """Two dead letters of clean, and the dead end of the first in the ledger."""
    with engine.begin() as tx:
        record_entries(tx, [make_entry(stage=StageName.CLEAN, outcome=Outcome.DEAD)])
        add_dead_letters(tx, [make_letter(1, payload=b"one"), make_letter(2, payload=b"two")])
    return engine


def waiting(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return [row.entry_id for row in find_dead_letters(connection, ALL)]


async def read_payloads(redis: Redis) -> list[bytes]:
    return [fields[FIELD] for _, fields in await redis.xrange("article.ingested")]


async def test_a_letter_goes_back_to_its_stream_as_it_came(redis, dead):
    replayed = await replay(redis, dead, ALL)
    assert await read_payloads(redis) == [b"one", b"two"]
    entry_ids = [entry_id.decode() for entry_id, _ in await redis.xrange("article.ingested")]
    assert [(one.stage, one.entry_id) for one in replayed] == [("clean", one) for one in entry_ids]
    assert waiting(dead) == []


async def test_only_the_letters_asked_for_go_back(redis, dead):
    with dead.connect() as connection:
        second = find_dead_letters(connection, ALL)[1]
    await replay(redis, dead, DeadFilter(dead_ids=(second.dead_id,)))
    assert await read_payloads(redis) == [b"two"]
    assert waiting(dead) == ["1-0"]


async def test_a_replayed_letter_remembers_its_new_entry(redis, dead):
    replayed = await replay(redis, dead, ALL)
    with dead.connect() as connection:
        rows = find_dead_letters(connection, DeadFilter(replayed=True))
    assert [row.replayed_as for row in rows] == [one.entry_id for one in replayed]


async def test_the_dead_end_in_the_ledger_is_open_again(redis, dead):
    await replay(redis, dead, ALL)
    with dead.connect() as connection:
        assert find_ends(connection, [(derive_id("article", 1), "a")], StageName.CLAIMS) == {}


async def test_a_letter_cannot_be_replayed_twice(redis, dead):
    await replay(redis, dead, ALL)
    assert await replay(redis, dead, ALL) == []
    assert len(await read_payloads(redis)) == 2


async def test_a_mended_payload_goes_in_place_of_the_letters_own(redis, dead):
    mended = encode(make_ticket(1, "mended"))
    await replay(redis, dead, DeadFilter(reason="PDF"), mended)
    assert await read_payloads(redis) == [mended, mended]


@pytest.mark.parametrize(
    ("mended", "words"),
    [
        (b"not JSON", "the mended payload is not JSON"),
        (json.dumps({"text": "x"}).encode(), "the mended payload is not a valid ArticleIngested"),
    ],
)
async def test_a_mended_payload_that_is_no_message_is_refused_and_the_letter_stays(
    redis, dead, mended, words
):
    with pytest.raises(Unprocessable, match=words):
        await replay(redis, dead, ALL, mended)
    assert await read_payloads(redis) == []
    assert waiting(dead) == ["1-0", "2-0"]


async def test_where_redis_is_away_the_letters_stay(dead):
    away = Redis(port=1, retry=Retry(NoBackoff(), 0))
    with pytest.raises(RedisConnectionError):
        await replay(away, dead, ALL)
    await away.aclose()
    assert waiting(dead) == ["1-0", "2-0"]
