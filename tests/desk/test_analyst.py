"""The process behind *Try it*: what hangs or dies in it concerns nobody else."""

import asyncio

import pytest

from schemas import ArticleSubmitted
from services.desk.analyst import WAITING, Analyst
from services.desk.problems import Problem
from services.offline.results import Status


async def test_what_hangs_is_ended_and_the_next_one_is_served(monkeypatch):
    analyst = Analyst(seconds=0.5)
    _use(monkeypatch, HANGS_ON_HANG)
    with pytest.raises(Problem) as refused:
        await analyst.analyze(ArticleSubmitted(text="hang"))
    assert (refused.value.status, refused.value.kind) == (422, "too_long")
    assert (await analyst.analyze(ArticleSubmitted(text="go on"))).status is Status.SKIPPED
    await analyst.close()


async def test_what_kills_the_process_concerns_itself_alone(monkeypatch):
    analyst = Analyst()
    _use(monkeypatch, HANGS_ON_HANG)
    with pytest.raises(Problem) as refused:
        await analyst.analyze(ArticleSubmitted(text="die"))
    assert refused.value.status == 500
    assert (await analyst.analyze(ArticleSubmitted(text="go on"))).status is Status.SKIPPED
    await analyst.close()


async def test_too_many_at_once_are_asked_to_come_again(monkeypatch):
    analyst = Analyst()
    _use(monkeypatch, HANGS_ON_HANG)
    asked = [analyst.analyze(ArticleSubmitted(text="slow")) for _ in range(WAITING + 3)]
    ends = await asyncio.gather(*asked, return_exceptions=True)
    refused = [end for end in ends if isinstance(end, Problem)]
    assert [(one.status, one.kind) for one in refused] == [(503, "busy")] * 2
    assert all(one.headers["Retry-After"] for one in refused)
    await analyst.close()


async def test_a_process_without_work_ends(monkeypatch):
    analyst = Analyst(idle_after=0.1)
    _use(monkeypatch, HANGS_ON_HANG)
    await analyst.analyze(ArticleSubmitted(text="go on"))
    process = analyst._process
    await asyncio.wait_for(process.wait(), 10)
    assert (await analyst.analyze(ArticleSubmitted(text="go on"))).status is Status.SKIPPED
    await analyst.close()


async def test_a_request_that_is_given_up_leaves_no_answer_for_the_next(monkeypatch):
    analyst = Analyst()
    _use(monkeypatch, HANGS_ON_HANG)
    await analyst.analyze(ArticleSubmitted(text="go on"))
    given_up = asyncio.create_task(analyst.analyze(ArticleSubmitted(text="slow")))
    await asyncio.sleep(0.1)
    given_up.cancel()
    await asyncio.wait([given_up])
    assert (await analyst.analyze(ArticleSubmitted(text="go on"))).reason == "go on"
    await analyst.close()


HANGS_ON_HANG = """
import json, os, sys, time
print("ready", flush=True)
for line in sys.stdin:
    text = json.loads(line)["text"]
    if text == "hang": time.sleep(600)
    if text == "slow": time.sleep(0.4)
    if text == "die": os._exit(9)
    print(json.dumps({"id": "given", "status": "skipped", "reason": text}), flush=True)
"""
"""A process that keeps to the protocol and fails in ways that no document of ours makes the real one fail."""


def _use(monkeypatch, code: str) -> None:
    monkeypatch.setattr("services.desk.analyst.COMMAND", ("-c", code))
