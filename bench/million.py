"""Claims by the million, of invented words and names, for benchmarks of the store.

Words and names follow Zipf's law, as those of a newspaper do; a few speakers and outlets make most claims.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from sqlalchemy import Connection, Engine, text

from schemas import derive_id
from services.store.engine import unhurried
from services.store.spellings import fold, list_deletes, split_words
from services.store.tables import claims

ARTICLE_CLAIMS = 10
ARTICLE_ENTITIES = 5
WORDS_A_CLAIM = 18
VOCABULARY = 30_000
BLOCK = 20_000
SYLLABLES = "ba be bri co da do el fa gra hen il jo ka lin mar no or pe ra sta tor un ver wes yl zan"
ENDINGS = ("", "", "s", "ing", "ed", "ation")
KINDS = ("person", "organization", "place")
LABELS = {
    "kind": (("attributed", "asserted"), (0.7, 0.3)),
    "quote_type": (("direct", "indirect", "mixed"), (0.3, 0.6, 0.1)),
    "polarity": (("affirmed", "denied"), (0.95, 0.05)),
    "modality": (("stated", "hedged", "intended", "questioned"), (0.7, 0.15, 0.1, 0.05)),
}
COPIED = """
create unlogged table drawn (
    claim_id uuid, article_id uuid, kind text, quote_type text, polarity text, modality text, claimant text,
    claimant_entity_id uuid, text text, check_worthiness float, position int, about uuid[], record jsonb
)
"""
FILL = """
insert into claims (claim_id, article_id, revision, kind, quote_type, polarity, modality, claimant,
    claimant_entity_id, text, standalone, check_worthiness, position, about, record, source, said_at,
    wording_id, search)
select claim_id, article_id, 'a', kind, quote_type, polarity, modality, claimant, claimant_entity_id, text,
    text || '.', check_worthiness, position, about, record, source, coalesce(published_at, submitted_at),
    claim_id,
    setweight(to_tsvector('english', text), 'A') || setweight(to_tsvector('english', text || '.'), 'A')
    || setweight(to_tsvector('english', coalesce(claimant, '')), 'B')
    || setweight(to_tsvector('english', title), 'C')
