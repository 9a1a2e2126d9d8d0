"""The OpenAPI document: what every operation may answer besides its own."""

from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, ConfigDict, Field

from services.desk.formats import API, MEDIA_TYPES, Form
from services.desk.problems import MEDIA_TYPE

Answers = dict[int | str, dict[str, Any]]


class FieldProblem(BaseModel):
    """A field that is to blame."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    field: str
    """Its name, with dots into what is nested."""
    message: str
    """What is wrong with it."""


class ProblemDocument(BaseModel):
    """An error (RFC 9457)."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    type: str
    """`urn:copydesk:problem:…`, or `about:blank` where the status says it all."""
    title: str
    """The status in words."""
    status: int = Field(ge=400, le=599)
    detail: str
    """What happened, and what to do about it."""
    errors: list[FieldProblem] = []
    """The fields that are to blame."""


_MEANINGS = {
    400: "The request is broken, or asks for a host that is not the desk's.",
    401: "A token is wanted, or the one given is not known.",
    403: "The token has not the scope, or another site's page asks.",
    404: "There is no such thing.",
    406: "It is not to be had in the form asked for.",
    409: "It stands in the way of what is there already.",
    413: "The request is too large.",
    415: "The body is of a kind that is not taken.",
    422: "A field is wrong; `errors` names it.",
    429: "Too many requests; Retry-After says when to come again.",
    500: "An error of the desk.",
    503: "The house is full, or a server is away; Retry-After says when to come again.",
}
_ALWAYS = (400, 401, 403, 413, 422, 429, 500, 503)
_RETRY = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "string"}}}
_REFERENCE = {"$ref": "#/components/schemas/ProblemDocument"}


def problems(*statuses: int) -> Answers:
    """The errors that an operation answers with, for its documentation."""
    return {status: _describe(status) for status in statuses}


def _describe(status: int) -> dict[str, Any]:
    described: dict[str, Any] = {
        "description": _MEANINGS[status],
        "content": {MEDIA_TYPE: {"schema": _REFERENCE}},
    }
    if status == 400:
        # What asks for another host is answered before anything is known of it.
        described["content"]["text/plain"] = {"schema": {"type": "string"}}
    return {**described, "headers": _RETRY} if status in (429, 503) else described


def cached(*statuses: int) -> Answers:
    """The answers of an operation with an ETag, and these errors."""
    tag = {"ETag": {"description": "Changes with the answer.", "schema": {"type": "string"}}}
    unchanged = {"description": "As the caller has it (If-None-Match).", "headers": tag}
    return {200: {"headers": tag}, 304: unchanged, **problems(*statuses)}


def listed(model: type[BaseModel], *statuses: int) -> Answers:
    """The answers of an operation that gives a list, as JSON, JSON Lines or CSV."""
    answers = cached(406, *statuses)
    link = {"Link": {"description": 'The next page, as rel="next".', "schema": {"type": "string"}}}
    line = {"schema": {"type": "string", "description": f"A {model.__name__} a line."}}
    content = {MEDIA_TYPES[Form.JSONL]: line, MEDIA_TYPES[Form.CSV]: {"schema": {"type": "string"}}}
    answers[200] = {"headers": {**answers[200]["headers"], **link}, "content": content}
    return answers


def install_documentation(app: FastAPI) -> None:
    """Have the application's OpenAPI document name the problems of every operation."""

    def build() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = build  # type: ignore[method-assign]  # as FastAPI documents it


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title,
        version=app.version,
        openapi_version=app.openapi_version,
        description=app.description,
        routes=app.routes,
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    made = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(made.pop("$defs"))
    schemas["ProblemDocument"] = made
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for operation in _list_operations(document):
        operation["summary"] = operation["description"].partition(".")[0].partition(":")[0]
    for operation in _list_operations(document, f"{API}/"):
        operation["responses"].update({str(one): _describe(one) for one in _ALWAYS})
        operation["responses"] = dict(sorted(operation["responses"].items()))
    return document


def _list_operations(document: dict[str, Any], below: str = "/") -> Iterable[dict[str, Any]]:
    paths = document["paths"].items()
    return [one for path, operations in paths if path.startswith(below) for one in operations.values()]
