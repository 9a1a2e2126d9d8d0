"""Claims as a ranked list, page by page."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Connection,
    Double,
    FromClause,
    Row,
    Select,
    Subquery,
    cast,
    func,
    literal,
    null,
    select,
)

from services.store.claim_filter import (
    ORDERED_BY,
    ClaimFilter,
    Key,
    Order,
    list_keys,
    parse_words,
    stand_after,
)
from services.store.claim_gathering import Search, by_index, gather, prepare
from services.store.claim_repetition import join_repetitions, order_by_repetition, repetitions
from services.store.tables import articles, claims

RANKED = 2_000
"""Claims that are compared by how well they fit the words: of more, the most check-worthy."""
COLUMNS = (
    claims.c.claim_id,
    claims.c.article_id,
    claims.c.revision,
    claims.c.claimant,
    claims.c.claimant_entity_id,
    claims.c.text,
    claims.c.standalone,
    claims.c.polarity,
    claims.c.modality,
    claims.c.kind,
    claims.c.quote_type,
    claims.c.check_worthiness,
    claims.c.nested_in,
    claims.c.position,
    claims.c.about,
    claims.c.said_at,
    claims.c.record,
    articles.c.title,
    articles.c.url,
    articles.c.source,
    articles.c.published_at,
    repetitions,
)


def find_claims(tx: Connection, wanted: ClaimFilter, search: Search | None = None) -> Sequence[Row[Any]]:
    """Rows of claims with title, url, source and published_at of their article, in the order wanted.

    Each has its `repetitions`: 0 where it was never said again, or is not matched yet. `search` is the filter
    as it was prepared, where that is known.
    """
    return tx.execute(build_page(wanted, search or prepare(tx, wanted))).all()


def build_page(wanted: ClaimFilter, search: Search) -> Select[Any]:
    """The query of `find_claims`: which claims are on the page is known before anything wide is read."""
    chosen = _choose(wanted, search).subquery("chosen")
    keys = list_keys(wanted, {**claims.c, "relevance": chosen.c.relevance, "repetitions": repetitions})
    query: Select[Any] = select(*COLUMNS, chosen.c.relevance).select_from(claims)
    joined = join_repetitions(query.join(articles).join(chosen, chosen.c.claim_id == claims.c.claim_id))
    return joined.order_by(*(key.order() for key in keys))


def _is_ranked(wanted: ClaimFilter) -> bool:
    return wanted.order is Order.RELEVANCE and wanted.words is not None


def _choose(wanted: ClaimFilter, search: Search) -> Select[Any]:
    """Ids of the claims on the page, and how well they fit the words where that is asked for."""
    no_relevance = cast(null(), Double).label("relevance")
    if wanted.order is Order.REPETITION:
        found = gather(search, (*ORDERED_BY, "wording_id"))
        ordered = order_by_repetition(found, wanted)
        return _turn_to(select(ordered.c.claim_id, no_relevance), wanted, list_keys(wanted, ordered.c))
    if not _is_ranked(wanted):
        found = gather(search, ORDERED_BY)
        return _turn_to(select(found.c.claim_id, no_relevance), wanted, list_keys(wanted, found.c))
    ranked = _rank(gather(search, (*ORDERED_BY, "search")), wanted.words or "")
    return _turn_to(select(ranked.c.claim_id, ranked.c.relevance), wanted, list_keys(wanted, ranked.c))


def _turn_to(query: Select[Any], wanted: ClaimFilter, keys: Sequence[Key]) -> Select[Any]:
    if wanted.after is not None:
        query = query.where(stand_after(keys, wanted.after))
    return query.order_by(*(key.order() for key in keys)).limit(wanted.limit)


def _rank(found: FromClause, words: str) -> Subquery:
    """The most check-worthy of what was found, each with how well it fits: how near its words stand."""
    worthy = (
        select(found)
        .order_by(*(key.order() for key in list_keys(ClaimFilter(), found.c)))
        .limit(RANKED)
        .subquery("worthy")
    )
    rank = func.ts_rank_cd(worthy.c.search, parse_words(words))
    return select(worthy, cast(rank, Double).label("relevance")).subquery("ranked")


def count_claims(tx: Connection, wanted: ClaimFilter, up_to: int | None = 10_000) -> int:
    """How many claims the filter lets through, whatever its limit and position.

    No more than `up_to` are counted: that number means as many or more. None counts all.
    """
    search = prepare(tx, wanted)
    some = select(literal(1)).select_from(gather(search, ["claim_id"])).limit(up_to)
    with by_index(tx, search):
        return int(tx.execute(select(func.count()).select_from(some.subquery())).scalar_one())


def read_claim(tx: Connection, claim_id: UUID) -> Row[Any] | None:
    """A row as `find_claims` gives it; None where there is no such claim."""
    relevance = cast(null(), Double).label("relevance")
    query: Select[Any] = select(*COLUMNS, relevance).select_from(claims)
    joined = join_repetitions(query.join(articles, articles.c.article_id == claims.c.article_id))
    return tx.execute(joined.where(claims.c.claim_id == claim_id)).first()
