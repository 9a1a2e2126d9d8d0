"""What both clients share: the settings of the connection, and the memory of a stream."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from httpx_sse import ServerSentEvent

from services.client.calls import API, Call, write_params
from services.client.errors import DeskAway, read_problem
from services.client.patience import LOST, Patience
from services.client.records import LedgerClaim

STREAM = f"{API}/claims/stream"
QUIET = 60.0
"""Seconds without a word, not even a heartbeat, after which a stream counts as broken."""


def make_options(address: str, token: str | None, timeout: float) -> dict[str, Any]:
    """Options of an httpx client."""
    headers = {"User-Agent": "copydesk-client", "Accept": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    return {"base_url": address, "headers": headers, "timeout": timeout, "follow_redirects": True}


def make_request(http: httpx.Client | httpx.AsyncClient, call: Call[Any]) -> httpx.Request:
    """The request of a call."""
    return http.build_request(
        call.method, call.path, params=dict(call.params), json=call.body, headers=dict(call.headers)
    )


@dataclass
class Trying:
    """A call that is sent until it is answered, or patience ends."""

    call: Call[Any]
    patience: Patience
    tried: int = 0

    def find_wait(self, said: httpx.Response | httpx.TransportError) -> float:
        """Seconds until the next try; raises where there is none, as where it may have been carried out."""
        self.tried += 1
        response = said if isinstance(said, httpx.Response) else None
        is_free = self.call.may_repeat or (response is not None and response.status_code not in LOST)
        wait = self.patience.find_wait(self.tried, response) if is_free else None
        if wait is not None:
            return wait
        raise read_problem(response) if response is not None else DeskAway(str(said))


@dataclass
class Listening:
    """A stream of claims that may break and go on."""

    params: Mapping[str, object]
    patience: Patience
    last_event_id: str | None = None
    broken: int = 0
    """How often in a row it broke without a claim between."""

    def options(self) -> dict[str, Any]:
        """Options of the request that begins it, or goes on with it."""
        headers = {"Last-Event-ID": self.last_event_id} if self.last_event_id else {}
        return {"params": write_params(self.params), "headers": headers, "timeout": QUIET}

    def find_wait(self, response: httpx.Response | None) -> float:
        """Seconds until it is begun again; raises where it is not. The answer is a problem's, if any came."""
        self.broken += 1
        wait = self.patience.find_wait(self.broken, response)
        if wait is not None:
            return wait
        raise read_problem(response) if response is not None else DeskAway("the stream broke")

    def hear(self, event: ServerSentEvent) -> LedgerClaim | None:
        """The claim of an event, if it brings one; where it stood is remembered."""
        if event.id:
            self.last_event_id = event.id
        self.broken = 0
        return LedgerClaim.model_validate_json(event.data) if event.event == "claim" else None
