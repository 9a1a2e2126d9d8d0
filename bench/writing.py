"""What writing claims costs with all that searching needs, against the same rows without it.

Both write the same claims, a batch of articles at a time, beside all that is stored already; the processor
time of this process and of its connection's process in Postgres count. The plain table has the columns and
the indexes that there were before claims could be searched.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psutil
from sqlalchemy import Connection, Engine, MetaData, Table, text

from bench.million import ARTICLE_CLAIMS, Pool
from schemas import (
    CheckWorthiness,
    Claim,
    Claimant,
    ClaimKind,
    ClaimsDetected,
    FoundBy,
    Provenance,
    QuoteType,
    Span,
    derive_id,
)
from services.store.claims import save_claims
from services.store.engine import unhurried
from services.store.upsert import upsert

BATCH = 16
BATCHES = 25
PLAIN = """
create schema plain;
create table plain.claims as select claim_id, article_id, revision, kind, quote_type, polarity, modality,
    claimant, claimant_entity_id, text, check_worthiness, nested_in, position, record, detected_at, standalone
    from claims;
alter table plain.claims add primary key (claim_id);
create index on plain.claims (article_id);
create index on plain.claims (check_worthiness);
create index on plain.claims (lower(claimant));
"""


@dataclass(frozen=True)
class Written:
    """Microseconds of processor time a claim."""

    plain: float
    searchable: float

    @property
    def ratio(self) -> float:
        """How many times the work it is."""
        return self.searchable / self.plain


def compare_writing(engine: Engine, pool: Pool, rounds: int) -> Written:
    """Alternating rounds of both; the cheapest of each. Nothing of it stays."""
    plain, searchable = [], []
    with engine.connect() as tx, unhurried(tx):
        tx.connection.driver_connection.execute(PLAIN)  # type: ignore[union-attr]  # it is open
        table = Table("claims", MetaData(schema="plain"), autoload_with=tx)
        save_plain = _make_plain_writer(table)
        for number in range(rounds):
            batches = [_detect(tx, pool, number, batch) for batch in range(BATCHES)]
            plain.append(_time(tx, save_plain, batches))
            searchable.append(_time(tx, save_claims, batches))
        tx.rollback()
    return Written(min(plain), min(searchable))


def _make_plain_writer(table: Table) -> Callable[[Connection, Sequence[ClaimsDetected]], None]:
    def save(tx: Connection, detected: Sequence[ClaimsDetected]) -> None:
        tx.execute(table.delete().where(table.c.article_id.in_([one.article_id for one in detected])))
        upsert(tx, table, [_row(message, claim) for message in detected for claim in message.claims])

    return save


def _row(message: ClaimsDetected, claim: Claim) -> dict[str, Any]:
    assert claim.claimant
    return {
        "claim_id": claim.claim_id,
        "article_id": message.article_id,
        "revision": message.revision,
        "kind": claim.kind,
        "quote_type": claim.quote_type,
        "polarity": claim.polarity,
        "modality": claim.modality,
        "claimant": claim.claimant.name,
        "claimant_entity_id": claim.claimant.entity_id,
        "text": claim.text,
        "standalone": None,
        "check_worthiness": claim.check_worthiness.score,
        "nested_in": None,
        "position": claim.content[0].start,
        "record": claim.model_dump(mode="json"),
    }


def _detect(tx: Connection, pool: Pool, number: int, batch: int) -> list[ClaimsDetected]:
    """A batch of new articles' claims."""
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    ids = [derive_id("written", number, batch, one) for one in range(BATCH)]
    stored = text(
        "insert into articles (article_id, revision, submitted_at, title) values (:id, 'a', :now, :t)"
    )
    words = pool.draw(len(pool.words), 8)
    title = " ".join(pool.words[word] for word in words)
    tx.execute(stored, [{"id": one, "now": now, "t": title} for one in ids])
    return [
        ClaimsDetected(
            message_id=one,
            article_id=one,
            revision="a",
            submitted_at=now,
            produced_at=now,
            claims=tuple(_claim(pool, derive_id("claim", one, at)) for at in range(ARTICLE_CLAIMS)),
        )
        for one in ids
    ]


def _claim(pool: Pool, claim_id: UUID) -> Claim:
    said = " ".join(pool.words[word] for word in pool.draw(len(pool.words), 18))
    speaker, first, second = pool.draw(len(pool.names), 3)
    claimant = Claimant(
        name=pool.names[speaker], entity_id=pool.ids[speaker], found_by=FoundBy.NAME, confidence=1
    )
    return Claim(
        claim_id=claim_id,
        kind=ClaimKind.ATTRIBUTED,
        content=(Span(start=0, end=len(said), exact=said),),
        text=said,
        claimant=claimant,
        quote_type=QuoteType.INDIRECT,
        check_worthiness=CheckWorthiness(score=float(pool.chance.random())),
        about=(pool.ids[first], pool.ids[second]),
        provenance=Provenance(method="drawn", version="1", confidence=1),
    )


def _time(
    tx: Connection,
    save: Callable[[Connection, Sequence[ClaimsDetected]], None],
    batches: Sequence[Sequence[ClaimsDetected]],
) -> float:
    server = psutil.Process(tx.execute(text("select pg_backend_pid()")).scalar_one())
    began = time.process_time() + sum(server.cpu_times()[:2])
    for batch in batches:
        save(tx, batch)
    spent = time.process_time() + sum(server.cpu_times()[:2]) - began
    return spent / (BATCHES * BATCH * ARTICLE_CLAIMS) * 1e6
