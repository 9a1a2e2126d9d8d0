"""A stretch of text that always carries its words.

Offsets count code points of the clean text (NFC), half-open; `prefix` and `suffix` are the
few characters around it (W3C Web Annotation, TextQuoteSelector), by which the words can be found
again after a new cleaning.
"""

from typing import Self

from pydantic import Field, model_validator

from schemas.record import Record

CONTEXT = 32


class Span(Record):
    """`text[start:end] == exact`, for the text the span was cut from."""

    start: int = Field(ge=0)
    """First code point of the span."""
    end: int = Field(ge=1)
    """Code point after the last one of the span."""
    exact: str
    """The words themselves."""
    prefix: str = ""
    """Up to 32 code points before the span."""
    suffix: str = ""
    """Up to 32 code points after the span."""

    @model_validator(mode="after")
    def _bounds_fit_the_words(self) -> Self:
        if self.end - self.start != len(self.exact) or not self.exact:
            raise ValueError(
                f"start {self.start} and end {self.end} do not fit exact, "
                f"which has {len(self.exact)} code points"
            )
        return self

    @classmethod
    def cut(cls, text: str, start: int, end: int) -> Self:
        """The span of `text` from `start` to `end`; ValueError where it is empty or outside."""
        if not 0 <= start < end <= len(text):
            raise ValueError(f"no span from {start} to {end} in a text of {len(text)} code points")
        return cls(
            start=start,
            end=end,
            exact=text[start:end],
            prefix=text[max(0, start - CONTEXT) : start],
            suffix=text[end : end + CONTEXT],
        )

    def fits(self, text: str) -> bool:
        """Whether the span holds in `text`."""
        return text[self.start : self.end] == self.exact
