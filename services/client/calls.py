"""The calls as values: what is asked, and how the answer is read. Both clients send the same ones."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid4

import httpx
from pydantic import ValidationError

from schemas import ArticleSubmitted, Record
from services.client.errors import DeskError
from services.client.records import Article, Batch, DeadLetter, HandedIn, LedgerClaim, Page, Replayed

T = TypeVar("T")
M = TypeVar("M", bound=Record)
API = "/api/v1"


@dataclass(frozen=True)
class Call(Generic[T]):
    """A request, and what its answer is made into."""

    method: str
    path: str
    read: Callable[[httpx.Response], T]
    params: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def may_repeat(self) -> bool:
        """Whether sending it twice does no more than sending it once."""
        return self.method == "GET" or "Idempotency-Key" in self.headers


def publish(article: ArticleSubmitted) -> Call[HandedIn]:
    """Hand in one article. Sent again under the same key, so that a lost answer costs nothing."""
    return Call("POST", f"{API}/articles", _model(HandedIn), body=_dump(article), headers=_make_key())


def publish_batch(articles: Iterable[ArticleSubmitted]) -> Call[Batch]:
    """Hand in many."""
    return Call(
        "POST",
        f"{API}/articles/batch",
        _model(Batch),
        body=[_dump(article) for article in articles],
        headers=_make_key(),
    )


def read_article(article_id: UUID) -> Call[Article]:
    """An article and where it is."""
    return Call("GET", f"{API}/articles/{article_id}", _model(Article))


def find_claims(params: Mapping[str, object]) -> Call[tuple[list[LedgerClaim], str | None]]:
    """A page of claims, and the cursor of the next."""
    return Call("GET", f"{API}/claims", _page(Page[LedgerClaim]), write_params(params))


def find_dead_letters(params: Mapping[str, object]) -> Call[tuple[list[DeadLetter], str | None]]:
    """A page of dead letters, and the cursor of the next."""
    return Call("GET", f"{API}/dead-letters", _page(Page[DeadLetter]), write_params(params))


def replay(dead_id: int, payload: Mapping[str, Any] | None) -> Call[Replayed]:
    """Put a dead letter back on its stream, with the mended payload where one is given."""
    body = {} if payload is None else {"payload": json.dumps(payload, ensure_ascii=False)}
    return Call("POST", f"{API}/dead-letters/{dead_id}/replay", _model(Replayed), body=body)


def write_params(params: Mapping[str, object]) -> dict[str, str]:
    """Parameters as an address has them; what is None is left out."""
    return {name: _write(value) for name, value in params.items() if value is not None}


def _write(value: object) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _dump(article: ArticleSubmitted) -> dict[str, Any]:
    return article.model_dump(mode="json", exclude_none=True, exclude={"version", "traceparent"})


def _make_key() -> dict[str, str]:
    return {"Idempotency-Key": uuid4().hex}


def _model(model: type[M]) -> Callable[[httpx.Response], M]:
    def read(response: httpx.Response) -> M:
        return _parse(model, response)

    return read


def _page(model: type[Page[M]]) -> Callable[[httpx.Response], tuple[list[M], str | None]]:
    def read(response: httpx.Response) -> tuple[list[M], str | None]:
        page = _parse(model, response)
        return list(page.items), page.next_cursor

    return read


def _parse(model: type[M], response: httpx.Response) -> M:
    try:
        return model.model_validate_json(response.content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "the answer"
        detail = f"not the answer of a desk: {where}: {first['msg']}"
        raise DeskError(response.status_code, detail, {}) from error
