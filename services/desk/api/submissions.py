"""Articles are handed in: one, many, or a file of them."""

import asyncio
import base64
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from fastapi import APIRouter, Body, File, Form, Header, Request, Response, UploadFile
from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from schemas import ArticleSubmitted
from schemas.record import Record
from services.control.publication import Candidate
from services.desk.callers import Submitter
from services.desk.claim_query import Moment
from services.desk.documentation import problems
from services.desk.entrance import Fate, Handed, Refusal, examine, examine_all, hand_in
from services.desk.formats import MEDIA_TYPES, NAMES_OF_JSONL
from services.desk.formats import Form as Written
from services.desk.house import House, InHouse
from services.desk.idempotency import IdempotencyKey, answer_once
from services.desk.problems import Problem, refuse_field
from services.desk.uploads import digest_file, find_in_file, name_file, save_file
from services.ingest import Defaults, Read
from services.ingest.decoding import repair
from services.ingest.files import Reader
from services.ingest.json_records import find_in_document, find_in_lines
from services.ingest.records import NO_DEFAULTS, Found
from services.kit.wire import encode

router = APIRouter(tags=["submissions"])
MOST = 10_000
"""Articles of one request."""
ERRORS = 100
"""Refusals that a problem document names."""
INTERNAL = ("version", "traceparent")
"""Of a message, what is no publisher's to say here; a trace is given by the header of that name."""
Traceparent = Annotated[str | None, Header(description="W3C Trace Context of the caller.", max_length=256)]

EXAMPLE = {
    "text": "The mayor of Port Halvern said on Monday that the pier would reopen in May.",
    "url": "https://herald.example/2026/pier-to-reopen",
    "source": "The Herald",
    "title": "Pier to reopen in May",
    "published_at": "2026-03-02T08:30:00+01:00",
}

_FIELDS: dict[str, Any] = {
    name: (field.annotation, field)
    for name, field in ArticleSubmitted.model_fields.items()
    if name not in INTERNAL
}
Submission: type[BaseModel] = create_model(
    "Submission",
    __base__=Record,
    __doc__="An article: one of text, html or raw, or only the url at which it is.",
    **_FIELDS,
)


