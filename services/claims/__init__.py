"""Clean text and its entities become claims: who says what, and how much that calls for a check."""

from services.claims.attribution import Attribution, attribute
from services.claims.detection import Article, detect
from services.claims.pipeline import load_pipeline

__all__ = ["Article", "Attribution", "attribute", "detect", "load_pipeline"]
