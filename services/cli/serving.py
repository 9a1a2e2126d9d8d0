"""The desk of `copydesk up` and `copydesk run --serve`: its port, token, and address to sign in at."""

import contextlib
import os
import secrets
import socket
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from services.cli.exits import Exit, fail
from services.desk.access import LEAST, Scope
from services.desk.settings import DeskSettings

TOKEN_FILE = "desk-token"  # noqa: S105 (the name of the file, not what is in it)
TOKEN_NAME = "home"  # noqa: S105 (what it is called)
PORTS_TRIED = 20
"""Ports after the usual one that are tried where others have them."""
STARTS_WITHIN = 30.0
LOOK_EVERY = 0.1


@dataclass(frozen=True)
class Place:
    """Where a desk will be, and how it is told so."""

    address: str
    """As a browser on this machine reaches it."""
    token: str | None
    """The words of the home's own token; None where the settings name tokens."""
    environment: dict[str, str]
    taken: int | None = None
    """The usual port, where somebody else has it."""

    @property
    def sign_in(self) -> str:
        """The address at which one button signs in; the bare one where the settings name tokens."""
        return f"{self.address}/sign-in?{urlencode({'token': self.token})}" if self.token else self.address

    def wait(self, stop: threading.Event, seconds: float = STARTS_WITHIN) -> bool:
        """Whether the desk answers within so many seconds; False at once where it is time to go."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not stop.wait(LOOK_EVERY):
            if _answers(f"{self.address}/livez"):
                return True
        return False


def choose_place(home: Path) -> Place:
    """Find a port and a token. Ends the command where a port that the settings name is taken."""
    settings = DeskSettings()
    port = _find_port(settings)
    if port is None:
        ports = _find_ports(settings)
        which = f"port {ports[0]}" if len(ports) == 1 else f"ports {ports[0]} to {ports[-1]}"
        fail(
            Exit.FAILED,
            f"the desk can't listen on {settings.host}, {which}: taken, or not this machine's; "
            "set COPYDESK_DESK_PORT to another (0: any), or leave the desk out with --no-desk",
        )
    environment = {"COPYDESK_DESK_PORT": str(port)}
    token = None
    if not settings.tokens.get_secret_value():
        token = keep_token(home)
        environment["COPYDESK_DESK_TOKENS"] = f"{TOKEN_NAME}:{'+'.join(Scope)}:{token}"
    taken = settings.port if settings.port not in (0, port) else None
    return Place(f"http://{_name_host(settings.host)}:{port}", token, environment, taken)


def keep_token(home: Path) -> str:
    """The token of a home, made at the first time: whoever may read the file may do everything."""
    path = home / TOKEN_FILE
    home.mkdir(parents=True, exist_ok=True)
    if path.exists():
        path.chmod(0o600)
        if len(kept := path.read_text().strip()) >= LEAST:
            return kept
        path.unlink()
    words = secrets.token_urlsafe(24)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"{words}\n")
    return words


def _find_ports(settings: DeskSettings) -> range:
    """The ports to try: the one of the settings; where nobody chose it, those after it too."""
    chosen = "port" in settings.model_fields_set
    last = settings.port if chosen else min(settings.port + PORTS_TRIED, 65_535)
    return range(settings.port, last + 1)


def _find_port(settings: DeskSettings) -> int | None:
    """The first of them that is free."""
    for port in _find_ports(settings):
        with contextlib.suppress(OSError):
            return _try_port(settings.host, port)
    return None


def _try_port(host: str, port: int) -> int:
    with socket.create_server((host, port), family=_find_family(host)) as listener:
        return int(listener.getsockname()[1])


def _find_family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _name_host(host: str) -> str:
    """What a browser on this machine calls the host that the desk listens on."""
    if host in ("0.0.0.0", "::"):  # noqa: S104 (compared with, not listened on)
        return "127.0.0.1" if host == "0.0.0.0" else "[::1]"  # noqa: S104 (compared with)
    return f"[{host}]" if ":" in host else host


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310 (the address is our own)
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