from drawn join articles using (article_id)
"""
# A claim in ten was said again; of these one in two more than once, one in three more than twice, and so on.
WORDINGS = """
insert into wordings (wording_id, text, denied, vector, said_at, cluster_id, repetitions)
select claim_id, text, false, '', said_at, claim_id, floor(0.1 / (0.0005 + random()))
from claims, (select setseed(0.11)) as seeded
"""


@dataclass(frozen=True)
class Pool:
    """What rows are drawn from."""

    chance: np.random.Generator
    words: list[str]
    names: list[str]
    ids: list[UUID]
    sources: list[str]

    def draw(self, of: int, size: int, steepness: float = 1.0) -> NDArray[np.intp]:
        """Numbers below `of`, the small ones most often."""
        reached = _add_weights(of, steepness)
        return np.searchsorted(reached, self.chance.random(size) * reached[-1])


@cache
def _add_weights(of: int, steepness: float) -> NDArray[np.float64]:
    return np.cumsum(1 / np.arange(1, of + 1) ** steepness)


def make_pool(rows: int, seed: int = 11) -> Pool:
    """Words, names and outlets for so many claims; the same for the same seed."""
    chance = np.random.default_rng(seed)

    def invent(number: int, endings: Iterable[str] = ENDINGS) -> list[str]:
        found: dict[str, None] = {}
        endings = tuple(endings)
        while len(found) < number:
            parts = chance.choice(SYLLABLES.split(), int(chance.integers(2, 5)))
            found["".join(parts) + str(chance.choice(endings))] = None
        return list(found)

    first, last = invent(2_000, ("", "n", "a")), invent(max(rows // 40, 2_000), ("", "berg", "son", "ic"))
    number = max(rows // 10, 1_000)
    given, family = chance.integers(len(first), size=number), chance.integers(len(last), size=number)
    names = [f"{first[a]} {last[b]}".title() for a, b in zip(given, family, strict=True)]
    names = list(dict.fromkeys(names))
    ids = [derive_id("entity", name) for name in names]
    return Pool(chance, invent(VOCABULARY), names, ids, [f"{word.title()} Post" for word in last[:300]])


def fill(engine: Engine, rows: int, pool: Pool, say: Console) -> dict[str, float]:
    """Put the rows into an empty store; seconds that each index of the claims took to make."""
    articles = max(rows // ARTICLE_CLAIMS, 1)
    with engine.begin() as tx, unhurried(tx):
        for memory in ("work_mem", "maintenance_work_mem"):
            tx.execute(text(f"set local {memory} = '512MB'"))
        for index in claims.indexes:
            index.drop(tx)
        tx.execute(text(COPIED))
        for table, columns, lines in (
            ("articles", "article_id, revision, submitted_at, source, title, published_at", _articles),
            ("entities", "article_id, entity_id, revision, name, kind, aliases, titles", _entities),
            ("names", "name, entity_id, key, words", _names),
            ("name_words", "word, deletes", _name_words),
            ("drawn", "", _claims),
        ):
            _time(say, table, lambda: _copy(tx, table, columns, lines(pool, articles)))  # noqa: B023 (called at once)
        _time(say, "claims", lambda: tx.execute(text(FILL)))
        _time(say, "wordings", lambda: tx.execute(text(WORDINGS)))
        tx.execute(text("drop table drawn"))
        took = {
            str(index.name): _time(say, str(index.name), lambda: index.create(tx))  # noqa: B023 (called at once)
            for index in sorted(claims.indexes, key=lambda one: str(one.name))
        }
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("set statement_timeout = 0"))
        connection.connection.driver_connection.patience = None
        _time(say, "vacuum analyze", lambda: connection.execute(text("vacuum analyze")))
    return took


def _time(say: Console, what: str, act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    seconds = time.perf_counter() - began
    say.print(f"{what}: {seconds:.1f} s")
    return seconds


def _copy(tx: Connection, table: str, columns: str, lines: Iterator[str]) -> None:
    driver: Any = tx.connection.driver_connection
    into = f"{table} ({columns})" if columns else table
    with driver.cursor() as cursor, cursor.copy(f"copy {into} from stdin") as copy:
        block: list[str] = []
        for line in lines:
            block.append(line)
            if len(block) == BLOCK:
                copy.write("".join(block))
                block = []
        copy.write("".join(block))


def _articles(pool: Pool, articles: int) -> Iterator[str]:
    sources = pool.draw(len(pool.sources), articles)
    words = pool.draw(len(pool.words), articles * 8).reshape(articles, 8)
    minutes = np.sort(pool.chance.integers(0, 3 * 365 * 24 * 60, articles))
    for at in range(articles):
        title = " ".join(pool.words[word] for word in words[at])
        moment = np.datetime64("2023-11-23T12:00") + minutes[at]
        yield f"{_article(at)}\ta\t{moment}Z\t{pool.sources[sources[at]]}\t{title}\t{moment}Z\n"


def _article(number: int) -> UUID:
    return UUID(int=number + 1)


def _entities(pool: Pool, articles: int) -> Iterator[str]:
    drawn = pool.draw(len(pool.names), articles * ARTICLE_ENTITIES).reshape(articles, ARTICLE_ENTITIES)
    for at in range(articles):
        for one in set(drawn[at]):
            yield f"{_article(at)}\t{pool.ids[one]}\ta\t{pool.names[one]}\t{KINDS[one % 3]}\t[]\t[]\n"


def _names(pool: Pool, articles: int) -> Iterator[str]:  # noqa: ARG001 (all are given both)
    for name, entity_id in zip(pool.names, pool.ids, strict=True):
        yield f"{name}\t{entity_id}\t{fold(name)}\t{{{','.join(split_words(name))}}}\n"


def _name_words(pool: Pool, articles: int) -> Iterator[str]:  # noqa: ARG001 (all are given both)
    for word in sorted({word for name in pool.names for word in split_words(name)}):
        yield f"{word}\t{{{','.join(list_deletes(word))}}}\n"


def _claims(pool: Pool, articles: int) -> Iterator[str]:
    for begin in range(0, articles, BLOCK // ARTICLE_CLAIMS):
        numbers = range(begin, min(begin + BLOCK // ARTICLE_CLAIMS, articles))
        yield from _claims_of(pool, numbers)


def _claims_of(pool: Pool, numbers: range) -> Iterator[str]:
    size = len(numbers) * ARTICLE_CLAIMS
    drawn = pool.draw(len(pool.words), size * WORDS_A_CLAIM).reshape(size, WORDS_A_CLAIM).tolist()
    speakers = pool.draw(len(pool.names), size).tolist()
    about = pool.draw(len(pool.names), size * 2).reshape(size, 2).tolist()
    scores = pool.chance.beta(1.2, 2.0, size).tolist()
    silent = (pool.chance.random(size) < 0.2).tolist()
    labels = [pool.chance.choice(values, size, p=p).tolist() for values, p in LABELS.values()]
    words, names, ids = pool.words, pool.names, [str(one) for one in pool.ids]
    for at, (*labelled, numbered, speaker, (one, other), score, by_nobody) in enumerate(
        zip(*labels, drawn, speakers, about, scores, silent, strict=True)
    ):
        number = numbers[at // ARTICLE_CLAIMS]
        said = " ".join([words[word] for word in numbered]).capitalize()
        by = "\\N\t\\N" if by_nobody else f"{names[speaker]}\t{ids[speaker]}"
        kinds = "\t".join(labelled)
        key = f"{number:016x}{at + 1:016x}"
        place = at % ARTICLE_CLAIMS * 120
        yield (
            f"{key}\t{number + 1:032x}\t{kinds}\t{by}\t{said}\t{score:.4f}\t{place}\t"
            f"{{{ids[one]},{ids[other]}}}\t{_describe(said)}\n"
        )


def _describe(said: str) -> str:
    """A record of the usual size, as JSON; its content does not matter here, and words need no escape."""
    reason = f'{{"weight": 0.25, "reason": "figures", "words": "{said[:20]}"}}'
    span = f'{{"start": 0, "end": {len(said)}, "exact": "{said}", "prefix": "{said[:32]}", "suffix": ""}}'
    reasons = f"[{reason}, {reason}, {reason}]"
    return f'{{"content": [{span}], "text": "{said}", "cue": {span}, "reasons": {reasons}}}'