class Batch(BaseModel):
    """What became of many articles."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    accepted: int
    known: int
    """Handed in before, by the same content: no work is done twice."""
    refused: int
    full: int
    """For which there was no room: hand them in again after Retry-After seconds."""
    items: list[Handed]
    """Each, in the order given."""


_ACCEPTED: dict[int | str, dict[str, Any]] = {
    202: {
        "description": "Accepted, or known before. Nothing that is accepted is lost.",
        "headers": {
            "Location": {"description": "The article.", "schema": {"type": "string"}},
        },
    }
}
_LATER = {"Retry-After": {"description": "Where some found no room.", "schema": {"type": "string"}}}
_TAKEN: dict[int | str, dict[str, Any]] = {
    202: {"description": "What became of each.", "headers": _LATER},
}


@router.post(
    "/articles", status_code=202, response_model=Handed, responses={**_ACCEPTED, **problems(409, 422)}
)
async def post_article(
    request: Request,
    house: InHouse,
    caller: Submitter,
    submission: Annotated[Submission, Body(examples=[EXAMPLE])],
    key: IdempotencyKey = None,
    traceparent: Traceparent = None,
) -> Response:
    """Hand in an article. The same content under the same identity is known, and no work is done twice."""

    async def act() -> Response:
        candidate = await asyncio.to_thread(_examine_one, house, submission, traceparent)
        (handed,) = await hand_in(house, [candidate])
        return _answer(handed, {"Location": handed.location or ""})

    return await answer_once(request, house, caller, key, await request.body(), act)


def _examine_one(house: House, submission: BaseModel, traceparent: str | None) -> Candidate:
    try:
        given = {name: _mend(value) for name, value in submission}
        whole = ArticleSubmitted.model_validate({**given, "traceparent": traceparent})
    except ValidationError as error:
        raise refuse_field("body", str(error.errors()[0]["msg"]).removeprefix("Value error, ")) from None
    try:
        return examine(house, "", whole)
    except Refusal as refusal:
        if refusal.too_large:
            raise Problem(413, f"{refusal.field or 'body'}: {refusal.reason}", kind="too_large") from None
        raise refuse_field(refusal.field or "body", refusal.reason) from None


def _mend(value: object) -> object:
    """As a message holds it: bytes in base64, no half of a surrogate pair."""
    match value:
        case bytes():
            return base64.b64encode(value)
        case str():
            return repair(value)
        case tuple():
            return tuple(map(_mend, value))
        case _:
            return value


def _answer(model: BaseModel, headers: dict[str, str]) -> Response:
    return Response(model.model_dump_json(), 202, headers, MEDIA_TYPES[Written.JSON])


_RECORD = {"$ref": "#/components/schemas/Submission"}
_MANY = {
    "requestBody": {
        "required": True,
        "content": {
            MEDIA_TYPES[Written.JSON]: {
                "schema": {"type": "array", "minItems": 1, "maxItems": MOST, "items": _RECORD},
                "example": [EXAMPLE],
            },
            MEDIA_TYPES[Written.JSONL]: {
                "schema": {"type": "string", "description": "A Submission a line."},
            },
        },
    }
}


@router.post(
    "/articles/batch",
    status_code=202,
    response_model=Batch,
    responses={**_TAKEN, **problems(409, 422)},
    openapi_extra=_MANY,
)
async def post_articles(
    request: Request, house: InHouse, caller: Submitter, key: IdempotencyKey = None
) -> Response:
    """Hand in many articles, as a JSON array or as JSON Lines; a wrong one hurts none of its neighbours."""
    body = await request.body()

    async def act() -> Response:
        find = find_in_lines if _are_lines(request) else find_in_document
        return await _take(house, find("", io.BytesIO(body), len(body) + 1), NO_DEFAULTS)

    return await answer_once(request, house, caller, key, body, act)


def _are_lines(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() in NAMES_OF_JSONL


@router.post(
    "/articles/file", status_code=202, response_model=Batch, responses={**_TAKEN, **problems(409, 422)}
)
async def post_file(
    request: Request,
    house: InHouse,
    caller: Submitter,
    file: Annotated[UploadFile, File(description="Text, HTML, JSON, JSON Lines, WARC; .gz or .zst of them.")],
    source: Annotated[str | None, Form(description="The outlet, where the file does not say.")] = None,
    url: Annotated[str | None, Form(description="Address of the one article given.")] = None,
    published_at: Annotated[Moment | None, Form(description="When the outlet published it.")] = None,
    language: Annotated[str | None, Form(description="ISO 639-1 code.")] = None,
    key: IdempotencyKey = None,
) -> Response:
    """Hand in what a file holds: `copydesk publish` reads the same kinds, and knows them by their names."""
    defaults = Defaults(
        source=source or None, url=url or None, published_at=published_at, language=language or None
    )
    name = name_file(file)

    async def act() -> Response:
        with TemporaryDirectory(prefix="copydesk-") as folder:
            path = await asyncio.to_thread(save_file, file, Path(folder))
            return await _take(house, find_in_file(path, name), defaults)

    fingerprint = await asyncio.to_thread(digest_file, file, repr((name, defaults)))
    return await answer_once(request, house, caller, key, fingerprint, act)


async def _take(house: House, found: Iterable[Found], defaults: Defaults) -> Response:
    """Hand in what was found, and answer with what became of each."""
    examined = await asyncio.to_thread(lambda: examine_all(house, _read(house, found, defaults)))
    if not examined:
        raise refuse_field("body", "holds no article")
    items = await hand_in(house, examined)
    counts = {fate: sum(one.status is fate for one in items) for fate in Fate}
    if counts[Fate.REFUSED] == len(items):
        raise _refuse_all(items)
    batch = Batch(**{fate.value: number for fate, number in counts.items()}, items=items)
    return _answer(batch, {"Retry-After": "2"} if counts[Fate.FULL] else {})


def _read(house: House, found: Iterable[Found], defaults: Defaults) -> Iterator[Read]:
    """The submissions of records; Problem 413 where there are too many, or too much comes out of a file."""
    reader = Reader(defaults)
    records, size = iter(found), 0
    for one in islice(records, MOST):
        read = reader.read(_leave_out_internal(one))
        size += _weigh(read.submission)
        if size > 4 * house.settings.max_body_bytes:
            raise Problem(413, "more comes out of the file than one request may bring", kind="too_large")
        yield read
    if next(records, None) is not None:
        raise Problem(413, f"one request may bring {MOST:,} articles", kind="too_large")


def _leave_out_internal(found: Found) -> Found:
    if found.fields is None:
        return found
    fields = {name: value for name, value in found.fields.items() if name != "traceparent"}
    return Found(found.origin, fields, found.error)


def _weigh(submission: ArticleSubmitted | None) -> int:
    """Bytes: of all its fields, for what is no text may be long as well."""
    return 0 if submission is None else len(encode(submission))


def _refuse_all(items: Sequence[Handed]) -> Problem:
    errors = [
        {
            "field": f"{one.origin or 'body'}{'.' + one.field if one.field else ''}",
            "message": one.reason or "",
        }
        for one in items[:ERRORS]
    ]
    more = f" (and {len(items) - 1} more are refused)" if len(items) > 1 else ""
    detail = f"{errors[0]['field']}: {errors[0]['message']}{more}"
    return Problem(422, detail, kind="invalid", errors=errors)


def _name_field(one: Handed) -> str:
    return ".".join(filter(None, (one.origin or "body", one.field)))
