"""An answer from the net becomes the content of a submission, if it is that of an article."""

from typing import Any
from urllib.parse import urlsplit

from schemas import ArticleSubmitted, MediaType
from services.ingest.charsets import read_charset

PAGES = ("text/html", "application/xhtml+xml")
_TEXTS = ("", "text/plain", "application/octet-stream", "text/xml", "application/xml", *PAGES)
NOT_MODIFIED = 304


class FetchedArticle(ArticleSubmitted):
    """A submission whose page was fetched: its `url` is where the page was found in the end."""

    requested_url: str
    """The address that was given."""
    etag: str | None = None
    """What the site calls this version of the page."""
    last_modified: str | None = None
    """When the site says it changed."""


def complete(submission: ArticleSubmitted, url: str, body: bytes, headers: dict[str, str]) -> FetchedArticle:
    """The submission with its page.

    The address at the end of redirects is the article's: it is what the site itself answers at. A page's
    own canonical link does not count, since any page can name any address in it.
    """
    given: dict[str, Any] = dict(submission)
    found = {
        "url": url,
        "raw": body,
        "media_type": MediaType.HTML if read_media_type(headers) in PAGES else None,
        "charset": read_charset(headers.get("content-type")),
        "requested_url": submission.url or "",
        "etag": headers.get("etag"),
        "last_modified": headers.get("last-modified"),
    }
    return FetchedArticle.model_construct(**(given | found))


def find_unfit(requested: str, url: str, status: int, headers: dict[str, str]) -> str | None:
    """Why an answer is not to be taken as an article; None where it may be one."""
    if status == NOT_MODIFIED:
        return "the page has not changed since it was fetched before"
    if (kind := read_media_type(headers)) not in _TEXTS:
        return f"there is {kind[:60]} at the address, not a page"
    if _is_front(url) and not _is_front(requested):
        return "the address redirects to the site's front page: the article is gone"
    return None


def read_media_type(headers: dict[str, str]) -> str:
    """What an answer says it is, such as `text/html`."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _is_front(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query
