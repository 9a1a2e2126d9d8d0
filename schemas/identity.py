"""Ids that derive from what they name, so that work done twice gives the same rows.

UUIDs are version 5 (RFC 9562) under one namespace; revisions are SHA-256 in hexadecimal.
"""

from hashlib import sha256
from uuid import NAMESPACE_DNS, UUID, uuid5

NAMESPACE = uuid5(NAMESPACE_DNS, "copydesk")


def derive_id(kind: str, *parts: object) -> UUID:
    """The id of the `kind` of thing that `parts` describe, in their order."""
    return uuid5(NAMESPACE, "\x1f".join([kind, *map(str, parts)]))


def derive_revision(*contents: bytes) -> str:
    """64 hexadecimal digits; each part is hashed with its length, so that parts cannot run together."""
    digest = sha256()
    for content in contents:
        digest.update(len(content).to_bytes(8, "big"))
        digest.update(content)
    return digest.hexdigest()
