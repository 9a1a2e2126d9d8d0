"""What *Try it* is given becomes a submission: a text, HTML, or the page at an address."""

import asyncio

import httpcore
from redis.asyncio import Redis

from schemas import ArticleSubmitted, Unprocessable
from services.desk.problems import Problem, refuse_field
from services.fetching import Fetcher, FetchSettings, TryLater, Unavailable
from services.fetching.pace import SharedPace
from services.ingest.answers import complete, find_unfit

FETCHED_WITHIN = 20.0
"""Seconds that asking robots.txt, redirects and the page may take together."""
MARKUP = ("<!doctype", "<html", "<head", "<body", "<article", "<div", "<p>", "<?xml")


def read_content(content: str, limit: int) -> ArticleSubmitted:
    """A submission of what was pasted, HTML where it begins like a page. Raises Problem."""
    if not content.strip():
        raise refuse_field("content", "there is nothing in it")
    if len(content.encode(errors="replace")) > limit:
        said = f"more than {limit:,} bytes (COPYDESK_DESK_ANALYZE_BYTES)"
        raise Problem(413, f"content: {said}", errors=[{"field": "content", "message": said}])
    content = content.encode(errors="replace").decode()  # a lone surrogate is no text
    kind = "html" if content.lstrip()[:500].lower().startswith(MARKUP) else "text"
    return ArticleSubmitted.model_validate({kind: content})


async def fetch_page(url: str, redis: "Redis", settings: FetchSettings, limit: int) -> ArticleSubmitted:
    """A submission of the page at an address, fetched as ingest does it. Raises Problem."""
    own = settings.model_copy(update={"max_bytes": min(limit, settings.max_bytes)})
    try:
        async with asyncio.timeout(FETCHED_WITHIN), Fetcher(own, SharedPace(redis)) as fetcher:
            page = await fetcher.get(url)
    except Unprocessable as refusal:
        raise refuse_field("url", refusal.reason.removeprefix("url: ")) from None
    except Unavailable as error:
        raise refuse_field("url", str(error)) from None
    except TryLater as error:
        wait = {"Retry-After": str(max(1, round(error.seconds)))}
        raise Problem(503, f"url: {error}", kind="host_busy", headers=wait) from None
    except (TimeoutError, OSError, httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException):
        raise refuse_field("url", "the site can't be reached, or does not answer as a site should") from None
    if unfit := find_unfit(url, page.url, page.status, page.headers):
        raise refuse_field("url", unfit)
    found = complete(ArticleSubmitted(url=url), page.url, page.body, page.headers)
    return ArticleSubmitted.model_construct(
        **{name: value for name, value in found if name in ArticleSubmitted.model_fields}
    )
