"""Settings of the clean worker."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.clean.cleaning import Policy
from services.clean.clusters import CopyPolicy
from services.clean.template import MOST_PAGES

DEFAULT = Policy()


class CleanSettings(BaseSettings):
    """Environment variables that begin with COPYDESK_CLEAN_."""

    model_config = SettingsConfigDict(
        env_prefix="COPYDESK_CLEAN_", extra="ignore", use_attribute_docstrings=True
    )

    min_words: int = Field(default=DEFAULT.min_words, ge=0)
    """An article with fewer words is a recorded skip."""
    languages: frozenset[str] = DEFAULT.languages
    """Languages (ISO 639-1) that the later stages have a model for; others are a recorded skip."""

    remembered_pages: int = Field(default=MOST_PAGES, ge=0, le=MOST_PAGES)
    """Newest pages of each source that are remembered, to learn which lines are the source's own."""

    copies: CopyPolicy = CopyPolicy.PROCESS
    """A copy of an earlier article is worked on, or a skip that names it; the same text is always a skip."""

    def policy(self) -> Policy:
        """What cleaning is to let through."""
        return Policy(min_words=self.min_words, languages=self.languages)
