"""The language of a text, said only when the text is long and clear enough to tell."""

import re
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

_FEWEST_CHARACTERS = 20
_MOST_CHARACTERS = 500
_SURE = 0.9
# What no outlet writes in; and codes of three letters, for which ISO 639-1 has none.
_NOT_IN_NEWS = {"eo", "la", "sa", "vo"}
_CODE = re.compile(r"^\s*([A-Za-z]{2})(?:$|[-_\s])")


def read_code(said: str | None) -> str | None:
    """The ISO 639-1 code in what a publisher or page says ("en-GB", "EN_us"); None where there is none."""
    match = _CODE.match(said or "")
    return match[1].lower() if match else None


def load_identifier() -> None:
    """Load the model now rather than with the first text."""
    _identifier()


def detect_language(text: str) -> str | None:
    """ISO 639-1 code of the text; None where it is too short or too mixed to be sure."""
    sample = text[:_MOST_CHARACTERS]
    if sum(character.isalpha() for character in sample) < _FEWEST_CHARACTERS:
        return None
    code, probability = _identifier().classify(sample)
    return str(code) if float(probability) >= _SURE else None


@cache
def _identifier() -> LanguageIdentifier:
    """The model, unpacked at the first call: half a second, and 65 MB in the temporary folder."""
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    codes = {str(code) for code in identifier.nb_classes if len(code) == 2}
    identifier.set_languages(sorted(codes - _NOT_IN_NEWS))
    return identifier
