"""Settings of whatever fetches: the ingest worker, `copydesk publish` and `copydesk feeds poll`."""

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.fetching.guard import Guard, read_networks, read_ports


def _check_networks(value: str) -> str:
    read_networks(value)
    return value


def _check_ports(value: str) -> str:
    read_ports(value)
    return value


Networks = Annotated[str, AfterValidator(_check_networks)]
"""What `read_networks` reads."""
Ports = Annotated[str, AfterValidator(_check_ports)]
"""What `read_ports` reads."""


class FetchSettings(BaseSettings):
    """Environment variables that begin with COPYDESK_FETCH_."""

    model_config = SettingsConfigDict(
        env_prefix="COPYDESK_FETCH_", extra="ignore", use_attribute_docstrings=True
    )

    contact: str = Field(default="", pattern=r"^[\x20-\x7e]*$")
    """Who fetches, for the sites that are asked: an address of a page or of mail. Part of the user agent."""
    allow: Networks = ""
    """Networks outside the public net that may be fetched from, on any port, such as `127.0.0.1/32`."""
    ports: Ports = "80,443"
    """Ports that may be fetched from, such as `80,443,8080,8443`."""
    robots: bool = True
    """Ask robots.txt, and obey it."""
    delay: float = Field(default=1.0, ge=0)
    """Seconds between two requests to a host, over all workers; robots.txt may ask for more."""
    most_delay: float = Field(default=30.0, ge=0)
    """Seconds between two requests that robots.txt may ask for at most."""
    connect_limit: float = Field(default=10.0, gt=0)
    """Seconds that connecting may take."""
    read_limit: float = Field(default=20.0, gt=0)
    """Seconds between two pieces of an answer."""
    total_limit: float = Field(default=60.0, gt=0)
    """Seconds that a request and its whole answer may take."""
    max_bytes: int = Field(default=20_000_000, gt=0)
    """Bytes of an answer, unpacked; more is not read."""
    redirects: int = Field(default=5, ge=0)
    """Redirects that are followed."""
    most: int = Field(default=32, gt=0)
    """Pages that a worker fetches at once."""

    @property
    def guard(self) -> Guard:
        """Which addresses and ports may be fetched from."""
        return Guard(read_networks(self.allow), read_ports(self.ports))

    @property
    def agent(self) -> str:
        """The user agent as it is sent."""
        return f"Copydesk/0.1 (+{self.contact})" if self.contact else "Copydesk/0.1"
