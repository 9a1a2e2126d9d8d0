"""How a claim is put for somebody else's reader, and which addresses can be given on."""

from urllib.parse import quote, urlsplit
from uuid import UUID

from schemas import Polarity
from services.desk.sightings import Sighting

_KEPT = "!$%&'()*+,;=:@/?~[]#"


def put(sighting: Sighting) -> str:
    """The claim as a sentence: what the source denies is never shown as if it had been said."""
    claim = sighting.claim
    said = claim.standalone.text if claim.standalone else claim.text
    return f"denied: {said}" if claim.polarity is Polarity.DENIED else said


def find_url(url: str | None) -> str | None:
    """An address of the web in letters that every format can hold; None for what is none."""
    try:
        parts = urlsplit((url or "").strip())
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = parts.port
    except (ValueError, UnicodeError):
        return None
    plain = host and all(letter.isalnum() or letter in "-._:" for letter in host)
    if parts.scheme not in ("http", "https") or not plain or parts.username is not None:
        return None
    where = (f"[{host}]" if ":" in host else host) + (f":{port}" if port is not None else "")
    rest = quote(parts.path or "/", safe=_KEPT, errors="replace")
    for mark, part in (("?", parts.query), ("#", parts.fragment)):
        rest += mark + quote(part, safe=_KEPT, errors="replace") if part else ""
    return f"{parts.scheme}://{where}{rest}"


def name_urn(given: UUID) -> str:
    """An id as a name that is the same everywhere."""
    return f"urn:uuid:{given}"
