"""Settings of the claims worker."""

from pydantic_settings import BaseSettings, SettingsConfigDict

from services.claims.components import Method
from services.kit.settings import SPACY_PIPELINE


class ClaimsSettings(BaseSettings):
    """Environment variables that begin with COPYDESK_CLAIMS_."""

    model_config = SettingsConfigDict(
        env_prefix="COPYDESK_CLAIMS_", extra="ignore", use_attribute_docstrings=True
    )

    pipeline: str = SPACY_PIPELINE
    """Installed spaCy pipeline with a tagger and a parser."""

    attribution: Method = "model"
    """Who finds who says what: `model`, the trained one with rules beside it, or `rules` alone."""
