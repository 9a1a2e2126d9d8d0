"""Repair: the text that offsets are counted in."""

import unicodedata
from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import Unprocessable
from services.clean.repair import refuse_binary, repair


@pytest.mark.parametrize(
    ("given_text", "repaired"),
    [
        ("The harbourâ€™s gate", "The harbour’s gate"),
        ("CafÃ©", "Café"),
        ("Cafe\u0301", "Café"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("a\x00b\x07c\x1b[0m", "abc"),
        ("a\tb\u00a0c\u2003d   e", "a b c d e"),
        ("zero\u200bwidth so\u00adft \ufeffmark", "zerowidth soft mark"),
        ("  a  \n \n\n\n  b ", "a\n\nb"),
        ("“Curly” stays", "“Curly” stays"),
        ("क्\u200dष", "क्\u200dष"),
    ],
)
def test_a_text_is_mended(given_text: str, repaired: str):
    assert repair(given_text) == repaired


@given(st.text())
def test_a_repaired_text_is_nfc_without_control_characters(content: str):
    text = repair(content)
    assert unicodedata.is_normalized("NFC", text)
    assert not any(unicodedata.category(character) in ("Cc", "Cs") for character in text if character != "\n")
    assert "\n\n\n" not in text
    assert not any(line != line.strip() or "  " in line for line in text.split("\n"))


@given(st.text())
def test_repairing_twice_is_repairing_once(content: str):
    assert repair(repair(content)) == repair(content)


def test_a_text_that_was_garbled_several_times_is_mended():
    garbled = "é"
    for _ in range(3):
        garbled = garbled.encode().decode("latin-1")
    assert repair(f"caf{garbled} caf{garbled}") == "café café"


def test_the_rounds_of_mending_are_bounded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(import_module("services.clean.repair"), "_ROUNDS", 1)
    assert repair("CafÃ©") == "Café"


@pytest.mark.parametrize("content", ["\x00\x01\x02" * 100, "\ufffd" * 50 + "abc", "a" * 50 + "\x05" * 20])
def test_binary_content_is_refused_with_a_reason(content: str):
    with pytest.raises(Unprocessable, match="content is not text"):
        refuse_binary(content)


@pytest.mark.parametrize(
    ("content", "kind"), [("%PDF-1.7 ...", "PDF"), ("PK\x03\x04abc", "ZIP"), ("\x89PNG\r\n", "PNG")]
)
def test_a_known_file_is_named(content: str, kind: str):
    with pytest.raises(Unprocessable, match=kind):
        refuse_binary(content)


def test_a_few_broken_characters_are_no_reason_to_refuse():
    refuse_binary("The harbour\ufffd is closed.\x00")
