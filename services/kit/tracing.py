"""One trace for an article's whole way, carried in each message as W3C `traceparent`.

Spans go to the OpenTelemetry provider that is set up, if any; without one the ids are carried all the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

PROPAGATOR = TraceContextTextMapPropagator()


def configure_tracing() -> None:
    """Have ids made for new traces; keeps a provider that somebody else has set up."""
    if not isinstance(trace.get_tracer_provider(), TracerProvider):
        trace.set_tracer_provider(TracerProvider())


@contextmanager
def trace_step(name: str, traceparent: str | None) -> Iterator[str]:
    """A span named `name` below `traceparent`; yields the traceparent for what follows it."""
    parent = PROPAGATOR.extract({"traceparent": traceparent}) if traceparent else None
    with trace.get_tracer("copydesk").start_as_current_span(name, context=parent):
        carrier: dict[str, str] = {}
        PROPAGATOR.inject(carrier)
        yield carrier.get("traceparent", traceparent or "")
