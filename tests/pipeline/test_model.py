"""The hop, the lease, the clearing of consumers, the cutting of streams and the lag against a simple model.

The model is in `model.py`, what plays against it in `machine.py`. Each of FAULTS makes the same play fail:
without that, its passing would say nothing.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from services.control import consumers, probe, trimming
from services.embedded import Addresses
from services.kit import hop, lease
from tests.pipeline.machine import Desk
from tests.servers import on_each_server

PLAY = settings(
    max_examples=50,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def desk(servers: Addresses, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Desk]]:
    """The machine on a server; consumers count as silent at once, so that only what is said protects them."""
    monkeypatch.setattr(consumers, "SILENT_AFTER", -1.0)
    Desk.url = servers.redis_url
    Desk.loop = asyncio.new_event_loop()
    yield Desk
    Desk.loop.close()


@on_each_server
def test_whatever_happens_in_whatever_order_the_server_agrees_with_the_model(desk: type[Desk]) -> None:
    """Nothing is lost, each result is handed on once, nobody loses what is his, and the lag is true."""
    run_state_machine_as_test(desk, settings=PLAY)


# Most are noticed in the first games. What Hypothesis plays differs with the modules that are loaded.
UNTIL_NOTICED = settings(PLAY, max_examples=150, phases=[Phase.generate])


@dataclass(frozen=True)
class Fault:
    """A change of one name in one module."""

    what: str
    module: ModuleType
    name: str
    change: Callable[[Any], Any]

    def __str__(self) -> str:
        return self.what


def swap(old: str, new: str) -> Callable[[str], str]:
    """The same script but for one piece, which must be there."""

    def change(script: str) -> str:
        assert script.count(old) == 1
        return script.replace(old, new)

    return change


async def find_nobody(*_: object) -> set[str]:
    return set()


async def believe_the_server(*arguments: Any) -> tuple[int, bool]:
    return int(arguments[3]["lag"] or 0), True


FAULTS = [
    Fault("a hop that hands on what it did not acknowledge", hop, "SCRIPT", swap("== 1", ">= 0")),
    Fault("a hop that hands nothing on", hop, "SCRIPT", swap("~= ''", "== 'never'")),
    Fault("a touch of what another has taken over", lease, "TOUCH", swap("#mine == 1", "#mine >= 0")),
    Fault("a touch that counts as a delivery", lease, "TOUCH", swap("'JUSTID'", "'FORCE'")),
    Fault("a release that keeps the entry for itself", lease, "LONG_AGO", lambda _: 0),
    Fault(
        "a cut by length",
        trimming,
        "SCRIPT",
        swap("'MINID', keep), unread", "'MAXLEN', 8), unread"),
    ),
    Fault(
        "a cut that forgets what is pending",
        trimming,
        "SCRIPT",
        swap("pending[1] > 0 and pending[2] or nil", "nil"),
    ),
    Fault(
        "a cut that forgets foreign groups",
        trimming,
        "SCRIPT",
        swap("if needs and (not keep", "if needs and own[group['name']] and (not keep"),
    ),
    Fault(
        "a cut that lets a foreign group hold the stream for ever",
        trimming,
        "SCRIPT",
        swap("needs = ARGV[1]", "needs = needs"),
    ),
    Fault("a cut that is silent", trimming, "SCRIPT", swap("unread + #passed", "0")),
    Fault("a cut that compares ids as text", trimming, "SCRIPT", swap("#as ~= #bs", "false")),
    Fault(
        "a consumer deleted with what was pending for it",
        consumers,
        "SCRIPT",
        swap("> 0 then return 0 end", "> 9 then return 0 end"),
    ),
    Fault("a live consumer deleted", consumers, "_find_alive", lambda _: find_nobody),
    Fault("a probe that believes XINFO after a deletion", probe, "_count_lag", lambda _: believe_the_server),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_the_model_notices(fault: Fault, desk: type[Desk], monkeypatch: pytest.MonkeyPatch) -> None:
    """The same play, longer, fails, by what it holds against the server and not by an error of its own."""
    monkeypatch.setattr(fault.module, fault.name, fault.change(getattr(fault.module, fault.name)))
    with pytest.raises(AssertionError):
        run_state_machine_as_test(desk, settings=UNTIL_NOTICED)
