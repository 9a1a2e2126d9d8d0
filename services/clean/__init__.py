"""Cleaning: an article's page or scraped text becomes clean text and metadata."""

from services.clean.cleaning import Cleaned, Policy, clean
from services.clean.memory import Memory, name_source
from services.clean.repair import repair

__all__ = ["Cleaned", "Memory", "Policy", "clean", "name_source", "repair"]
