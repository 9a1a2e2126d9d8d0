"""A given text, mended: encoding, normal form, control characters, line ends and spaces."""

import re
import unicodedata

import ftfy

from schemas import Unprocessable

# Joiners carry meaning in Indic scripts and emoji; other format characters are invisible leftovers of pages.
_MEANT = {"\n", "\u200c", "\u200d"}
_BINARY = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ufffd\ud800-\udfff]")
_MOST_BINARY = 0.05
_MOST_LOOKED_AT = 50_000
_SIGNATURES = {"%PDF-": "a PDF", "PK\x03\x04": "a ZIP archive or office document", "\x89PNG": "a PNG image"}
_FIXES = ftfy.TextFixerConfig(uncurl_quotes=False, normalization="NFC", explain=False)
_ROUNDS = 4
# ASCII but for the ampersand, and the marks that no wrong decoding makes when they stand alone.
_PLAIN = re.compile(r"[\n\x20-%\x27-\x7e‘’“”–—…]*")
_LINES = re.compile(r"[^\n]*\n|[^\n]+")


def refuse_binary(content: str) -> None:
    """Raise Unprocessable for content that is no text: a known file signature, or mostly unprintable."""
    for signature, kind in _SIGNATURES.items():
        if content.startswith(signature):
            raise Unprocessable(f"content is {kind}, not text: extract its text before publishing it")
    looked_at = content[:_MOST_LOOKED_AT]
    unprintable = len(_BINARY.findall(looked_at))
    if unprintable > max(8, _MOST_BINARY * len(looked_at)):
        raise Unprocessable(
            f"content is not text: {unprintable} of its first {len(looked_at)} characters are control "
            "characters or could not be decoded; publish it as text or HTML in UTF-8"
        )


def repair(content: str) -> str:
    """The text that offsets of removed spans are counted in.

    Mojibake is undone (ftfy), the form is NFC, and no control or invisible character is left but "\\n".
    Lines have single spaces within and none around; at most one empty line parts two lines.
    Repairing a repaired text changes nothing.
    """
    text = content
    for _ in range(_ROUNDS):
        before, text = text, _lay_out(_mend(_strip_surrogates(text)))
        if text == before:
            break
    return text


def _mend(text: str) -> str:
    """The text with its lines mended; there is nothing to mend in a plain one."""
    return "".join(line if _PLAIN.fullmatch(line) else _mend_line(line) for line in _LINES.findall(text))


def _mend_line(line: str) -> str:
    return _strip_characters(ftfy.fix_text(line, _FIXES))


def _strip_surrogates(text: str) -> str:
    return re.sub(r"[\ud800-\udfff]", "\ufffd", text)


def _strip_characters(text: str) -> str:
    return unicodedata.normalize("NFC", text.translate(_PRINTED))


class _Printed(dict[int, str]):
    """What is left of each character; filled as characters are met."""

    def __missing__(self, code: int) -> str:
        self[code] = printed = _printable(chr(code))
        return printed


_PRINTED = _Printed()


def _printable(character: str) -> str:
    if character in _MEANT:
        return character
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Cn") else character


def _lay_out(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
