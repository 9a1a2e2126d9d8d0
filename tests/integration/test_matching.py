"""The same claim in several articles is one cluster, whoever matches it and in which order."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from schemas import Polarity
from services.cli.matching import Matched, Matcher
from services.cli.reclustering import recluster
from services.store.clusters import list_clusters, read_cluster
from services.store.tables import claims, signatures, wordings
from services.store.wordings import count_unsettled, lock_wordings
from tests.integration.records import NOON, derive_id
from tests.integration.telling import arrive, claim, find, make_said, read_state, read_vector, tell

COSTS = "Repairs to the Tarn Valley dam will take at least two years and cost 84 million crowns."
COSTS_TOO = "The repair of the Tarn Valley dam is to cost 84m crowns and last two years or more."
COSTS_LESS = "Repairs to the Tarn Valley dam will take at least two years and cost 48 million crowns."
CRIME = "Crime in Harbourton has fallen by a third since 2019."
CRIME_TOO = "Since 2019 crime in Harbourton has dropped by one third."
CRIME_UP = "Crime in Harbourton has risen by a third since 2019."
TAX = "The government will not raise taxes in this term."
OTHERS = (
    "Norrland Steel's profit rose 5 percent to 310 million crowns in the first quarter.",
    "In the first quarter profits at Norrland Steel were up 5% to 310m crowns.",
    "Norrland Steel's profit rose 15 percent to 310 million crowns in the first quarter.",
    "Parliament approved the budget by 112 votes to 98.",
    "The budget passed parliament with 112 votes in favour and 98 against.",
    "Parliament approved the budget by 121 votes to 98.",
    "The hospital in Osterby has no children's doctor.",
    "The hospital in Osterby does not have a children's doctor.",
    "The hospital in Harbourton has no children's doctor.",
)


def match(engine) -> None:
    matcher = Matcher()
    while matcher.match(engine).changes:
        pass


def match_anew(engine) -> None:
    recluster(engine, read_vector, lambda *_: None)


def test_another_wording_in_another_outlet_is_the_claim_said_again(engine):
    tell(engine, 1, COSTS, TAX, outlet="Harbour Post", speaker="Edvin Sallowby")
    tell(engine, 2, COSTS_TOO, minute=30, outlet="Highton News", speaker="Hanne Ostrick")
    match(engine)
    cluster = find(engine, 2, COSTS_TOO)
    assert cluster is not None
    assert cluster == find(engine, 1, COSTS)
    assert (cluster.repetitions, cluster.claims, cluster.articles, cluster.wordings) == (1, 2, 2, 2)
    assert cluster.outlets == ("Harbour Post", "Highton News")
    assert cluster.speakers == ("Edvin Sallowby", "Hanne Ostrick")
    assert [variant.text for variant in cluster.variants] == [COSTS, COSTS_TOO]
    assert cluster.first_seen_at == NOON
    assert cluster.first_claim_id == cluster.variants[0].claim_id


def test_another_figure_direction_or_a_denial_is_another_claim(engine):
    tell(engine, 1, COSTS, CRIME, TAX)
    tell(engine, 2, COSTS_LESS, CRIME_UP, minute=1)
    arrive(engine, 3, minute=2)
    claim(engine, 3, make_said(TAX, 3, polarity=Polarity.DENIED))
    match(engine)
    assert {row.repetitions for row in read_state(engine)["clusters"]} == {0}
    assert len(read_state(engine)["clusters"]) == 6


def test_the_same_words_twice_in_one_article_are_no_repetition(engine):
    tell(engine, 1, CRIME, CRIME_TOO)
    match(engine)
    cluster = find(engine, 1, CRIME)
    assert cluster is not None
    assert (cluster.claims, cluster.articles, cluster.repetitions) == (2, 1, 0)


def test_wire_copies_are_no_repetition(engine):
    for article in (1, 2, 3):
        tell(engine, article, CRIME, minute=article)
    sign(engine, 2, copy_of=1)
    match(engine)
    cluster = find(engine, 2, CRIME)
    assert cluster is not None
    assert (cluster.claims, cluster.articles, cluster.repetitions, len(cluster.outlets)) == (3, 3, 1, 3)
    assert [variant.copy_of for variant in cluster.variants] == [None, derive_id("article", 1), None]


def sign(engine, article: int, copy_of: int) -> None:
    row = {
        "article_id": derive_id("article", article),
        "revision": "a",
        "submitted_at": NOON,
        "digest": str(article),
        "runs": 1,
        "minhash": [],
        "bands": [],
        "paragraphs": [],
        "copy_of": derive_id("article", copy_of),
    }
    with engine.begin() as tx:
        tx.execute(signatures.insert().values(row))


def test_an_earlier_article_that_comes_late_is_the_first(engine):
    tell(engine, 1, CRIME, minute=30)
    match(engine)
    tell(engine, 2, CRIME_TOO, minute=10)
    match(engine)
    cluster = find(engine, 1, CRIME)
    assert cluster is not None
    assert [variant.text for variant in cluster.variants] == [CRIME_TOO, CRIME]
    assert len(read_state(engine)["clusters"]) == 1


def test_a_superseded_revision_leaves_its_cluster(engine):
    tell(engine, 1, CRIME)
    tell(engine, 2, CRIME_TOO, minute=1)
    match(engine)
    arrive(engine, 1, revision="b", minute=2)
    claim(engine, 1, make_said(TAX, 1), revision="b")
    match(engine)
    cluster = find(engine, 2, CRIME_TOO)
    assert cluster is not None
    assert (cluster.claims, cluster.repetitions, cluster.outlets) == (1, 0, ("Outlet 2",))
    assert {row.wording_id for row in read_state(engine)["wordings"]} == set(_wordings_of_claims(engine))


def _wordings_of_claims(engine) -> list:
    with engine.connect() as connection:
        return list(connection.execute(select(claims.c.wording_id)).scalars())


def test_work_done_twice_leaves_the_same_rows(engine):
    for article, text in enumerate((CRIME, CRIME_TOO, COSTS)):
        tell(engine, article, text, minute=article)
    match(engine)
    before = read_state(engine)
    for article, text in enumerate((CRIME, CRIME_TOO, COSTS)):
        tell(engine, article, text, minute=article)
    match(engine)
    assert read_state(engine) == before
    assert Matcher().match(engine) == Matched()


@pytest.mark.parametrize("seed", range(3))
def test_neither_the_order_nor_the_number_of_workers_changes_the_result(engine, seed):
    """Articles come in any order, some twice, one with a new revision, and four match them all the while."""
    given = list(enumerate([COSTS, COSTS_TOO, COSTS_LESS, CRIME, CRIME_TOO, CRIME_UP, *OTHERS]))
    for article, text in given:
        tell(engine, article, text, TAX, minute=article)
    match_anew(engine)
    wanted = read_state(engine)
    assert max(row.repetitions for row in wanted["clusters"]) == len(given) - 1
    assert sum(row.wordings > 1 for row in wanted["clusters"]) >= 4

    with engine.begin() as tx:
        for table in (claims, wordings):
            tx.execute(table.delete())
    chance = random.Random(seed)
    jobs = [*given, *chance.sample(given, 5)]
    chance.shuffle(jobs)
    matchers = [Matcher() for _ in range(4)]

    def work(number: int) -> None:
        for article, text in jobs[number::4]:
            tell(engine, article, text, TAX, minute=article)
            matchers[number].match(engine, limit=chance.choice((1, 3, 50)))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(work, range(4)))
    match(engine)
    assert read_state(engine) == wanted
    match_anew(engine)
    assert read_state(engine) == wanted


def test_what_another_process_added_is_known(engine):
    mine = Matcher()
    tell(engine, 1, TAX)
    mine.match(engine)
    tell(engine, 2, CRIME)
    Matcher().match(engine)
    tell(engine, 3, CRIME_TOO, minute=1)
    mine.match(engine)
    cluster = find(engine, 3, CRIME_TOO)
    assert cluster is not None
    assert cluster.repetitions == 1


def test_who_does_not_wait_leaves_the_work_to_the_other(engine):
    tell(engine, 1, CRIME)
    with engine.begin() as tx:
        lock_wordings(tx)
        assert Matcher().match(engine, wait=False) == Matched()
    with engine.connect() as connection:
        assert count_unsettled(connection) == 1


def test_the_most_repeated_come_first(engine):
    for article in range(3):
        tell(engine, article, CRIME, minute=article)
    tell(engine, 7, COSTS)
    tell(engine, 8, COSTS_TOO, TAX, minute=3)
    match(engine)
    with engine.connect() as connection:
        listed = list_clusters(connection, limit=10)
        assert [(row.text, row.repetitions) for row in listed] == [(CRIME, 2), (COSTS, 1)]
        cluster = read_cluster(connection, listed[0].cluster_id, limit=2)
        assert cluster is not None
        assert (len(cluster.variants), cluster.claims) == (2, 3)
        assert read_cluster(connection, derive_id("wording", "none")) is None
