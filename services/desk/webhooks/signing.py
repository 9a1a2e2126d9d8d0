"""Signatures by which a receiver knows that a message is ours (Standard Webhooks, version 1)."""

import binascii
import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from services.store.webhooks import list_good_secrets

PREFIX = "whsec_"
BYTES = 32
"""Of a secret that is made here."""
LEAST, MOST = 24, 64
"""Bytes that a secret may have."""


def make_secret() -> str:
    """A new secret."""
    return PREFIX + b64encode(secrets.token_bytes(BYTES)).decode()


def read_secret(secret: str) -> bytes:
    """The key of a secret. ValueError, without a part of it, for what is none."""
    try:
        key = b64decode(secret.removeprefix(PREFIX).encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        key = b""
    if not secret.startswith(PREFIX) or not LEAST <= len(key) <= MOST:
        raise ValueError(f"a secret is {PREFIX} and {LEAST} to {MOST} bytes in base64")
    return key


def list_secrets(hook: Row[Any], now: datetime) -> Sequence[str]:
    """What a receiver's messages are signed with: its secret, and those before that are still good."""
    return (hook.secret, *(one["secret"] for one in list_good_secrets(hook.old_secrets, now)))


def sign(
    secrets_of_receiver: Iterable[str], message_id: str, moment: datetime, body: bytes
) -> dict[str, str]:
    """The headers of a message, with a signature by each secret: a receiver may know either."""
    timestamp = str(int(moment.timestamp()))
    signed = b".".join((message_id.encode(), timestamp.encode(), body))
    digests = [
        hmac.new(read_secret(secret), signed, hashlib.sha256).digest() for secret in secrets_of_receiver
    ]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{b64encode(one).decode()}" for one in digests),
    }
