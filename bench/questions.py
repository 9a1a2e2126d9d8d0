"""What people ask a store of claims for, for benchmarks."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from sqlalchemy import Connection

from bench.million import Pool
from services.store.article_reading import ArticleFilter, list_articles
from services.store.claim_facets import read_facets
from services.store.claim_filter import ClaimFilter, Order, read_position
from services.store.claim_search import count_claims, find_claims
from services.store.entity_reading import count_over_time, list_spoken_of
from services.store.name_search import find_names

PAGE = 50
DEEP = 5_000
Query = Callable[[Connection], object]


def list_queries(tx: Connection, pool: Pool) -> dict[str, Query]:
    """What people ask for; words are neither the commonest nor the rarest."""
    common, usual, rare = pool.words[5], pool.words[200], pool.words[5_000]
    speaker, entity = pool.names[20], pool.ids[20]
    typo = pool.names[300].replace("a", "e", 1)
    deep = next(row for row in reversed(find_claims(tx, ClaimFilter(limit=DEEP))) if not row.repetitions)
    newest = find_claims(tx, ClaimFilter(order=Order.NEWEST, limit=1))[0].said_at
    filters = {
        "words, rare": ClaimFilter(words=rare),
        "words": ClaimFilter(words=f"{usual} {common}"),
        "words, common": ClaimFilter(words=common),
        "words by relevance": ClaimFilter(words=f"{usual} or {rare}", order=Order.RELEVANCE),
        "words and speaker": ClaimFilter(words=usual, speaker=speaker),
        "inbox": ClaimFilter(min_score=0.7),
        "inbox of a week": ClaimFilter(min_score=0.7, since=newest - timedelta(days=7)),
        "inbox, denied": ClaimFilter(min_score=0.5, polarity="denied"),
        "newest": ClaimFilter(order=Order.NEWEST),
        "newest of an outlet": ClaimFilter(source=pool.sources[40], order=Order.NEWEST),
        "claims of a speaker": ClaimFilter(speaker=speaker),
        "claims of an entity": ClaimFilter(speaker_id=entity, order=Order.NEWEST),
        "by or about an entity": ClaimFilter(entity_id=entity),
        "entity by part of name": ClaimFilter(entity=speaker),
        "deep page": ClaimFilter(after=read_position(deep)),
        "most repeated": ClaimFilter(order=Order.REPETITION),
        "most repeated, with words": ClaimFilter(words=usual, order=Order.REPETITION),
        "past the repeated": ClaimFilter(order=Order.REPETITION, after=read_position(deep)),
    }
    pages = {name: partial(_find, wanted) for name, wanted in filters.items()}
    return {
        **pages,
        "count of words": lambda tx: count_claims(tx, ClaimFilter(words=common)),
        "count of all": lambda tx: count_claims(tx, ClaimFilter()),
        "facets of the inbox": lambda tx: read_facets(tx, ClaimFilter(min_score=0.7)),
        "facets of words": lambda tx: read_facets(tx, ClaimFilter(words=usual)),
        "facets of words and speaker": lambda tx: read_facets(tx, ClaimFilter(words=usual, speaker=speaker)),
        "name with a typo": lambda tx: find_names(tx, typo),
        "surname": lambda tx: find_names(tx, speaker.split()[1]),
        "entity over time": lambda tx: count_over_time(tx, entity),
        "whom it speaks about": lambda tx: list_spoken_of(tx, entity),
        "articles of an entity": lambda tx: list_articles(tx, ArticleFilter(entity_id=entity, limit=PAGE)),
    }


def _find(wanted: ClaimFilter, tx: Connection) -> object:
    return find_claims(tx, ClaimFilter(**{**vars(wanted), "limit": PAGE}))
