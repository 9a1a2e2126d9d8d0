"""How a result becomes the end of a delivery."""

from asyncio import CancelledError
from datetime import UTC, datetime

import pytest

from schemas import ArticleSubmitted, Outcome, Skipped, StageName, Unprocessable, derive_id, find_stage
from services.kit.work import Delivery, Job, attempt, carry, carry_on, describe, each, judge, refer
from tests.pipeline.stagehand import make_ticket

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
CLEAN = find_stage(StageName.CLEAN)
LIMIT = 3


def make_job(number: int = 1, delivered: int = 1) -> Job:
    return Job(make_ticket(number), "1764000000000-0", delivered, NOW)


def judged(result: object, delivered: int = 1):
    return judge(Delivery("1764000000000-0", {}, delivered), make_job(delivered=delivered), result, LIMIT)


def test_a_message_is_done():
    message = make_ticket(2)
    end = judged(message)
    assert (end.outcome, end.message, end.reason) == (Outcome.DONE, message, None)


def test_a_skip_is_skipped_with_its_reason():
    end = judged(Skipped(reason="no model for language 'fi'"))
    assert (end.outcome, end.reason) == (Outcome.SKIPPED, "no model for language 'fi'")
    assert end.message is None


def test_what_can_never_be_processed_is_dead_at_the_first_attempt():
    end = judged(Unprocessable("content is a PDF file"))
    assert (end.outcome, end.reason, end.exception) == (Outcome.DEAD, "content is a PDF file", None)


@pytest.mark.parametrize("delivered", range(1, LIMIT))
def test_any_other_failure_is_tried_again(delivered):
    assert judged(RuntimeError("the model is out of sorts"), delivered) is None


@pytest.mark.parametrize("delivered", [LIMIT, LIMIT + 1])
def test_a_failure_at_the_last_attempt_is_dead(delivered):
    end = judged(RuntimeError("the model is out of sorts"), delivered)
    assert end.outcome is Outcome.DEAD
    assert end.reason == f"failed {delivered} times: RuntimeError: the model is out of sorts"
    assert end.exception == "RuntimeError: the model is out of sorts"


@pytest.mark.parametrize("result", [None, "text", ArticleSubmitted(text="x")])
def test_a_result_of_the_wrong_kind_is_dead(result):
    """A stage that returns something else than a result is broken; trying again would not mend it."""
    end = judged(result)
    assert end.outcome is Outcome.DEAD
    assert end.reason.startswith(f"failed 1 times: {type(result).__name__}: ")


def test_an_exception_is_described_by_class_and_first_line():
    assert describe(ValueError("first\nsecond\nthird")) == "ValueError: first"


def test_an_exception_without_words_is_described_all_the_same():
    assert describe(KeyboardInterrupt()) == "KeyboardInterrupt: no message"
    assert describe(ValueError(" \n ")) == "ValueError: no message"


def test_a_description_is_short_and_can_be_stored():
    said = describe(ValueError("\0" + "x" * 9_000))
    assert len(said) == 500
    assert "\0" not in said


def test_each_job_has_a_result_of_its_own():
    """What one job raises is that job's result; the neighbours have theirs."""

    def compute(job):
        if job.message.content == "bad":
            raise ValueError("bad")
        return job.message.content

    jobs = [Job(make_ticket(1, content), "1-0", 1, NOW) for content in ("one", "bad", "three")]
    first, second, third = each(compute)(jobs)
    assert (first, third) == ("one", "three")
    assert isinstance(second, ValueError)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(3), CancelledError(), StopIteration()])
def test_what_would_stop_a_process_or_a_task_is_a_failure_like_any(error):
    """A document raised it, not an operator: those reach the main thread only."""

    def stop():
        raise error

    result = attempt(stop)
    assert describe(result).startswith(f"RuntimeError: {type(error).__name__} was raised")
    assert judged(result) is None


def test_a_submission_does_not_say_which_article_it_is():
    assert refer(ArticleSubmitted(text="x")) is None


def test_later_messages_say_which_article_they_are_about():
    ticket = make_ticket(1)
    assert refer(ticket) == (ticket.article_id, ticket.revision)


def test_work_done_twice_makes_the_same_message_id():
    ids = {carry_on(make_job(delivered=delivered), CLEAN)["message_id"] for delivered in (1, 2)}
    assert len(ids) == 1


def test_each_stage_makes_a_message_id_of_its_own():
    ids = {carry_on(make_job(), find_stage(stage))["message_id"] for stage in StageName}
    assert len(ids) == len(StageName)


def test_a_result_carries_what_its_job_knows():
    carried = carry(make_job(delivered=2), CLEAN, (derive_id("article", 1), "r1"), submitted_at=NOW)
    assert carried["attempt"] == 2
    assert carried["produced_at"] == NOW
    assert carried["traceparent"] == make_ticket(1).traceparent
