"""Outlets, as their articles are found by them."""

from schemas import LONGEST_SOURCE


def cut_source(name: str | None) -> str | None:
    """As much of an outlet's name as is kept: pages and messages of before name it as they like."""
    return name[:LONGEST_SOURCE] if name else None
