"""One pipeline for all tests of this folder."""

import pytest
from hand_made import Detect, article
from spacy.language import Language

from schemas import Claim, Entity, Metadata
from services.claims import detect, load_pipeline


@pytest.fixture(scope="session")
def nlp() -> Language:
    return load_pipeline()


@pytest.fixture
def claims_in(nlp: Language) -> Detect:
    """The claims of one text with these entities."""

    def run(text: str, *entities: Entity, metadata: Metadata | None = None) -> list[Claim]:
        return list(detect(nlp, [article(text, *entities, metadata=metadata)])[0])

    return run
