"""Addresses as pages link to them."""

from collections.abc import Iterable
from urllib.parse import quote, urlencode, urlsplit

Parameters = Iterable[tuple[str, str]]


def web_address(text: str | None) -> str | None:
    """The address where it is one of the web; nothing else may become a link."""
    if not text:
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if parts.scheme in ("http", "https") and parts.hostname else None


def own_path(text: str | None, otherwise: str = "/") -> str:
    """The path where it is one of this desk, else `otherwise`: nobody is led to another site."""
    if not text or not text.startswith("/") or text.startswith(("//", "/\\")):
        return otherwise
    if "\\" in text or any(ord(character) < 33 or ord(character) == 127 for character in text):
        return otherwise
    return quote(text, safe="/?&=%+:,;@!$'()*~-._#[]")


def is_within(path: str, section: str) -> bool:
    """Whether a page belongs to a section of the navigation."""
    return path == section or path.startswith(f"{section}/")


def join(path: str, parameters: Parameters) -> str:
    """The path with a query."""
    query = urlencode([(name, value) for name, value in parameters if value != ""])
    return f"{path}?{query}" if query else path


def change(parameters: Parameters, **values: str | None) -> list[tuple[str, str]]:
    """The parameters with some set to other values, or left out where a value is None.

    A list that is narrowed in another way begins anew: its cursor goes.
    """
    kept = [(name, value) for name, value in parameters if name not in values and name != "cursor"]
    return kept + [(name, value) for name, value in values.items() if value is not None]


def list_twins(path: str, parameters: Parameters, forms: Iterable[str]) -> list[tuple[str, str]]:
    """The same list for programs: each form with its address."""
    given = change(parameters)
    return [(form, join(f"{path}.{form}", given)) for form in forms]
