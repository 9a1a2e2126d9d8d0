"""What a recogniser hands to the merging, and what the merging hands back."""

from dataclasses import dataclass

from schemas import Entity, EntityKind, Mention
from services.entities.kinds import to_kind
from services.entities.names import fold


@dataclass(frozen=True, order=True)
class FoundMention:
    """A stretch `text[start:end]` that a model labelled; code points of the clean text, half-open."""

    start: int
    end: int
    label: str


@dataclass(frozen=True)
class Extraction:
    """The mentions of an article in order of appearance, and what they name in order of first appearance."""

    mentions: tuple[Mention, ...] = ()
    entities: tuple[Entity, ...] = ()


@dataclass(frozen=True, order=True)
class NamedSpan:
    """A found mention with tidy bounds: its text with single spaces, and the titles that stand with it.

    `key` is the folded surface: spans with one key name the same thing.
    """

    start: int
    end: int
    label: str
    surface: str
    key: str
    titles: tuple[str, ...] = ()

    @classmethod
    def cut(cls, text: str, start: int, end: int, label: str) -> "NamedSpan":
        """The span of `text` from `start` to `end` with its surface and key."""
        surface = " ".join(text[start:end].split())
        return cls(start, end, label, surface, fold(surface))

    @property
    def kind(self) -> EntityKind:
        """What the label alone says it is."""
        return to_kind(self.label, self.surface)
