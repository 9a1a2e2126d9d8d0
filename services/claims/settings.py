"""Settings of the claims worker."""

from pydantic_settings import BaseSettings, SettingsConfigDict

from services.kit.settings import SPACY_PIPELINE


class ClaimsSettings(BaseSettings):
    """Environment variables that begin with COPYDESK_CLAIMS_."""

    model_config = SettingsConfigDict(
        env_prefix="COPYDESK_CLAIMS_", extra="ignore", use_attribute_docstrings=True
    )

    pipeline: str = SPACY_PIPELINE
    """Installed spaCy pipeline with a tagger and a parser."""
