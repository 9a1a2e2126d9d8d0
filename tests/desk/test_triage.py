"""What people judge of claims: in the store, over HTTP, and by a form."""

from concurrent.futures import ThreadPoolExecutor, wait
from uuid import uuid4

import pytest

from services.store.claims import ClaimFilter, find_claims, save_claims
from services.store.triage import (
    Judgement,
    TriageFilter,
    TriageState,
    count_states,
    read_current,
    read_history,
    read_judged,
    save_judgement,
)
from tests.desk.rows import save_story
from tests.integration.records import make_detected

PERSON = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}


def judge(engine, claim, state=None, note=None, who="marta"):
    with engine.begin() as tx:
        return save_judgement(tx, Judgement(claim.claim_id, who, state, note))


def list_texts(engine, triage):
    with engine.connect() as tx:
        return {row.text for row in find_claims(tx, ClaimFilter(triage=triage))}


def test_the_newest_judgement_counts_and_all_are_kept(engine):
    story = save_story(engine)
    judge(engine, story.outer, TriageState.TO_CHECK, "call the board")
    judge(engine, story.outer, TriageState.CHECKED, who="olga")
    with engine.connect() as tx:
        history = read_history(tx, story.outer.claim_id)
        now = read_current(tx, [story.outer.claim_id, story.inner.claim_id])
    assert [(row.state, row.judged_by) for row in history] == [("checked", "olga"), ("to_check", "marta")]
    assert (now[story.outer.claim_id].state, now[story.outer.claim_id].note) == ("checked", "call the board")
    assert story.inner.claim_id not in now


def test_saying_the_same_again_adds_nothing(engine):
    story = save_story(engine)
    judge(engine, story.outer, TriageState.CHECKED)
    judge(engine, story.outer, TriageState.CHECKED)
    with engine.connect() as tx:
        assert len(read_history(tx, story.outer.claim_id)) == 1


def test_claims_are_found_by_what_was_judged(engine):
    story = save_story(engine)
    judge(engine, story.outer, TriageState.TO_CHECK)
    judge(engine, story.inner, TriageState.NOT_WORTH)
    judge(engine, story.denied, TriageState.CHECKED)
    judge(engine, story.denied, TriageState.OPEN)
    assert list_texts(engine, TriageFilter.TO_CHECK) == {story.outer.text}
    assert list_texts(engine, TriageFilter.NOT_WORTH) == {story.inner.text}
    assert list_texts(engine, TriageFilter.OPEN) == {story.denied.text, "It may close in May"}
    assert len(list_texts(engine, TriageFilter.ANY)) == len(list_texts(engine, None)) == 4
    with engine.connect() as tx:
        assert count_states(tx) == {"to_check": 1, "checked": 0, "not_worth": 1}
        assert [row.text for row in read_judged(tx, TriageState.TO_CHECK)] == [story.outer.text]


def test_a_judgement_survives_that_the_article_is_read_again(engine):
    """Ids of claims derive from what they are; and what was judged of one that went is kept."""
    story = save_story(engine)
    judge(engine, story.outer, TriageState.CHECKED)
    with engine.begin() as tx:
        save_claims(tx, [make_detected(story.inner)])
    assert list_texts(engine, TriageFilter.CHECKED) == set()
    with engine.begin() as tx:
        assert len(read_history(tx, story.outer.claim_id)) == 1
        save_claims(tx, [make_detected(story.outer)])
    assert list_texts(engine, TriageFilter.CHECKED) == {story.outer.text}


def test_of_two_who_judge_at_once_neither_takes_back_what_the_other_says(engine):
    """One chooses a state while the other writes a note: both count."""
    story = save_story(engine)
    with ThreadPoolExecutor() as threads, engine.begin() as tx:
        save_judgement(tx, Judgement(story.outer.claim_id, "marta", TriageState.TO_CHECK))
        other = threads.submit(judge, engine, story.outer, note="call the board", who="olga")
        wait([other], timeout=1)
        tx.commit()
        assert (other.result().state, other.result().note) == ("to_check", "call the board")


