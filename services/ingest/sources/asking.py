"""Asking for what a source stands in, with the reason in words where it is not to be had."""

from schemas import Unprocessable
from services.fetching import Fetcher, Known, Page, Unavailable
from services.fetching.unpacking import Unpacked

GZIP = b"\x1f\x8b"
MOST = 50_000_000
"""Bytes that a packed sitemap may unpack to (sitemaps.org)."""


async def ask(fetcher: Fetcher, url: str, known: Known | None = None) -> Page | str:
    """The answer, waiting for the host's turn; or why there is none."""
    try:
        return await fetcher.get(url, known, patient=True)
    except Unprocessable as error:
        return error.reason
    except Unavailable as error:
        return str(error)
    except Exception as error:
        return f"cannot be fetched now: {error or type(error).__name__}"


def unpack(page: Page) -> bytes:
    """The body; also of a file that is gzip itself. Raises Unprocessable where it is too much."""
    if not page.body.startswith(GZIP):
        return page.body
    unpacked = Unpacked("gzip", MOST)
    unpacked.add(page.body)
    return unpacked.body()
