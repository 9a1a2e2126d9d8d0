"""A submission becomes an identified article."""

import re
from dataclasses import dataclass
from datetime import datetime

from schemas import ArticleSubmitted, MediaType, Metadata, Skipped, Unprocessable
from services.ingest.decoding import repair
from services.ingest.identity import Identity, identify_content, read_content

MAX_BYTES = 5_000_000
"""Bytes of content that an article may have, unless the settings say otherwise."""
LIMIT_NAME = "COPYDESK_INGEST_MAX_BYTES"
"""The setting by which that is changed."""

_VISIBLE = re.compile(r"[^\s\ufeff\u200b\u200c\u200d\u2060\u00ad]")


@dataclass(frozen=True)
class Ingested:
    """An article as it goes on to be cleaned."""

    identity: Identity
    media_type: MediaType
    """How `content` is written."""
    content: str
    """The page or text, decoded; LF line ends, no NULs."""
    raw: bytes
    """The content as it was given: the bytes, or the text in UTF-8."""
    metadata: Metadata
    """What the publisher said of it; the address is canonical."""
    submitted_at: datetime
    """When it was handed in, never later than it was received."""


def ingest(submission: ArticleSubmitted, received_at: datetime, limit: int = MAX_BYTES) -> Ingested | Skipped:
    """The article that `submission` is, or Skipped where there is nothing in it.

    `received_at` (with a zone) is when the house took it in; `limit` is the most bytes its content may
    have. Raises Unprocessable for content that is too large or binary, and for an address that is none or
    has not been fetched.
    """
    if submission.address_only:
        raise Unprocessable("only a url is given, and nothing is fetched here; give its text, html or raw")
    name, raw = check_size(submission, limit)
    content, media_type = read_content(submission)
    if not _VISIBLE.search(content):
        return Skipped(reason=f"empty: {name} holds {'only blanks' if raw else 'nothing'}")
    identity = identify_content(submission, content, media_type)
    submitted_at = min(submission.submitted_at or received_at, received_at)
    return Ingested(identity, media_type, content, raw, describe(submission, identity), submitted_at)


def check_size(submission: ArticleSubmitted, limit: int) -> tuple[str, bytes]:
    """As `find_content`; raises Unprocessable where there are more than `limit` bytes."""
    name, raw = find_content(submission)
    if len(raw) > limit:
        given, allowed = _show_sizes(len(raw), limit)
        raise Unprocessable(f"content is {given}; the limit is {allowed} ({LIMIT_NAME})")
    return name, raw


def find_content(submission: ArticleSubmitted) -> tuple[str, bytes]:
    """The field that holds the content, and the content in bytes."""
    if submission.raw is not None:
        return "raw", submission.raw
    name, text = ("text", submission.text) if submission.html is None else ("html", submission.html)
    return name, (text or "").encode("utf-8", "replace")


def _show_sizes(*sizes: int) -> list[str]:
    """Sizes in the largest unit in which they can be told apart."""
    for unit, name in ((1_000_000, "MB"), (1_000, "kB")):
        shown = [f"{size / unit:,.1f} {name}" for size in sizes]
        if min(sizes) >= unit and len(set(shown)) == len(sizes):
            return shown
    return [f"{size:,} bytes" for size in sizes]


def describe(submission: ArticleSubmitted, identity: Identity) -> Metadata:
    """What the publisher says of the article, blanks and NULs gone."""
    language = submission.language
    return Metadata(
        title=_trim(submission.title),
        authors=tuple(filter(None, map(_trim, submission.authors))),
        published_at=submission.published_at,
        language=language.partition("-")[0] if language else None,
        url=identity.url,
        source=_trim(submission.source),
    )


def _trim(value: str | None) -> str | None:
    return " ".join(repair(value).split()) or None if value else None
