"""Everything matched anew, while others store and match claims."""

import time
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from services.cli.matching import Matcher
from services.cli.reclustering import recluster
from services.store import engine as store_engine
from services.store.engine import connect
from services.store.tables import claims, wordings
from tests.integration.telling import find, read_state, read_vector, tell
from tests.integration.test_matching import (
    COSTS,
    COSTS_LESS,
    COSTS_TOO,
    CRIME,
    CRIME_TOO,
    CRIME_UP,
    OTHERS,
    TAX,
    match,
    match_anew,
)


def test_everything_can_be_matched_anew_while_workers_work(engine):
    given = list(enumerate([COSTS, COSTS_TOO, COSTS_LESS, CRIME, CRIME_TOO, CRIME_UP, *OTHERS]))

    def work(number: int) -> None:
        matcher = Matcher()
        for article, text in given[number::3]:
            tell(engine, article, text, TAX, minute=article)
            matcher.match(engine, wait=False)

    with ThreadPoolExecutor(4) as threads:
        working = [threads.submit(work, number) for number in range(3)]
        while not all(one.done() for one in working):
            match_anew(engine)
        for one in working:
            one.result()
    match(engine)
    found = read_state(engine)
    assert found["waiting"] == []
    assert len(found["wordings"]) == len(given) + 1
    match_anew(engine)
    assert read_state(engine) == found


def test_others_match_while_everything_is_placed_anew(engine, servers, monkeypatch):
    """What takes long holds nothing: neither the lock, nor a transaction that the store would end for it."""
    monkeypatch.setattr(store_engine, "IDLE_LIMIT", 0.2)
    impatient = connect(servers.database_url)
    tell(engine, 1, CRIME, COSTS)
    match(engine)
    came: list[int] = []

    def interrupt(what: str, number: int, whole: int) -> None:
        if what == "wordings placed" and not came:
            tell(engine, 2, CRIME_TOO, minute=1)
            came.append(Matcher().match(engine, wait=False).changes)
            tell(engine, 3, COSTS_TOO, minute=1)
            time.sleep(0.5)

    recluster(impatient, read_vector, interrupt)
    impatient.dispose()
    assert came == [1]
    found = read_state(engine)
    assert ([row.repetitions for row in found["clusters"]], found["waiting"]) == ([1, 1], [])
    match_anew(engine)
    assert read_state(engine) == found


def test_claims_stored_before_there_were_wordings_get_theirs(engine):
    tell(engine, 1, CRIME)
    tell(engine, 2, CRIME_TOO, minute=1)
    with engine.begin() as tx:
        tx.execute(claims.update().values(wording_id=None))
    told: list[str] = []
    done = recluster(engine, read_vector, lambda what, number, whole: told.append(what))
    assert (done.worded, done.wordings, done.clusters, done.repeated) == (2, 2, 1, 1)
    assert set(told) == {"claims read", "wordings placed"}
    cluster = find(engine, 1, CRIME)
    assert cluster is not None
    assert cluster.repetitions == 1


def test_vectors_are_made_anew_for_another_model(engine):
    tell(engine, 1, CRIME)
    match(engine)
    recluster(engine, lambda text: bytes([1] * 128), lambda *_: None, anew=True)
    with engine.connect() as connection:
        assert set(connection.execute(select(wordings.c.vector)).scalars()) == {bytes([1] * 128)}


def test_what_comes_while_vectors_are_made_anew_gets_the_new_ones(engine):
    """Settled meanwhile, or waiting still: with the vectors of the model before."""
    tell(engine, 1, CRIME)
    match(engine)
    tell(engine, 2, COSTS)
    came: list[int] = []

    def interrupt(what: str, number: int, whole: int) -> None:
        if what == "wordings placed" and not came:
            tell(engine, 3, TAX)
            came.append(Matcher().match(engine).changes)
            tell(engine, 4, CRIME_UP)

    recluster(engine, lambda text: bytes([1] * 128), interrupt, anew=True)
    assert came == [2]
    with engine.connect() as connection:
        assert list(connection.execute(select(wordings.c.vector)).scalars()) == [bytes([1] * 128)] * 4
