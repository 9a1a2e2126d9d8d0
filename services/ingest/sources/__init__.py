"""Where articles come from, each behind the same face: items one after another, and a place to go on from."""

from services.ingest.sources.feeds import Feed
from services.ingest.sources.paths import Files
from services.ingest.sources.sitemaps import Sitemap
from services.ingest.sources.source import START, Item, Place, Progress, Source
from services.ingest.sources.web import Web

__all__ = ["START", "Feed", "Files", "Item", "Place", "Progress", "Sitemap", "Source", "Web"]
