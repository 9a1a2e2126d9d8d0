"""Settings of the claims worker."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.claims.components import Method
from services.claims.detection import ASSERTED_FROM
from services.kit.settings import SPACY_PIPELINE


class ClaimsSettings(BaseSettings):
    """Environment variables that begin with COPYDESK_CLAIMS_."""

    model_config = SettingsConfigDict(
        env_prefix="COPYDESK_CLAIMS_", extra="ignore", use_attribute_docstrings=True
    )

    pipeline: str = SPACY_PIPELINE
    """Installed spaCy pipeline with a tagger and a parser."""

    attribution: Method = "model"
    """Who finds who says what: `model`, the trained one with rules beside it, or `rules` alone."""

    base_rate: float | None = Field(default=None, gt=0, lt=1)
    """Share of statements worth a check that scores are made for; by default as in the newest debates."""

    asserted_from: float = Field(default=ASSERTED_FROM, ge=0, le=1)
    """Score from which a sentence of the article itself, in which nobody is cited, is a claim."""
