"""What every request passes: its host, size, rate and origin; and the headers of every answer."""

import re
import time
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

import structlog
from fastapi import Request
from limits import RateLimitItem, parse
from redis.exceptions import RedisError
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.desk.access import Scope as Access
from services.desk.callers import COOKIE, NOBODY, check_scopes, recognise
from services.desk.formats import API, lead
from services.desk.problems import Problem, show
from services.ingest.weighing import MOST_VALUES, Weight

log = structlog.get_logger()
SAFE = ("GET", "HEAD", "OPTIONS")
HEADERS = {
    # Nothing is loaded from another site, no script or style stands within a page.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
FORMS = ("multipart/", "application/x-www-form-urlencoded")
"""Bodies that are no JSON."""
TOO_HEAVY = f"JSON may have {MOST_VALUES:,} values, with its commas and colons counted"
UNLIMITED = ("/livez", "/readyz", "/static/")
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[\w.-]+)(?::\d{1,5})?", re.IGNORECASE | re.ASCII)


class Guard:
    """ASGI middleware around the whole application."""

    def __init__(
        self, app: ASGIApp, *, hosts: Sequence[str], max_body_bytes: int, rate: str, cors: bool = False
    ) -> None:
        self._app = app
        self._hosts = tuple(hosts)
        self._most = max_body_bytes
        self._rate: RateLimitItem = parse(rate)
        # Answers that other origins may read must not say the opposite.
        self._headers = {name: value for name, value in HEADERS.items() if not (cors and "Resource" in name)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or answer it with a problem."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        sealed = self._seal(send)
        try:
            check_host(request.headers.get("host", ""), self._hosts)
            check_origin(request.method, request.headers, signs_by_cookie(request))
            self._check_size(request.headers)
            await self._check_rate(request)
            check_changing(request)
        except Problem as problem:
            await show(request, problem)(scope, receive, sealed)
        else:
            await self._app(scope, self._measure(request.headers, receive), sealed)

    def _seal(self, send: Send) -> Send:
        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        return sealed

    def _check_size(self, headers: Headers) -> None:
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > self._most:
            raise self._too_large()

    def _too_large(self) -> Problem:
        return Problem(413, self._say_most())

    def _say_most(self) -> str:
        return f"a request may have {self._most:,} bytes (COPYDESK_DESK_MAX_BODY_BYTES)"

    def _measure(self, headers: Headers, receive: Receive) -> Receive:
        """Stop reading a body that did not say its size and has too much, or too many values to be parsed."""
        read = 0
        weight = None if headers.get("content-type", "").lower().startswith(FORMS) else Weight()

        async def measured() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            # Any other exception FastAPI takes for a body that it cannot read.
            if read > self._most:
                raise HTTPException(413, self._say_most())
            if weight is not None and weight.add(message.get("body", b"")) > MOST_VALUES:
                raise HTTPException(413, TOO_HEAVY)
            return message

        return measured

    async def _check_rate(self, request: Request) -> None:
        if request.url.path.startswith(UNLIMITED):
            return
        limiter = request.app.state.house.limiter
        who = name_caller(request)
        try:
            if await limiter.hit(self._rate, "desk", who):
                return
            until, _ = await limiter.get_window_stats(self._rate, "desk", who)
        except (RedisError, OSError) as error:
            # Where Redis is away or full nobody is counted: the store can still be read.
            log.warning("rate_not_counted", error=type(error).__name__)
            return
        seconds = max(1, round(until - time.time()))
        raise Problem(
            429,
            f"more than {self._rate} (COPYDESK_DESK_RATE)",
            headers={"Retry-After": str(seconds)},
        )


def check_host(said: str, hosts: Sequence[str]) -> None:
    """Refuse (400) a name that is none of the desk's: another site could have its own lead to this machine.

    `*` lets any pass, `*.example` any below it; ports don't count. Raises Problem.
    """
    if "*" in hosts:
        return
    found = _HOST.fullmatch(said)
    host = found[1].lower() if found else None
    allowed = [one.lower() for one in hosts]
    if host is None or not any(host == one or (one[0] == "*" and host.endswith(one[1:])) for one in allowed):
        raise Problem(400, "the desk is not asked by this name (COPYDESK_DESK_HOSTS)", kind="unknown_host")


def check_changing(request: Request) -> None:
    """Refuse what would change something through the API before its body is read. Raises Problem."""
    if request.method not in SAFE and lead(request.scope["path"]).startswith(f"{API}/"):
        caller = recognise(request.app.state.house.settings, request)
        check_scopes(caller, frozenset({Access.SUBMIT, Access.OPERATE}))


def name_caller(request: Request) -> str:
    """By what a caller's requests are counted: its token, else its address.

    A token that is none of ours counts for nothing: else who makes one up for each request is never counted.
    """
    try:
        caller = recognise(request.app.state.house.settings, request)
    except Problem:
        caller = NOBODY
    if caller.name is not None:
        return f"token:{caller.name}"
    return request.client.host if request.client else "unknown"


def signs_by_cookie(request: Request) -> bool:
    """Whether the browser adds by itself what lets the request in: a page cannot make it send a token."""
    return COOKIE in request.cookies and "authorization" not in request.headers


def check_origin(method: str, headers: Mapping[str, str], signed_in: bool) -> None:
    """Refuse (403) what another site's page has a browser change.

    A browser says where a request comes from (Sec-Fetch-Site, Origin); a program says nothing, and has no
    cookie. Raises Problem.
    """
    if method in SAFE:
        return
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site in ("same-origin", "none"):
        return
    if site is None and origin is not None and urlsplit(origin).netloc == headers.get("host"):
        return
    if site is None and origin is None and not signed_in:
        return
    raise Problem(403, "a page of another site may not change anything here", kind="other_site")