def test_what_is_no_claim_is_not_judged(engine):
    with engine.begin() as tx:
        assert save_judgement(tx, Judgement(uuid4(), "marta", TriageState.CHECKED)) is None


async def test_a_claim_is_judged_over_http(desk, engine):
    story = save_story(engine)
    path = f"/api/v1/claims/{story.outer.claim_id}/triage"
    async with desk.client("submit") as client:
        assert (await client.get(path)).json()["state"] == "open"
        answer = await client.post(path, json={"state": "to_check", "note": "call"})
        assert answer.status_code == 200
        assert (answer.json()["state"], answer.json()["note"]) == ("to_check", "call")
        assert answer.json()["history"][0]["judged_by"] == "submit-desk"
        found = (await client.get("/api/v1/claims", params={"triage": "to_check"})).json()["items"]
        assert [(one["text"], one["triage"]["state"]) for one in found] == [(story.outer.text, "to_check")]
        one = (await client.get(f"/api/v1/claims/{story.inner.claim_id}")).json()
        assert one["triage"] is None


@pytest.mark.parametrize(
    ("said", "status"),
    [({}, 422), ({"state": "true"}, 422), ({"note": "x" * 5_000}, 422), ({"state": "open", "by": "x"}, 422)],
)
async def test_what_is_no_judgement_is_refused(desk, engine, said, status):
    story = save_story(engine)
    async with desk.client("submit") as client:
        answer = await client.post(f"/api/v1/claims/{story.outer.claim_id}/triage", json=said)
    assert answer.status_code == status


async def test_judging_needs_its_scope(desk, engine):
    story = save_story(engine)
    path = f"/claims/{story.outer.claim_id}/triage"
    for scope, status in ((None, 401), ("read", 403)):
        async with desk.client(scope) as client:
            assert (await client.post(f"/api/v1{path}", json={"state": "checked"})).status_code == status
            assert (await client.post(path, data={"state": "checked"})).status_code == status
    with engine.connect() as tx:
        assert not read_history(tx, story.outer.claim_id)


async def test_no_claim_no_judgement(desk, engine):
    async with desk.client("submit") as client:
        for path in (f"/api/v1/claims/{uuid4()}/triage", f"/claims/{uuid4()}/triage"):
            given = {"json": {"state": "checked"}} if "api" in path else {"data": {"state": "checked"}}
            assert (await client.post(path, **given)).status_code == 404


async def test_a_form_judges_and_leads_back(desk, engine):
    story = save_story(engine)
    path = f"/claims/{story.outer.claim_id}/triage"
    async with desk.client("submit", headers=PERSON) as client:
        answer = await client.post(path, data={"state": "checked", "next": "/claims?triage=open"})
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/claims?triage=open#c-{story.outer.claim_id}"
        await client.post(path, data={"note": "wrong by 2 million"})
        page = await client.get(f"/claims/{story.outer.claim_id}")
    assert "wrong by 2 million" in page.text
    assert story.outer.text not in list_texts(engine, TriageFilter.OPEN)


async def test_a_form_leads_to_no_other_site(desk, engine):
    story = save_story(engine)
    async with desk.client("submit", headers=PERSON) as client:
        answer = await client.post(
            f"/claims/{story.outer.claim_id}/triage",
            data={"state": "checked", "next": "https://attacker.example/"},
        )
    assert answer.headers["location"].startswith(f"/claims/{story.outer.claim_id}")


async def test_another_sites_page_judges_nothing(desk, engine):
    story = save_story(engine)
    path = f"/claims/{story.outer.claim_id}/triage"
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://attacker.example"}):
        async with desk.client("submit", headers=headers) as client:
            assert (await client.post(path, data={"state": "checked"})).status_code == 403
            assert (await client.post(f"/api/v1{path}", json={"state": "checked"})).status_code == 403
