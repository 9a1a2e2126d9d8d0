"""Which claims are asked for: the parameters that the API, pages, feeds, streams and webhooks share."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
    model_validator,
)

from schemas import ClaimKind, Modality, Polarity, QuoteType, UtcTime
from services.desk.paging import MOST, read_cursor, write_cursor
from services.desk.problems import refuse_field
from services.ingest import read_moment
from services.store.claims import ClaimFilter, Order, Position
from services.store.triage import TriageFilter


def _check_text(text: str) -> str:
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("holds a NUL or half a surrogate pair, and no text does")
    return text


Words = Annotated[str, Field(max_length=1_000), AfterValidator(_check_text)]
"""A text of a question; Postgres takes no NUL."""
MOMENT_SCHEMA = {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}]}
Moment = Annotated[
    UtcTime,
    BeforeValidator(lambda value: read_moment(value) if isinstance(value, str) else value),
    WithJsonSchema(MOMENT_SCHEMA),
]
"""A time with its zone, or a day for its midnight in UTC."""
Score = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class Question(BaseModel):
    """Parameters of an address; one that is empty, as forms send them, is not given."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    @model_validator(mode="before")
    @classmethod
    def _leave_out_empty(cls, given: Any) -> Any:  # noqa: ANN401 (whatever was sent)
        if not isinstance(given, Mapping):
            return given
        return {name: value for name, value in given.items() if value not in ("", None)}


class ClaimQuery(Question):
    """The parameters as they are written; `filter` is what they mean to the store."""

    q: Words | None = Field(None, examples=['bridge "41 million" -ferry'])
    """Words to be found, as in a search box: all of them, `"a phrase"`, `or`, `-without`."""
    speaker: Words | None = Field(None, examples=["brandt"])
    """Part of the claimant's name."""
    speaker_id: UUID | None = None
    """The entity that claims it."""
    entity: Words | None = None
    """Part of a name that the claim is by or about."""
    entity_id: UUID | None = None
    """The entity that the claim is by or about."""
    about_id: UUID | None = None
    """The entity that the claim is about."""
    source: Words | None = Field(None, examples=["harbour post"])
    """Part of the outlet's name."""
    since: Moment | None = None
    """Published at or after; a time with its zone, or a day."""
    until: Moment | None = None
    """Published before."""
    kind: ClaimKind | None = None
    """Attributed to somebody, or asserted by the article itself."""
    quote_type: QuoteType | None = None
    """How the words are given."""
    modality: Modality | None = None
    """How firmly it is put."""
    polarity: Polarity | None = None
    """Whether the source stands by it or denies it."""
    min_score: Score | None = None
    """Least check-worthiness."""
    max_score: Score | None = None
    """Most check-worthiness."""
    triage: TriageFilter | None = None
    """What was judged of it; open is what nobody has settled."""
    article_id: UUID | None = None
    """Only of this article."""
    order: Order = Order.WORTH
    """What comes first."""
    limit: Annotated[int, Field(ge=1, le=MOST)] | None = None
    """At most so many; of forms without pages (jsonl, csv) all where it is not given."""
    cursor: Words | None = None
    """Where the page before ended: the `next` of its answer."""

    @property
    def filter(self) -> ClaimFilter:
        """What the store is asked. Problem 422 for a cursor that is none."""
        same = (
            "speaker speaker_id entity entity_id about_id source since until kind quote_type modality "
            "polarity min_score max_score triage order limit"
        )
        return ClaimFilter(
            **{name: getattr(self, name) for name in same.split()},
            words=self.q,
            article_ids=None if self.article_id is None else (self.article_id,),
            after=None if self.cursor is None else read_cursor(self.order, Position, self.cursor),
        )


def write_claim_cursor(order: Order, position: Position) -> str:
    """The cursor of a claim's position."""
    return write_cursor(order, position)


def parse_claim_query(parameters: Mapping[str, str]) -> ClaimQuery:
    """The parameters of an address that was kept, such as a webhook's. Problem 422 names what is wrong."""
    try:
        return ClaimQuery.model_validate(dict(parameters))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise refuse_field(".".join(map(str, first["loc"])) or "parameters", str(first["msg"])) from None


def _read(query: Annotated[ClaimQuery, Query()]) -> ClaimQuery:
    return query


Wanted = Annotated[ClaimQuery, Depends(_read)]
"""A parameter of a route: which claims are asked for."""
