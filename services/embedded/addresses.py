"""Where the embedded servers of a folder answer, for other commands on the same machine."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = "servers.json"


@dataclass(frozen=True)
class Addresses:
    """Where to find running servers."""

    redis_url: str
    database_url: str
    pid: int
    """Process that owns them."""


def write_addresses(home: Path, addresses: Addresses) -> None:
    """Leave the addresses in the folder, readable by its owner only."""
    path = home / FILE
    path.write_text(json.dumps(asdict(addresses), indent=2) + "\n")
    path.chmod(0o600)


def read_addresses(home: Path) -> Addresses | None:
    """The addresses in the folder; None where nothing was started there or it was stopped."""
    try:
        return Addresses(**json.loads((home / FILE).read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def forget_addresses(home: Path) -> None:
    """The servers are gone."""
    (home / FILE).unlink(missing_ok=True)
