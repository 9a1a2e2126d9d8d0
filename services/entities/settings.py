"""Settings of the entities worker."""

from pydantic_settings import BaseSettings, SettingsConfigDict

from services.entities.pipeline import OURS


class EntitiesSettings(BaseSettings):
    """Environment variables that begin with COPYDESK_ENTITIES_."""

    model_config = SettingsConfigDict(
        env_prefix="COPYDESK_ENTITIES_", extra="ignore", use_attribute_docstrings=True
    )

    pipeline: str = OURS
    """What recognises names: our model, or an installed spaCy pipeline with a recogniser."""
