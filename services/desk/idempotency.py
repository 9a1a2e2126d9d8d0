"""The Idempotency-Key header: a request that is sent again is answered again, and not carried out twice."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Annotated, Any
from uuid import uuid4

import structlog
from fastapi import Header, Request, Response
from redis.exceptions import RedisError

from services.desk.access import Caller
from services.desk.house import House
from services.desk.problems import Problem

log = structlog.get_logger()
KEPT = 24 * 3600
"""Seconds that an answer is kept."""
IN_WORK = 60
"""Seconds after which a request that never ended no longer stands in the way."""
PATIENCE = 10.0
"""Seconds that the same request waits for the first to end."""
LOOK_EVERY = 0.05
# KEYS: a key. ARGV: this request's mark. Another's, who came when this one had run out, stays.
GIVE_UP = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"
# ARGV: this request's mark, its answer, seconds.
KEEP = """
local held = redis.call('GET', KEYS[1])
if held == ARGV[1] or not held then redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3]) end
"""

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[!-~]+$",
        description="Of the caller's own making: the same key with the same body gives the same answer, "
        "for 24 hours.",
    ),
]
"""A parameter of a route."""


async def answer_once(
    request: Request,
    house: House,
    caller: Caller,
    key: str | None,
    fingerprint: bytes,
    act: Callable[[], Awaitable[Response]],
) -> Response:
    """What `act` answers; where this caller's request with this key was answered before, that answer.

    Problem 422 for a key that came with another body, 409 where the first request does not end. What fails
    is not kept, so that it can be tried again.
    """
    if key is None:
        return await act()
    once = _Once(house, request.url.path, caller, key, sha256(fingerprint).hexdigest())
    kept = await once.begin()
    if kept is not None:
        return _read(kept)
    try:
        response = await act()
    except BaseException:
        await asyncio.shield(once.give_up())
        raise
    if "retry-after" in response.headers:
        # Not all of it found room: who sends the rest again is not told the same for a day.
        await once.give_up()
    else:
        await once.end(response)
    return response


class _Once:
    """One key of one caller."""

    def __init__(self, house: House, path: str, caller: Caller, key: str, body: str) -> None:
        named = sha256("\0".join((caller.name or "", path, key)).encode()).hexdigest()
        self._redis = house.redis
        self._name = f"copydesk.desk.idempotency.{named}"
        self._body = body
        self._mark = json.dumps({"body": body, "by": uuid4().hex})

    async def begin(self) -> dict[str, Any] | None:
        """The answer that is kept; None where this request is the first, and is to be carried out."""
        deadline = time.monotonic() + PATIENCE
        while not await self._redis.set(self._name, self._mark, nx=True, ex=IN_WORK):
            said = await self._redis.get(self._name)
            kept: dict[str, Any] = json.loads(said) if said else {}
            if kept and kept["body"] != self._body:
                raise Problem(
                    422,
                    "Idempotency-Key: this key came with another body before",
                    kind="key_reused",
                    errors=[{"field": "Idempotency-Key", "message": "came with another body before"}],
                )
            if "status" in kept:
                return kept
            if time.monotonic() > deadline:
                detail = "the first request with this Idempotency-Key has not ended"
                raise Problem(409, detail, kind="in_work", headers={"Retry-After": "2"})
            await asyncio.sleep(LOOK_EVERY)
        return None

    async def end(self, response: Response) -> None:
        """Keep the answer."""
        headers = {name: response.headers[name] for name in ("location",) if name in response.headers}
        answer = {
            "status": response.status_code,
            "text": bytes(response.body).decode(),
            "media_type": response.media_type,
            "headers": headers,
        }
        try:
            said = json.dumps({"body": self._body, **answer})
            await self._redis.register_script(KEEP)(keys=[self._name], args=[self._mark, said, KEPT])
        except (RedisError, OSError) as error:
            # It is carried out all the same, and its sender is told so.
            log.warning("answer_not_kept", error=type(error).__name__)

    async def give_up(self) -> None:
        """Let the next one with the key try."""
        await self._redis.register_script(GIVE_UP)(keys=[self._name], args=[self._mark])


def _read(kept: dict[str, Any]) -> Response:
    return Response(kept["text"], kept["status"], kept["headers"], kept["media_type"])
