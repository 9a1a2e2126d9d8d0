"""One trace for an article's whole way, carried in each message as W3C `traceparent`.

Spans go to the OpenTelemetry provider that is set up, if any; without one only the ids are carried.
"""

import re
from collections.abc import Callable
from functools import partial
from random import getrandbits

from opentelemetry import trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

PROPAGATOR = TraceContextTextMapPropagator()
_GIVEN = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})")
SAMPLED = "01"


def trace_step(name: str, traceparent: str | None) -> str:
    """Leave a span named `name` below `traceparent`; returns the traceparent for what follows it."""
    return trace_steps(name)(traceparent)


def trace_steps(name: str) -> Callable[[str | None], str]:
    """`trace_step` for many traces: whether there is a provider is asked once."""
    if isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):
        return next_traceparent
    return partial(_record, name)


def _record(name: str, traceparent: str | None) -> str:
    parent = PROPAGATOR.extract({"traceparent": traceparent}) if traceparent else None
    with trace.get_tracer("copydesk").start_as_current_span(name, context=parent):
        carrier: dict[str, str] = {}
        PROPAGATOR.inject(carrier)
        return carrier.get("traceparent") or next_traceparent(traceparent)


def next_traceparent(traceparent: str | None) -> str:
    """A new span id in the trace that was given, or in a new one. A recorded span costs twenty times this."""
    given = _GIVEN.fullmatch(traceparent) if traceparent else None
    trace_id, flags = given.groups() if given else (f"{getrandbits(128):032x}", SAMPLED)
    return f"00-{trace_id}-{getrandbits(64):016x}-{flags}"
