"""Settings of webhooks: of the process that delivers, and of whoever adds or tests one."""

import ssl
from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.desk.webhooks.schedule import read_schedule
from services.fetching.guard import Guard, read_networks, read_ports
from services.fetching.settings import Networks, Ports


class WebhookSettings(BaseSettings):
    """Environment variables that begin with COPYDESK_WEBHOOKS_."""

    model_config = SettingsConfigDict(
        env_prefix="COPYDESK_WEBHOOKS_", extra="ignore", use_attribute_docstrings=True
    )

    allow: Networks = ""
    """Networks outside the public net that receivers may be in, on any port, such as `10.1.0.0/16`."""
    ports: Ports = "80,443"
    """Ports that receivers may listen on, such as `80,443,8443`."""
    connect_limit: float = Field(default=5.0, gt=0)
    """Seconds that connecting may take."""
    total_limit: float = Field(default=15.0, gt=0)
    """Seconds that a receiver may take to answer."""
    schedule: str = "5 300 1800 7200 18000 36000 50400 72000 86400"
    """Seconds to the next attempt after the first, the second … that failed; then it is given up."""
    patience: float = Field(default=3 * 86_400.0, gt=0)
    """Seconds of nothing but failures after which a receiver is disabled."""
    look_every: float = Field(default=1.0, gt=0)
    """Seconds between two looks for what is due."""
    at_once: int = Field(default=8, gt=0)
    """Messages to one receiver at once, for each process that delivers."""
    receivers: int = Field(default=32, gt=0)
    """Receivers that a process tells at once."""
    keep: float = Field(default=7 * 86_400.0, gt=0)
    """Seconds for which a delivery can be replayed; four times as long where it was given up."""
    keep_disabled: float = Field(default=28 * 86_400.0, gt=0)
    """Seconds after which what waits for a disabled receiver is dropped."""
    overlap: float = Field(default=86_400.0, gt=0)
    """Seconds for which messages are also signed with the old secret after a new one was made."""
    ca_file: Path | None = None
    """File with certificates (PEM) of authorities that vouch for receivers, beside the public ones."""

    @field_validator("schedule")
    @classmethod
    def _check_schedule(cls, value: str) -> str:
        read_schedule(value)
        return value

    @field_validator("ca_file")
    @classmethod
    def _check_authorities(cls, value: Path | None) -> Path | None:
        try:
            ssl.create_default_context(cafile=value)
        except OSError as error:
            raise ValueError(f"{value} holds no certificates that can be read: {error}") from None
        return value

    @property
    def guard(self) -> Guard:
        """Which addresses and ports may be told."""
        return Guard(read_networks(self.allow), read_ports(self.ports))

    @property
    def pauses(self) -> tuple[float, ...]:
        """The schedule as numbers."""
        return read_schedule(self.schedule)
