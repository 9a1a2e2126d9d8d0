"""Errors as problem documents (RFC 9457), which name the field where one is to blame."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from math import ceil
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from redis.exceptions import OutOfMemoryError, RedisError
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from services.kit.reach import REDIS_AWAY
from services.store.engine import is_away

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = "5"
"""Seconds, where a server is away."""


class Problem(Exception):
    """An answer that is an error.

    `kind` is a slug that tells it from others of the same status; `errors` names the fields to blame, each
    `{"field", "message"}`.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        kind: str | None = None,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.kind = kind
        self.errors = tuple(errors)
        self.headers = dict(headers or {})

    def describe(self) -> dict[str, Any]:
        """The document."""
        document: dict[str, Any] = {
            "type": f"urn:copydesk:problem:{self.kind}" if self.kind else "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
        }
        return {**document, "errors": [dict(one) for one in self.errors]} if self.errors else document


def refuse_field(field: str, message: str) -> Problem:
    """A 422 that names the field."""
    return Problem(422, f"{field}: {message}", kind="invalid", errors=[{"field": field, "message": message}])


def refuse_full(reason: str, retry_after: float) -> Problem:
    """A 503: the house takes nothing more for now."""
    headers = {"Retry-After": str(max(1, ceil(retry_after)))}
    return Problem(503, f"the house is full: {reason}", kind="full", headers=headers)


def answer(problem: Problem) -> Response:
    """The problem as a response."""
    return JSONResponse(problem.describe(), problem.status, problem.headers, MEDIA_TYPE)


def read_validation(error: RequestValidationError) -> Problem:
    """What Pydantic says of a request, with the place of each error as a dotted name."""
    errors = [{"field": _name_field(one["loc"]), "message": str(one["msg"])} for one in error.errors()]
    first = errors[0]
    return Problem(422, f"{first['field']}: {first['message']}", kind="invalid", errors=errors)


def _name_field(place: Sequence[object]) -> str:
    parts = [str(part) for part in place]
    return ".".join(parts[1:] or parts)


def install_problems(app: FastAPI) -> None:
    """Have every error of the application answered by a problem document."""

    @app.exception_handler(Problem)
    async def on_problem(request: Request, problem: Problem) -> Response:
        return show(request, problem)

    @app.exception_handler(RequestValidationError)
    async def on_invalid(request: Request, error: RequestValidationError) -> Response:
        return show(request, read_validation(error))

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> Response:
        return show(request, Problem(error.status_code, str(error.detail), headers=error.headers))

    @app.exception_handler(DataError)
    async def on_value(request: Request, error: DataError) -> Response:
        log.warning("value_refused", path=request.url.path, error=type(error.orig).__name__)
        return show(request, Problem(422, "a value is one that the store cannot hold", kind="invalid"))

    @app.exception_handler(DBAPIError)
    async def on_store(request: Request, error: DBAPIError) -> Response:
        if not is_away(error):
            raise error
        log.warning("store_away", path=request.url.path)
        return show(request, _away("the store can't be reached"))

    @app.exception_handler(PoolTimeout)
    async def on_crowd(request: Request, error: PoolTimeout) -> Response:
        log.warning("store_crowded", path=request.url.path, error=type(error).__name__)
        return show(request, _away("the store is asked too much at once"))

    async def on_redis(request: Request, error: Exception) -> Response:
        if isinstance(error, OutOfMemoryError):
            log.warning("redis_full", path=request.url.path)
            return show(request, refuse_full("Redis is out of memory", 2.0))
        if not isinstance(error, REDIS_AWAY):
            raise error
        log.warning("redis_away", path=request.url.path)
        return show(request, _away("the queue can't be reached"))

    app.add_exception_handler(RedisError, on_redis)

    @app.exception_handler(Exception)
    async def on_fault(request: Request, error: Exception) -> Response:
        log.error("desk_fault", path=request.url.path, error=type(error).__name__)
        return show(request, Problem(500, "an error of the desk; its log says more"))


def _away(detail: str) -> Problem:
    return Problem(503, detail, kind="away", headers={"Retry-After": RETRY_AFTER})


def show(request: Request, problem: Problem) -> Response:
    """The problem as the one who asks can read it: a page for a person, else the document."""
    draw = getattr(request.app.state, "draw_problem", None)
    return draw(request, problem) if draw and wants_page(request) else answer(problem)


def wants_page(request: Request) -> bool:
    """Whether a person's browser asks for a page."""
    in_api = request.url.path.startswith("/api/")
    return not in_api and "text/html" in request.headers.get("accept", "")
