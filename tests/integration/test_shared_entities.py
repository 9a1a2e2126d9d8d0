"""Many articles share an entity: each keeps what it says of it, whoever writes and takes away beside it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, select

from schemas import derive_id
from services.store.articles import save_arrival
from services.store.claims import ClaimFilter, find_claims, save_claims
from services.store.entities import save_entities
from services.store.tables import entities, mentions
from tests.integration.records import (
    make_arrival,
    make_claim,
    make_detected,
    make_entity,
    make_extracted,
)

ARTICLES = (1, 2, 3)
BRANDT = make_entity("Ilse Brandt")
MAYOR = BRANDT.model_copy(update={"name": "ILSE BRANDT", "aliases": ("the mayor",)})
BOARD = make_entity("Harbour Board")


@pytest.fixture(autouse=True)
def _articles(engine: Engine) -> None:
    with engine.begin() as tx:
        for article in ARTICLES:
            save_arrival(tx, make_arrival(article))


def save(engine: Engine, *extracted) -> None:
    with engine.begin() as tx:
        save_entities(tx, extracted)


def named(engine: Engine) -> set[tuple[object, str]]:
    """Which article has which entity, by name."""
    with engine.connect() as connection:
        return {
            (row.article_id, row.name)
            for row in connection.execute(select(entities.c.article_id, entities.c.name))
        }


def mentioned(engine: Engine) -> list[tuple[object, object]]:
    with engine.connect() as connection:
        rows = connection.execute(select(mentions.c.article_id, mentions.c.entity_id))
        return sorted((row.article_id, row.entity_id) for row in rows)


def article(number: int) -> object:
    return derive_id("article", number)


def test_each_article_keeps_the_name_that_it_prints(engine):
    save(engine, make_extracted(BRANDT), make_extracted(MAYOR, article=2))
    assert named(engine) == {(article(1), "Ilse Brandt"), (article(2), "ILSE BRANDT")}
    assert mentioned(engine) == sorted([(article(1), BRANDT.entity_id), (article(2), BRANDT.entity_id)])


def test_an_article_that_no_longer_names_an_entity_takes_it_from_no_other(engine):
    save(engine, make_extracted(BRANDT, BOARD), make_extracted(BRANDT, article=2))
    save(engine, make_extracted(BOARD))
    assert named(engine) == {(article(1), "Harbour Board"), (article(2), "Ilse Brandt")}
    assert len(mentioned(engine)) == 2


def test_a_newer_revision_takes_away_only_what_its_own_article_said(engine):
    save(engine, make_extracted(BRANDT), make_extracted(BRANDT, article=2))
    with engine.begin() as tx:
        save_arrival(tx, make_arrival(1, revision="b", minute=5))
    assert named(engine) == {(article(2), "Ilse Brandt")}
    assert mentioned(engine) == [(article(2), BRANDT.entity_id)]


def test_workers_that_write_a_shared_entity_at_once_neither_wait_for_ever_nor_lose_one(engine):
    """In opposite orders, again and again: rows that they shared would be a deadlock before long."""

    def work(orders: tuple[int, ...]) -> None:
        for _ in range(20):
            save(engine, *(make_extracted(BRANDT, BOARD, article=number) for number in orders))

    with ThreadPoolExecutor(3) as workers:
        list(workers.map(work, [(1,), (2,), (3,)]))
    assert named(engine) == {
        (article(n), name) for n in ARTICLES for name in ("Ilse Brandt", "Harbour Board")
    }
    assert len(mentioned(engine)) == 6


def test_claims_of_other_articles_about_a_shared_entity_are_found_by_their_own_names(engine):
    save(engine, make_extracted(BRANDT), make_extracted(MAYOR, article=2))
    with engine.begin() as tx:
        first = make_detected(make_claim("the bridge is safe", claimant=BRANDT))
        second = make_detected(make_claim("tolls will rise", 0.4, 2, claimant=MAYOR), article=2)
        save_claims(tx, [first, second])
        found = [row.text for row in find_claims(tx, ClaimFilter(entity="Brandt"))]
        assert found == ["the bridge is safe", "tolls will rise"]
        assert [row.text for row in find_claims(tx, ClaimFilter(entity="the mayor"))] == ["tolls will rise"]
