"""Canonical addresses: one spelling for every way a page's address is written.

What tells two pages apart is never dropped: a parameter goes only where its name is known to track
readers, and an address that cannot be one of a page is refused rather than guessed at.
"""

import re
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

from schemas import Unprocessable

LONGEST = 4096
DEFAULT_PORTS = {"http": 80, "https": 443}
TRACKING_PREFIXES = ("utm_", "mtm_", "pk_", "itm_", "hsa_", "vero_", "oly_", "at_", "guce_")
# fmt: off
TRACKING_NAMES = frozenset({
    "_ga", "_gl", "_hsenc", "_hsmi", "__twitter_impression", "cmp", "cmpid", "dclid", "fbclid",
    "ftag", "ftcamp", "gbraid", "gclid", "gclsrc", "guccounter", "igsh", "igshid", "jsessionid",
    "li_fat_id", "mc_cid", "mc_eid", "mkt_tok", "msclkid", "ocid", "phpsessid", "ref", "ref_src",
    "ref_url", "s_cid", "smid", "sr_share", "srsltid", "ttclid", "twclid", "wbraid", "wt_mc",
    "xtor", "yclid", "ysclid",
})
# fmt: on

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})|([^%]+|%)", re.DOTALL)
_SESSION = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE)
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_KEPT = "!$&'()*+,;=:@/?~"


def canonical_url(url: str) -> str:
    """The address with a lower-case host and sorted query, without fragment, tracking, login, default port.

    Repeated and trailing slashes go too. The scheme stays as given. Raises Unprocessable, naming the
    field `url`, for anything that is not a whole http or https address.
    """
    parts = _split("".join(url.split("\x00")).strip())
    scheme = parts.scheme.lower()
    return urlunsplit((scheme, _netloc(parts, scheme), _path(parts.path), _query(parts.query), ""))


def _refuse(url: str, why: str) -> Unprocessable:
    shown = url if len(url) <= 80 else f"{url[:79]}…"
    return Unprocessable(f"url: {shown!r} {why}")


def _split(url: str) -> SplitResult:
    if len(url) > LONGEST:
        raise _refuse(url, f"is {len(url):,} characters long; an address may have {LONGEST:,}")
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - a port out of range is only found when it is asked for
    except ValueError as error:
        raise _refuse(url, f"is not an address: {error}") from None
    if parts.scheme.lower() not in DEFAULT_PORTS:
        raise _refuse(url, "is not a web address; give it whole, with http:// or https:// in front")
    return parts


def _netloc(parts: SplitResult, scheme: str) -> str:
    host = _host(parts)
    port = parts.port
    return host if port in (None, DEFAULT_PORTS[scheme]) else f"{host}:{port}"


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    if ":" in host:
        return f"[{host}]"
    try:
        host = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise _refuse(parts.geturl(), "has a host name that cannot be one") from None
    if not _HOST.fullmatch(host):
        raise _refuse(parts.geturl(), "has no host name, or one that cannot be one")
    return host


def _escape(part: str) -> str:
    """Percent-encoding in one form: upper-case, and only where it is needed."""
    return _ESCAPE.sub(_escape_piece, part)


def _escape_piece(piece: re.Match[str]) -> str:
    if piece[1] is None:
        return "%25" if piece[2] == "%" else quote(piece[2], safe=_KEPT, errors="surrogatepass")
    letter = chr(int(piece[1], 16))
    return letter if letter in _UNRESERVED else f"%{piece[1].upper()}"


def _path(path: str) -> str:
    segments: list[str] = []
    for segment in _SESSION.sub("", _escape(path)).split("/"):
        if segment == "..":
            del segments[-1:]
        elif segment not in ("", "."):
            segments.append(segment)
    return "/" + "/".join(segments)


def _query(query: str) -> str:
    pairs = [pair for pair in _escape(query).split("&") if pair and not _tracks(pair)]
    return "&".join(sorted(pairs, key=_name))


def _name(pair: str) -> str:
    return pair.partition("=")[0]


def _tracks(pair: str) -> bool:
    name = _name(pair).lower()
    return name in TRACKING_NAMES or name.startswith(TRACKING_PREFIXES)
