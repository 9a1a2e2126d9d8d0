"""Title, authors and day of pages, ours and trafilatura's, against those that people wrote down."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from schemas import Metadata, Unprocessable
from services.clean.page import read_page

Said = tuple[str, list[str], str]
"""Title, words of the authors' names, day."""
_BETWEEN = {"and", "by", "the"}


def compare_metadata(pages: Sequence[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """The share of pages, of those that have it, on which each reader says word for word the same."""
    return {
        name: _count(pages, read) for name, read in (("trafilatura", _read_theirs), ("copydesk", _read_ours))
    }


def _count(pages: Sequence[dict[str, Any]], read: Callable[[str, str], Said]) -> dict[str, float]:
    right = {
        "title": [0, 0],
        "author": [0, 0],
        "day": [0, 0],
        "author or none": [0, 0],
        "day or none": [0, 0],
    }
    for page in pages:
        title, names, day = read(page["html"], page["url"])
        author = _spell(page["author"])
        _tell(right["title"], _words(title) == _words(page["title"]), bool(page["title"]))
        _tell(right["author"], names == author, bool(author))
        _tell(right["author or none"], names == author, True)
        _tell(right["day"], day == page["date"], bool(page["date"]))
        _tell(right["day or none"], day == (page["date"] or ""), True)
    return {name: hits / max(1, of) for name, (hits, of) in right.items()}


def _tell(count: list[int], is_right: bool, counts: bool) -> None:
    count[0] += is_right and counts
    count[1] += counts


def _read_ours(page: str, _: str) -> Said:
    try:
        found = read_page(page, Metadata()).metadata
    except Unprocessable:
        return "", [], ""
    moment = found.published_at
    return (
        found.title or "",
        _spell(" ".join(found.authors or found.unpersonal_authors)),
        moment.date().isoformat() if moment else "",
    )


def _read_theirs(page: str, _: str) -> Said:
    import trafilatura  # of the group `bench` only

    found = trafilatura.extract_metadata(page)
    return (found.title or "", _spell(found.author), found.date or "") if found else ("", [], "")


def _words(said: str | None) -> list[str]:
    return re.findall(r"\w+", (said or "").lower())


def _spell(said: str | None) -> list[str]:
    return sorted(word for word in _words(said) if word not in _BETWEEN)
