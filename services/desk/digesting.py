"""The digest as text, as JSON, and as HTML that a mail program shows."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from textwrap import fill
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.desk.pages.drawing import environment
from services.desk.pages.wording import count_words, say_claim, say_day
from services.store.digest import Digest

WIDTH = 78
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2999, 1, 1)
"""Days that there is a digest of, and of the day before and after."""
AGAIN = "cluster_id claim_id text claimant polarity repetitions first_seen_at"
TO_CHECK = "claim_id text polarity note judged_by judged_at"


def bound_day(day: date) -> tuple[datetime, datetime]:
    """The day from midnight to midnight, UTC."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return midnight, midnight + timedelta(days=1)


def title_digest(digest: Digest) -> str:
    """Which day, or from when to when."""
    if digest.until - digest.since == timedelta(days=1) and digest.since.time() == datetime.min.time():
        return f"Digest of {say_day(digest.since)}"
    return f"Digest of {say_day(digest.since)} to {say_day(digest.until)}"


def write_text(digest: Digest) -> str:
    """Plain text, of lines that a mail and a terminal have room for."""
    return "\n".join(_write_lines(digest)) + "\n"


def _write_lines(digest: Digest) -> Iterator[str]:
    title = title_digest(digest)
    yield from (title, "=" * len(title), "")
    yield f"{count_words(digest.claims, 'claim')} in {count_words(digest.articles, 'article')}."
    yield from _write_part("Most worth a check", [_say_worthy(row) for row in digest.worthy])
    yield from _write_part("Said again", [_say_again(row) for row in digest.again])
    speakers = [f"{one.name}: {count_words(one.claims, 'claim')}" for one in digest.speakers]
    yield from _write_part("Who spoke most", speakers)
    yield from _write_part("Still to be checked", [_say_waiting(row) for row in digest.to_check])


def _say_worthy(row: Row[Any]) -> str:
    who = row.claimant or row.source or "the article"
    source = f", {row.source}" if row.source and row.source != who else ""
    where = row.title or row.url or "untitled"
    return f"{row.check_worthiness:.2f}  {who}: {say_claim(row)} [{where}{source}]"


def _say_again(row: Row[Any]) -> str:
    return f"{say_claim(row)} ({count_words(row.repetitions, 'time')} since {say_day(row.first_seen_at)})"


def _say_waiting(row: Row[Any]) -> str:
    note = f": {row.note}" if row.note else ""
    return f"{say_claim(row)} ({row.judged_by}, {say_day(row.judged_at)}{note})"


def _write_part(title: str, entries: Sequence[str]) -> Iterator[str]:
    yield from ("", title, "-" * len(title))
    for entry in entries or ["nothing"]:
        yield fill(" ".join(entry.split()), WIDTH, initial_indent="- ", subsequent_indent="  ")


def describe_digest(digest: Digest) -> Mapping[str, Any]:
    """The digest as JSON has it."""
    return {
        "since": digest.since.isoformat(),
        "until": digest.until.isoformat(),
        "claims": digest.claims,
        "articles": digest.articles,
        "worthy": [_describe_worthy(row) for row in digest.worthy],
        "again": [_pick(row, AGAIN) for row in digest.again],
        "speakers": [_pick(one, "name entity_id claims") for one in digest.speakers],
        "to_check": [_pick(row, TO_CHECK) for row in digest.to_check],
    }


def _describe_worthy(row: Row[Any]) -> dict[str, Any]:
    return {**row.record, "article": _pick(row, "article_id title source url")}


def _pick(record: object, names: str) -> dict[str, Any]:
    values = {name: getattr(record, name) for name in names.split()}
    return {name: _simplify(value) for name, value in values.items()}


def _simplify(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def write_mail(digest: Digest, address: str | None = None) -> str:
    """HTML with its styles within, since mail programs load nothing; `address` is the desk's, for links."""
    template = environment.get_template("digest_mail.html")
    return template.render(digest=digest, title=title_digest(digest), desk=(address or "").rstrip("/"))
