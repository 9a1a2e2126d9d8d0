"""Settings of the entities worker."""

from pydantic_settings import BaseSettings, SettingsConfigDict

from services.kit.settings import SPACY_PIPELINE


class EntitiesSettings(BaseSettings):
    """Environment variables that begin with COPYDESK_ENTITIES_."""

    model_config = SettingsConfigDict(
        env_prefix="COPYDESK_ENTITIES_", extra="ignore", use_attribute_docstrings=True
    )

    pipeline: str = SPACY_PIPELINE
    """Installed spaCy pipeline that recognises names."""
