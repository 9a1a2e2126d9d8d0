"""Clean text becomes mentions, and mentions of one thing become an entity, within the article."""

from services.entities.extraction import extract
from services.entities.found import Extraction, FoundMention
from services.entities.merging import merge
from services.entities.pipeline import load_pipeline

__all__ = ["Extraction", "FoundMention", "extract", "load_pipeline", "merge"]
