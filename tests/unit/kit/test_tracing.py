"""One trace goes with an article through the house."""

import re
from collections.abc import Sequence

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider

from services.kit.tracing import trace_step

NEW = r"00-[0-9a-f]{32}-[0-9a-f]{16}-0[13]"
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"


class Kept(SpanProcessor):
    """Spans in memory."""

    def __init__(self) -> None:
        self.spans: list[ReadableSpan] = []

    def on_end(self, span: ReadableSpan) -> None:
        self.spans.append(span)


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Sequence[ReadableSpan]:
    """What a provider that is set up was given; only for one test, which OpenTelemetry itself cannot do."""
    kept, provider = Kept(), TracerProvider()
    provider.add_span_processor(kept)
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    return kept.spans


def test_a_step_goes_on_in_the_trace_it_was_given():
    """With a span of its own, and sampled or not as before."""
    version, trace_id, span, flags = trace_step("copydesk.clean", PARENT).split("-")
    assert (version, trace_id, flags) == ("00", "0af7651916cd43dd8448eb211c80319c", "00")
    assert re.fullmatch("[0-9a-f]{16}", span)
    assert span != "b7ad6b7169203331"


def test_a_step_without_a_trace_begins_one():
    assert re.fullmatch(NEW, trace_step("copydesk.publish", None))


def test_two_beginnings_are_two_traces():
    first, second = trace_step("copydesk.publish", None), trace_step("copydesk.publish", None)
    assert first.split("-")[1] != second.split("-")[1]


NONSENSE = ["", "garbage", "00-0-0-00", "\0", PARENT.replace("0af", "xyz")]
ZEROS = [f"00-{0:032x}-{1:016x}-01", f"00-{1:032x}-{0:016x}-01"]


@pytest.mark.parametrize("nonsense", [*NONSENSE, *ZEROS])
def test_nonsense_from_a_publisher_begins_a_trace_of_its_own(nonsense):
    assert re.fullmatch(NEW, trace_step("copydesk.ingest", nonsense))


def test_spans_go_to_the_provider_that_is_set_up(spans):
    traceparent = trace_step("copydesk.clean", PARENT.replace("-00", "-01"))
    (span,) = spans
    assert (span.name, f"{span.parent.span_id:x}") == ("copydesk.clean", "b7ad6b7169203331")
    assert traceparent.split("-")[2] == f"{span.context.span_id:016x}"


@pytest.mark.parametrize("nonsense", [None, *NONSENSE])
def test_with_a_provider_nonsense_begins_a_trace_too(spans, nonsense):
    assert re.fullmatch(NEW, trace_step("copydesk.ingest", nonsense))
    assert spans[0].parent is None
