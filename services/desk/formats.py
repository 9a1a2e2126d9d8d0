"""Forms of an answer: chosen by a suffix of the address, else by the Accept header."""

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from urllib.parse import quote

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from services.desk.problems import Problem

API = "/api/v1"


class Form(StrEnum):
    """How an answer is written; each is a suffix as well."""

    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    JSONLD = "jsonld"
    ATOM = "atom"
    RSS = "rss"
    HTML = "html"


MEDIA_TYPES: Mapping[Form, str] = {
    Form.JSON: "application/json",
    Form.JSONL: "application/jsonl",
    Form.CSV: "text/csv",
    Form.JSONLD: "application/ld+json",
    Form.ATOM: "application/atom+xml",
    Form.RSS: "application/rss+xml",
    Form.HTML: "text/html",
}
NAMES_OF_JSONL = (MEDIA_TYPES[Form.JSONL], "application/x-ndjson", "application/x-jsonlines")
"""JSON Lines has no registered name."""
_SUFFIX = re.compile(rf"(?P<path>/.*[^/.])\.(?P<form>{'|'.join(Form)})")
_AS_THEY_ARE = ("/static/", f"{API}/openapi.json")
_RANGE = re.compile(r"\s*([\w!#$&^.+*-]+/[\w!#$&^.+*-]+)\s*(?:;(.*))?", re.DOTALL)
_QUALITY = re.compile(r"(?:^|;)\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*(?:;|$)", re.IGNORECASE)


class Suffixes:
    """ASGI middleware: takes the suffix off an address, and leads data of a page to its twin in the API.

    `/claims.csv` becomes `/api/v1/claims`, with `csv` in `request.state.form`; what was asked for stays in
    `request.state.asked`.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on under the address without its suffix."""
        await self._app(_rewrite(scope) if scope["type"] == "http" else scope, receive, send)


def lead(path: str) -> str:
    """Where an address leads: itself without its suffix; of data of a page, its twin in the API."""
    return _part(path)[0]


def _part(path: str) -> tuple[str, Form | None]:
    found = _SUFFIX.fullmatch(path)
    if found is None or path.startswith(_AS_THEY_ARE):
        return path, None
    form, path = Form(found["form"]), found["path"]
    in_api = form is Form.HTML or path.startswith(f"{API}/")
    return path if in_api else f"{API}{path}", form


def _rewrite(scope: Scope) -> Scope:
    path, form = _part(scope["path"])
    if form is None:
        return scope
    state = {**scope.get("state", {}), "form": form, "asked": scope["path"]}
    return {**scope, "path": path, "raw_path": quote(path).encode(), "state": state}


def read_asked(request: Request) -> str:
    """The path as it was asked for, with its suffix."""
    return str(getattr(request.state, "asked", request.url.path))


def offer(*forms: Form) -> Callable[[Request], Form]:
    """A dependency: the form that is wanted of those, the first of them where it is left open. Else 406."""

    def choose(request: Request) -> Form:
        wanted = getattr(request.state, "form", None)
        if wanted is not None:
            return _check(wanted, forms)
        return choose_form(request.headers.get("accept", "*/*"), forms)

    return choose


def _check(wanted: Form, forms: tuple[Form, ...]) -> Form:
    if wanted in forms:
        return wanted
    raise _refuse(forms)


def _refuse(forms: tuple[Form, ...]) -> Problem:
    offered = ", ".join(f"{MEDIA_TYPES[form]} (.{form})" for form in forms)
    return Problem(406, f"this is to be had as {offered}", kind="not_acceptable")


def choose_form(accept: str, forms: tuple[Form, ...]) -> Form:
    """The form that an Accept header likes best; of those that it likes alike, the first. Problem 406."""
    liked = {form: _like(accept, form) for form in forms}
    best = max(forms, key=lambda form: liked[form])
    if liked[best] == 0:
        raise _refuse(forms)
    return best


def _like(accept: str, form: Form) -> float:
    """The quality that the most exact range gives a form."""
    names = NAMES_OF_JSONL if form is Form.JSONL else (MEDIA_TYPES[form],)
    found = [
        (exactness, quality)
        for name in names
        for exactness, quality in (_match(part, name) for part in accept.split(","))
    ]
    return max(found)[1]


def _match(part: str, media_type: str) -> tuple[int, float]:
    """How exactly a range of the header means the type, and how much it is liked."""
    read = _RANGE.fullmatch(part)
    if read is None:
        return 0, 0.0
    name, quality = read[1].lower(), _QUALITY.search(read[2] or "")
    exactness = {media_type: 3, f"{media_type.partition('/')[0]}/*": 2, "*/*": 1}.get(name, 0)
    return exactness, (float(quality[1]) if quality else 1.0) if exactness else 0.0
