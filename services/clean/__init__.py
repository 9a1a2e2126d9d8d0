"""Cleaning: an article's page or scraped text becomes clean text and metadata."""

from services.clean.cleaning import Cleaned, Policy, clean
from services.clean.repair import repair

__all__ = ["Cleaned", "Policy", "clean", "repair"]
