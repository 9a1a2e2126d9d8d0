"""The real model, loaded once."""

import pytest
from spacy.language import Language

from services.entities import load_pipeline


@pytest.fixture(scope="session")
def nlp() -> Language:
    return load_pipeline()
