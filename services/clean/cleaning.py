"""From a page or a scraped text to clean text and metadata: the way through."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from schemas import MediaType, Metadata, Removed, Skipped, Unprocessable
from services.clean.language import detect_language, read_code
from services.clean.lines import Line
from services.clean.page import read_page
from services.clean.repair import refuse_binary, repair
from services.clean.sweep import Swept, sweep, without_offsets
from services.clean.template import NOTHING_KNOWN, Template

_MARKUP = 5


@dataclass(frozen=True)
class Cleaned:
    """An article without its furniture."""

    text: str
    """Clean text: NFC, no control characters but line feeds, paragraphs parted by one empty line."""
    metadata: Metadata
    """What the publisher said, and where that is silent, what the content says."""
    removed: tuple[Removed, ...]
    """What is not in the text, in order; offsets count in `repair(content)`, for HTML there are none."""
    given: str
    """What the lines were taken from: `repair(content)`; of a page, what was extracted from it."""
    cut: tuple[Removed, ...]
    """`removed`, with offsets in `given` for HTML too."""


@dataclass(frozen=True)
class Policy:
    """What is worth the later stages' work."""

    min_words: int = 25
    """Fewer words of article text are a skip."""
    languages: frozenset[str] = field(default=frozenset({"en"}))
    """ISO 639-1 codes of the languages that have a model."""
    max_characters: int = 1_000_000
    """A longer text is refused; HTML may be five times as long."""


def clean(
    content: str,
    media_type: MediaType,
    metadata: Metadata,
    policy: Policy = Policy(),
    template: Template = NOTHING_KNOWN,
) -> Cleaned | Skipped:
    """Clean an article; `metadata` is what the publisher says and wins over what is found.

    `template` is what the pages of other articles of the source have in common.
    Skipped: nothing in it, too short, or no model for its language. Unprocessable: too large, binary,
    or HTML that no parser can read.
    """
    most = policy.max_characters * (_MARKUP if media_type is MediaType.HTML else 1)
    if len(content) > most:
        raise Unprocessable(f"content has {len(content):,} characters; at most {most:,} are processed")
    if not content.strip():
        return Skipped(reason="the content is empty")
    refuse_binary(content)
    if media_type is MediaType.HTML:
        page = read_page(content, metadata)
        given = repair(page.text)
        swept = sweep(given, page.metadata, template, in_place=False)
        return _accept(given, swept, without_offsets(swept.removed), page.language, policy)
    given = repair(content)
    swept = sweep(given, metadata, template)
    return _accept(given, swept, swept.removed, None, policy)


def _accept(
    given: str, swept: Swept, removed: tuple[Removed, ...], page_language: str | None, policy: Policy
) -> Cleaned | Skipped:
    text = "\n\n".join(line.text for line in swept.kept)
    count = sum(len(line.words) for line in swept.kept)
    if not count:
        return Skipped(reason="no article text was found in the content")
    if count < policy.min_words:
        return Skipped(reason=f"only {count} words of article text; at least {policy.min_words} are needed")
    language = (
        read_code(swept.metadata.language)
        or detect_language(_pick_prose(swept.kept))
        or read_code(page_language)
    )
    if language and language not in policy.languages:
        return Skipped(reason=f"no model for language '{language}'")
    known = swept.metadata.model_copy(update={"language": language})
    return Cleaned(text, known, removed, given, swept.removed)


def _pick_prose(lines: Sequence[Line]) -> str:
    """What a language is best told by: sentences, rather than tables and names."""
    return "\n".join([line.text for line in lines if line.is_prose] or [line.text for line in lines])
