"""The client for programs that wait."""

import time
from collections.abc import Iterable, Iterator, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar
from uuid import UUID

import httpx
from httpx_sse import connect_sse

from schemas import ArticleSubmitted
from services.client import calls
from services.client.calls import Call
from services.client.connection import STREAM, Listening, Trying, make_options, make_request
from services.client.errors import NotEnded
from services.client.patience import PATIENCE, Patience
from services.client.records import Article, DeadLetter, HandedIn, LedgerClaim, Replayed, State, name_article

T = TypeVar("T")


class Client:
    """Calls of the desk's API. Every call raises DeskError for a problem, DeskAway where nobody answers."""

    def __init__(
        self, address: str, token: str | None = None, timeout: float = 30.0, patience: Patience = PATIENCE
    ) -> None:
        self._http = httpx.Client(**make_options(address, token, timeout))
        self._patience = patience

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def publish(self, **fields: Any) -> HandedIn:  # noqa: ANN401 (each has a type of its own)
        """Hand in an article; the fields are those of `schemas.ArticleSubmitted`."""
        return self._send(calls.publish(ArticleSubmitted(**fields)))

    def publish_batch(self, articles: Iterable[ArticleSubmitted]) -> tuple[HandedIn, ...]:
        """Hand in many (10,000 at most); what became of each, in their order."""
        return self._send(calls.publish_batch(articles)).items

    def read_article(self, article_id: UUID) -> Article:
        """An article and where it is."""
        return self._send(calls.read_article(article_id))

    def follow(self, article: HandedIn | UUID, within: float = 120.0, every: float = 0.5) -> Article:
        """The article at its end. Raises NotEnded where it has not come to it `within` seconds."""
        article_id = name_article(article)
        deadline = time.monotonic() + within
        while (found := self.read_article(article_id)).state is State.WAITING:
            if time.monotonic() > deadline:
                raise NotEnded(f"article {article_id} is still on its way after {within:g} s")
            time.sleep(every)
        return found

    def find_claims(self, **params: object) -> Iterator[LedgerClaim]:
        """All claims of a search, read page by page; the parameters are those of /api/v1/claims."""
        cursor: Any = params.pop("cursor", None)
        while True:
            found, cursor = self._send(calls.find_claims({**params, "cursor": cursor}))
            yield from found
            if cursor is None:
                return

    def stream_claims(self, last_event_id: str | None = None, **params: object) -> Iterator[LedgerClaim]:
        """Claims as they are found, without end; a stream that breaks goes on where it was."""
        listening = Listening(params, self._patience, last_event_id)
        while True:
            problem = None
            try:
                with connect_sse(self._http, "GET", STREAM, **listening.options()) as source:
                    if source.response.is_error:
                        source.response.read()
                        problem = source.response
                    else:
                        for event in source.iter_sse():
                            if (claim := listening.hear(event)) is not None:
                                yield claim
            except httpx.TransportError:
                pass  # it goes on where it was
            time.sleep(listening.find_wait(problem))

    def find_dead_letters(self, **params: object) -> Iterator[DeadLetter]:
        """All dead letters; the parameters are those of /api/v1/dead-letters."""
        cursor: Any = params.pop("cursor", None)
        while True:
            found, cursor = self._send(calls.find_dead_letters({**params, "cursor": cursor}))
            yield from found
            if cursor is None:
                return

    def replay(self, dead_id: int, payload: Mapping[str, Any] | None = None) -> Replayed:
        """Put a dead letter back on its stream, with the mended payload where one is given."""
        return self._send(calls.replay(dead_id, payload))

    def _send(self, call: Call[T]) -> T:
        trying = Trying(call, self._patience)
        while True:
            try:
                response = self._http.send(make_request(self._http, call))
                if not response.is_error:
                    return call.read(response)
                wait = trying.find_wait(response)
            except httpx.TransportError as error:
                wait = trying.find_wait(error)
            time.sleep(wait)
