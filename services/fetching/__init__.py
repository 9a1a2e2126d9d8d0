"""Fetching from the net: politely, within limits, and from public addresses only."""

from services.fetching.client import Fetcher, Known, Page, TryLater, Unavailable
from services.fetching.settings import FetchSettings

__all__ = ["FetchSettings", "Fetcher", "Known", "Page", "TryLater", "Unavailable"]
