"""The language: said when it can be told, silent when not."""

import pytest

from services.clean.language import detect_language, read_code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The harbour will stay closed until Monday because of the works on the quay, the city said.", "en"),
        (
            "Der Hafen bleibt wegen der Bauarbeiten bis zum kommenden Montag geschlossen, sagte die Stadt.",
            "de",
        ),
        ("Le port restera fermé jusqu'à lundi à cause de travaux sur le quai, a annoncé la ville.", "fr"),
        ("Nobody was asked, said the mayor of Lowton.", "en"),
        ("Порт останется закрытым до понедельника из-за ремонтных работ, сообщили в мэрии города.", "ru"),
    ],
)
def test_a_clear_text_tells_its_language(text: str, code: str):
    assert detect_language(text) == code


def test_filler_text_is_no_latin_article():
    assert (
        detect_language("Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor.")
        != "la"
    )


@pytest.mark.parametrize("text", ["", "Hafen zu", "12345 67890 " * 20])
def test_a_short_text_tells_nothing(text: str):
    assert detect_language(text) is None


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("EN_us", "en"),
        ("  de ", "de"),
        ("english", None),
        ("", None),
        (None, None),
    ],
)
def test_a_code_is_read_from_what_is_said(said: str | None, code: str | None):
    assert read_code(said) == code
