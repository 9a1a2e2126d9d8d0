"""One trace goes with an article through the house."""

import re

import pytest

from services.kit.tracing import configure_tracing, trace_step

NEW = r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}"
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture(autouse=True)
def _tracing() -> None:
    configure_tracing()


def test_a_step_goes_on_in_the_trace_it_was_given():
    with trace_step("copydesk.clean", PARENT) as traceparent:
        version, trace, span, _ = traceparent.split("-")
    assert (version, trace) == ("00", "0af7651916cd43dd8448eb211c80319c")
    assert span != "b7ad6b7169203331"


def test_a_step_without_a_trace_begins_one():
    with trace_step("copydesk.publish", None) as traceparent:
        assert re.fullmatch(NEW, traceparent)


def test_two_beginnings_are_two_traces():
    with trace_step("copydesk.publish", None) as first:
        pass
    with trace_step("copydesk.publish", None) as second:
        pass
    assert first.split("-")[1] != second.split("-")[1]


@pytest.mark.parametrize("nonsense", ["", "garbage", "00-0-0-00", "\0", PARENT.replace("0af", "xyz")])
def test_nonsense_from_a_publisher_begins_a_trace_of_its_own(nonsense):
    with trace_step("copydesk.ingest", nonsense) as traceparent:
        assert re.fullmatch(NEW, traceparent)


def test_configuring_twice_keeps_the_provider_that_is_there():
    from opentelemetry import trace

    before = trace.get_tracer_provider()
    configure_tracing()
    assert trace.get_tracer_provider() is before
