"""What nobody was given: whatever a cursor, a number or a moment holds, it is no fault of the desk."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from uuid import UUID

import pytest

NOBODY = str(UUID(int=7))
HUGE = (2**31, 2**63, -(2**63) - 1, 10**400)
"""Beyond 32 bits, beyond 64, and beyond what a float holds."""
MOMENTS = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-11-23T10:00:00", 10**18)
"""At the ends of time, without a zone, and as a number."""
CLAIMS = "/api/v1/claims"


def forge(order: str, position: object) -> str:
    return urlsafe_b64encode(f"{order}:{json.dumps(position)}".encode()).decode().rstrip("=")


def place(**changes: object) -> dict[str, object]:
    """A claim's place, in any order."""
    usual = {"check_worthiness": 0.5, "said_at": "2026-11-23T10:00:00Z", "article_id": NOBODY, "position": 1}
    return {**usual, "claim_id": NOBODY, "relevance": 0.5, "repetitions": 1, **changes}


def list_forged() -> Iterator[tuple[str, str]]:
    for number in HUGE:
        cluster = {"repetitions": number, "cluster_id": NOBODY}
        yield "/api/v1/dead-letters", forge("dead-letters", number)
        yield "/api/v1/entities", forge("entities", [number, NOBODY])
        yield "/api/v1/entities?name=brandt", forge("names", [number, NOBODY])
        yield "/api/v1/repeated", forge("repeated", cluster)
        for order in ("worth", "newest", "relevance", "repetition"):
            for changes in ({"position": number}, {"repetitions": number}):
                yield f"{CLAIMS}?q=fees&order={order}", forge(order, place(**changes))
    for moment in MOMENTS:
        yield "/api/v1/articles", forge("articles", [moment, NOBODY])
        yield "/articles", forge("newest", [moment, NOBODY])
        for order in ("worth", "newest"):
            yield f"{CLAIMS}?order={order}", forge(order, place(said_at=moment))
    for worth in (float("nan"), float("inf"), 10**400):
        for order in ("worth", "relevance"):
            changed = place(check_worthiness=worth, relevance=worth)
            yield f"{CLAIMS}?q=fees&order={order}", forge(order, changed)
            yield f"/claims?q=fees&order={order}", forge(order, changed)


async def test_a_forged_cursor_is_no_fault_of_the_desk(desk):
    wrong = []
    async with desk.client("operate") as client:
        for path, cursor in list_forged():
            answer = await client.get(f"{path}{'&' if '?' in path else '?'}cursor={cursor}")
            if answer.status_code not in (200, 422):
                wrong.append((path, read(cursor), answer.status_code))
                continue
            refused = answer.status_code == 422 and path.startswith("/api/")
            if refused and [one["field"] for one in answer.json().get("errors", [])] != ["cursor"]:
                wrong.append((path, read(cursor), answer.json()))
    assert not wrong, "\n".join(map(str, wrong))


def read(cursor: str) -> str:
    return urlsafe_b64decode(cursor + "==").decode()[:300]


PLACES = ("0", "-1", str(2**31), str(2**63), str(10**400), "1e400", "NaN")


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/dead-letters/{}",
        "/dead-letters/{}",
        "/dead-letters?before={}",
        "/api/v1/claims?limit={}",
        "/api/v1/claims?min_score={}",
        "/api/v1/claims?max_score={}",
        "/api/v1/claims/facets?values={}",
        "/api/v1/pipeline/history?hours={}",
        "/api/v1/pipeline/drops?hours={}",
    ],
)
async def test_a_number_that_no_store_holds_is_no_fault_of_the_desk(desk, path):
    async with desk.client("operate") as client:
        answers = {number: await client.get(path.format(number)) for number in PLACES}
    assert {number: one.status_code for number, one in answers.items() if one.status_code >= 500} == {}


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/claims?since={}",
        "/api/v1/claims?until={}",
        "/api/v1/claims/facets?since={}",
        "/api/v1/articles?since={}",
        "/claims?since={}",
        "/digest?date={}",
        "/claims.atom?since={}",
    ],
)
async def test_a_moment_at_the_end_of_time_is_no_fault_of_the_desk(desk, path):
    moments = ("0001-01-01", "9999-12-31", "0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-12:00")
    async with desk.client("operate") as client:
        answers = {moment: await client.get(path.format(moment)) for moment in moments}
    assert {moment: one.status_code for moment, one in answers.items() if one.status_code >= 500} == {}
