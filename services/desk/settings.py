"""Settings of the desk."""

import os

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.desk.access import Token, read_tokens

LOOPBACK = ("127.0.0.1", "::1", "localhost")
MAX_BODY = 22_000_000
"""Bytes: the largest content that ingest takes (COPYDESK_INGEST_MAX_BYTES) in JSON, with room to spare."""


class DeskSettings(BaseSettings):
    """Environment variables that begin with COPYDESK_DESK_, or files as for the shared settings."""

    model_config = SettingsConfigDict(
        env_prefix="COPYDESK_DESK_",
        extra="ignore",
        use_attribute_docstrings=True,
        hide_input_in_errors=True,  # it may hold a token
        secrets_dir=os.environ.get("COPYDESK_SECRETS_DIR"),
    )

    host: str = "127.0.0.1"
    """Address to listen on."""
    port: int = Field(default=8400, ge=0, le=65535)
    """Its port; 0 takes a free one, which the log names."""
    hosts: str = "127.0.0.1 localhost [::1]"
    """Names by which the desk is asked, and may be; `*` for any."""
    tokens: SecretStr = SecretStr("")
    """Who may do what: `NAME:SCOPE+SCOPE:TOKEN`, parted by blanks; scopes are read, submit, operate."""
    anonymous: bool | None = None
    """Whether everybody may read; by default where it listens on loopback."""
    max_body_bytes: int = Field(default=MAX_BODY, gt=0)
    """A larger request is refused (413)."""
    rate: str = "1200/minute"
    """Requests of one caller, by token or by address, before it has to wait (429)."""
    analyze_bytes: int = Field(default=500_000, gt=0)
    """Bytes of a text or page of *Try it*; more is refused (413)."""
    analyze_seconds: float = Field(default=30.0, gt=0)
    """Seconds that its analysis may take."""
    cors_origins: str = ""
    """Origins whose pages may read the API, such as `https://desk.example`; none by default."""
    proxies: str = ""
    """Addresses of proxies whose X-Forwarded-For and X-Forwarded-Proto count."""
    heartbeat: float = Field(default=15.0, gt=0)
    """Seconds of silence on a stream of events before a comment is sent, so that nobody thinks it dead."""
    stream_buffer: int = Field(default=1_000, gt=0)
    """Articles that a client of a stream may be behind what comes; one that is slower is dropped."""
    stream_clients: int = Field(default=200, gt=0)
    """Clients of streams at once; more are refused (503)."""
    stream_write_limit: float = Field(default=20.0, gt=0)
    """Seconds in which a client must take what it is sent, else its stream and connection are ended."""

    @field_validator("tokens")
    @classmethod
    def _check_tokens(cls, tokens: SecretStr) -> SecretStr:
        read_tokens(tokens.get_secret_value())
        return tokens

    def read_tokens(self) -> tuple[Token, ...]:
        """The tokens, without their words."""
        return read_tokens(self.tokens.get_secret_value())

    def lets_everybody_read(self) -> bool:
        """Whether a caller without a token may read."""
        return self.host in LOOPBACK if self.anonymous is None else self.anonymous
