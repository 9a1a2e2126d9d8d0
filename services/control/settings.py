"""Settings of the control service."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.control.room import Limits

DEFAULT = Limits()


class ControlSettings(BaseSettings):
    """Environment variables that begin with COPYDESK_CONTROL_."""

    model_config = SettingsConfigDict(
        env_prefix="COPYDESK_CONTROL_", extra="ignore", use_attribute_docstrings=True
    )

    sample_every: float = Field(default=2.0, gt=0)
    """Seconds between two samples of the lag."""
    trim_every: float = Field(default=10.0, gt=0)
    """Seconds between two cuts of the streams."""
    reconcile_every: float = Field(default=30.0, gt=0)
    """Seconds between two looks for articles that owe a stage."""
    patience: float = Field(default=60.0, ge=0)
    """Seconds that an article may owe a stage before it is looked for."""
    reclean_every: float = Field(default=300.0, ge=0)
    """Seconds between two looks for articles whose source has grown since they were cleaned; 0: none."""
    match_every: float = Field(default=3.0, ge=0)
    """Seconds between two looks for claims that are not matched with those of other articles; 0: none."""
    retention: float = Field(default=7 * 86_400.0, gt=0)
    """Seconds that a foreign group, or nobody, keeps an entry from being cut."""


class RoomSettings(BaseSettings):
    """When the house is full. Environment variables that begin with COPYDESK_FULL_."""

    model_config = SettingsConfigDict(
        env_prefix="COPYDESK_FULL_", extra="ignore", use_attribute_docstrings=True
    )

    unfinished: int = Field(default=DEFAULT.unfinished, gt=0)
    """Articles on their way, over all stages."""
    memory: float = Field(default=DEFAULT.memory, gt=0, le=1)
    """Part of Redis' maxmemory in use."""

    def limits(self) -> Limits:
        """The limits that the entrances ask."""
        return Limits(self.unfinished, self.memory)
