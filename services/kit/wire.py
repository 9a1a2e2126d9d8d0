"""What stands in a stream entry: one field, `__data__`, with a message as JSON.

We write plain JSON, readable in redis-cli and by any FastStream subscriber. We read that, and also
FastStream's own binary envelope, so that a publisher may use `broker.publish`.
"""

import struct
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from schemas import Message, Unprocessable

FIELD = b"__data__"
# FastStream's BinaryMessageFormatV1: magic, version, offset of the headers, offset of the body.
MAGIC = b"\x89BIN\x0d\x0a\x1a\x0a\x00\x01"
BODY_OFFSET = len(MAGIC) + 4
NO_FIELD = "the entry has no field"
"""How the reason of an entry without our field begins."""

TRACE = {"traceparent"}

M = TypeVar("M", bound=Message)


def encode(message: Message) -> bytes:
    """The message as JSON."""
    # As model_dump_json, which makes a str of these bytes first: half the cost.
    return message.__pydantic_serializer__.to_json(message, exclude_none=True)


def encode_in_trace(message: Message, traceparent: str) -> bytes:
    """The message as JSON, with this traceparent in place of its own."""
    # A copy of the message that carries it costs ten times as much.
    rest = message.__pydantic_serializer__.to_json(message, exclude_none=True, exclude=TRACE)
    return b'{"traceparent":"%s",%s' % (traceparent.encode(), rest[1:])


def take_body(fields: Mapping[bytes, bytes], limit: int) -> bytes:
    """The JSON in an entry; Unprocessable where there is none or it is over `limit` bytes."""
    data = fields.get(FIELD)
    if data is None:
        names = ", ".join(name.decode(errors="replace") for name in list(fields)[:5])
        raise Unprocessable(f"{NO_FIELD} {FIELD.decode()!r}; it has: {names}")
    if len(data) > limit:
        raise Unprocessable(
            f"the message has {len(data) / 1e6:.1f} MB; the limit is {limit / 1e6:.1f} MB "
            "(COPYDESK_MAX_MESSAGE_BYTES)"
        )
    if not data.startswith(MAGIC):
        return data
    try:
        return data[struct.unpack_from(">I", data, BODY_OFFSET)[0] :]
    except struct.error:
        raise Unprocessable("the message's binary envelope is cut off") from None


def decode(body: bytes, kind: type[M]) -> M:
    """The message; Unprocessable with the fields that are wrong, and what is wrong with them."""
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        raise Unprocessable(_explain(error, kind)) from None


def _explain(error: ValidationError, kind: type[Message]) -> str:
    first: Any = error.errors(include_url=False, include_input=False, include_context=False)
    if first[0]["type"] == "json_invalid":
        return f"not JSON: {first[0]['msg'].removeprefix('Invalid JSON: ')}"
    problems = [
        f"{'.'.join(map(str, item['loc'])) or 'message'}: {item['msg'].removeprefix('Value error, ')}"
        for item in first[:3]
    ]
    more = f" (and {len(first) - 3} more)" if len(first) > 3 else ""
    return f"not a valid {kind.__name__}: {'; '.join(problems)}{more}"


def entry_moment(entry_id: str) -> float:
    """Seconds since the epoch at which Redis took the entry: a stream id carries its time."""
    return int(entry_id.partition("-")[0]) / 1000
