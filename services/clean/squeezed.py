"""Texts brought down to what they are compared by."""

import re

WORD = re.compile(r"\w+")
_SQUEEZED = re.compile(r"[\W_]+")
_ASKED = 150


def squeeze(text: str) -> str:
    """The letters and digits of a text, by which texts are compared."""
    return _SQUEEZED.sub("", text).lower()


def squeeze_ends(text: str) -> str:
    """The same of its beginning and end, which is all that is asked of a long one."""
    return squeeze(text if len(text) <= 2 * _ASKED else text[:_ASKED] + text[-_ASKED:])
