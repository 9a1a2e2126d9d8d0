"""Settings of the ingest worker."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.ingest.ingestion import MAX_BYTES


class IngestSettings(BaseSettings):
    """Environment variables that begin with COPYDESK_INGEST_."""

    model_config = SettingsConfigDict(
        env_prefix="COPYDESK_INGEST_", extra="ignore", use_attribute_docstrings=True
    )

    max_bytes: int = Field(default=MAX_BYTES, gt=0)
    """Bytes of content that an article may have; a larger one becomes a dead letter."""
