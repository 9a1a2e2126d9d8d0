"""The address of a request, taken apart strictly: what could mean two things to two readers is refused."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address
from urllib.parse import quote, urljoin, urlsplit

from schemas import Unprocessable

LONGEST = 4096
PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?")
_NUMERIC = re.compile(r"(?:.*\.)?(?:0x[0-9a-f]*|[0-9]+)")
_KEPT = "!$%&'()*+,;=:@/?~[]"


@dataclass(frozen=True)
class Target:
    """Where a request goes."""

    scheme: str
    host: str
    port: int
    path: str
    """With its query."""

    @property
    def origin(self) -> str:
        """Scheme, host and port, without the port that goes without saying."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self.port == PORTS[self.scheme] else f":{self.port}")

    @property
    def url(self) -> str:
        """The whole address."""
        return self.origin + self.path


def read_target(url: str, base: str | None = None) -> Target:
    """The target of an address, or of a redirect seen from `base`. Raises Unprocessable, saying why.

    Only http and https, no login; a host in numbers only in the one form that everybody reads alike.
    """
    if len(url) > LONGEST or any(ord(letter) < 32 or ord(letter) == 127 for letter in url.strip()):
        raise _refuse(url, "is too long, or has control characters in it")
    try:
        parts = urlsplit(urljoin(base, url.strip()) if base else url.strip())
        port = parts.port
    except ValueError as error:
        raise _refuse(url, f"is not an address: {error}") from None
    scheme = parts.scheme.lower()
    if scheme not in PORTS:
        raise _refuse(url, "is not a web address; only http and https are fetched")
    if parts.username is not None or parts.password is not None:
        raise _refuse(url, "holds a login, and none is sent")
    path = quote(parts.path or "/", safe=_KEPT) + (
        f"?{quote(parts.query, safe=_KEPT)}" if parts.query else ""
    )
    return Target(
        scheme, _read_host(url, parts.hostname or ""), PORTS[scheme] if port is None else port, path
    )


def _read_host(url: str, host: str) -> str:
    if ":" in host:
        return host
    try:
        host = host.rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise _refuse(url, "has a host name that cannot be one") from None
    if not _HOST.fullmatch(host):
        raise _refuse(url, "has no host name, or one that cannot be one")
    if _NUMERIC.fullmatch(host) and not _is_plain(host):
        raise _refuse(url, "has a host in numbers that is not a plain IPv4 address")
    return host


def _is_plain(host: str) -> bool:
    """Whether an IPv4 address is written as four decimal numbers, and not in octal, hexadecimal or short."""
    try:
        return str(IPv4Address(host)) == host
    except ValueError:
        return False


def _refuse(url: str, why: str) -> Unprocessable:
    return Unprocessable(f"url: {url[:80]!r} {why}")
