"""What stands in a store of an earlier version is there, and used, after each of the last migrations."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

from services.desk.webhooks.signing import list_secrets
from services.store.claims import ClaimFilter, find_claims
from services.store.deliveries import find_position, take_deliveries
from services.store.migration import SCRIPTS, migrate
from services.store.triage import TriageState
from services.store.webhooks import find_webhook, list_active
from tests.integration.test_store import find_differences, list_tables

ARTICLE, CLAIM, HOOK, DELIVERY = (UUID(int=number) for number in range(1, 5))
OF_THE_ELEVENTH = """
insert into articles (article_id, revision, submitted_at, title, source)
    values (:article, 'a', '2026-11-23T12:00Z', 'On the dam', 'Harbour Post');
insert into claims (claim_id, article_id, revision, kind, polarity, modality, claimant, text,
    check_worthiness, position, record, said_at, about, search)
    values (:claim, :article, 'a', 'attributed', 'affirmed', 'stated', 'Ilse Brandt',
    'repairs cost more', 0.5, 0, '{}', '2026-11-23T12:00Z', '{}',
    to_tsvector('english', 'repairs cost more'))
"""
OF_THE_TWELFTH = """
insert into unsettled_wordings (claim_id, wording_id, text, day, denied, speaker, vector)
    values (:claim, :article, 'repairs cost more', '2026-11-23', false, 'Ilse Brandt', '\\x00ff');
insert into wordings (wording_id, text, day, denied, speaker, vector, said_at, cluster_id)
    values (:article, 'repairs cost more', '2026-11-23', false, null, '\\x00ff', now(), :article);
insert into claim_clusters values (:article, :claim, now(), now(), 1, 2, 2, 1, 1, 1, 0.5);
update claims set wording_id = :article
"""
OF_THE_THIRTEENTH = """
insert into judgements (claim_id, article_id, state, note, judged_by)
    values (:claim, :article, 'to_check', 'ask the board', 'desk'),
    (:claim, :article, 'checked', '', 'desk')
"""
OF_THE_FOURTEENTH = """
insert into webhooks (webhook_id, url, filter, secret, since_entry, failures, failing_since)
    values (:hook, 'https://herald.example/hook', '{"min_score": 0.7}', 'whsec_x', '5-0', 2, now());
insert into webhook_deliveries (delivery_id, webhook_id, event, payload, attempts, next_at, error)
    values (:delivery, :hook, 'claim.detected', '{}', 2, now(), 'no answer');
insert into stream_positions (reader, entry_id) values ('webhooks', '7-0')
"""
WRITTEN = {
    "0011": OF_THE_ELEVENTH,
    "0012": OF_THE_TWELFTH,
    "0013": OF_THE_THIRTEENTH,
    "0014": OF_THE_FOURTEENTH,
}
"""Rows of each version, as it could be written then."""
TABLES = {
    "0012": {"unsettled_wordings", "wordings", "claim_clusters"},
    "0013": {"judgements"},
    "0014": {"webhooks", "webhook_deliveries", "stream_positions"},
}
"""Tables that each version brought."""


def write(engine: Engine, version: str) -> None:
    """Bring the store to a version, and write what was written then."""
    migrate(engine, version)
    values = {"article": ARTICLE, "claim": CLAIM, "hook": HOOK, "delivery": DELIVERY}
    with engine.begin() as tx:
        for statement in WRITTEN[version].split(";\n"):
            named = {name: value for name, value in values.items() if f":{name}" in statement}
            tx.execute(text(statement), named)


def write_until(engine: Engine, version: str) -> None:
    """The same for each version until then, one after the other."""
    for one in WRITTEN:
        if one <= version:
            write(engine, one)


def count(engine: Engine) -> Mapping[str, int]:
    """Rows by table."""
    with engine.connect() as tx:
        return {
            name: tx.execute(text(f"select count(*) from {name}")).scalar_one()
            for name in sorted(list_tables(engine) - {"alembic_version"})
        }


def take_back(engine: Engine, version: str) -> None:
    """Downgrade."""
    with engine.begin() as tx:
        config = Config()
        config.set_main_option("script_location", str(SCRIPTS))
        config.attributes["connection"] = tx
        command.downgrade(config, version)


@pytest.mark.parametrize("version", WRITTEN)
def test_every_row_of_an_earlier_version_is_there_after_the_migration(empty, version):
    write_until(empty, version)
    before = count(empty)
    migrate(empty)
    after = count(empty)
    assert {name: after[name] for name in before} == before
    assert sum(after.values()) == sum(before.values())
    assert find_differences(empty) == []


def test_claims_from_before_said_again_are_found_and_belong_to_no_wording(empty):
    write_until(empty, "0011")
    migrate(empty)
    with empty.connect() as tx:
        (row,) = find_claims(tx, ClaimFilter(words="repair"))
        wording = tx.execute(text("select wording_id from claims")).scalar_one()
    assert (row.claim_id, wording) == (CLAIM, None)


def test_wordings_from_before_triage_are_what_they_were(empty):
    write_until(empty, "0012")
    migrate(empty)
    with empty.connect() as tx:
        claim = tx.execute(text("select wording_id from claims")).scalar_one()
        vectors = tx.execute(text("select w.vector, u.vector from wordings w, unsettled_wordings u")).one()
        cluster = tx.execute(text("select first_claim_id, repetitions from claim_clusters")).one()
    assert (claim, *map(bytes, vectors)) == (ARTICLE, b"\x00\xff", b"\x00\xff")
    assert tuple(cluster) == (CLAIM, 1)


def test_judgements_from_before_webhooks_count(empty):
    write_until(empty, "0013")
    migrate(empty)
    with empty.connect() as tx:
        checked = find_claims(tx, ClaimFilter(triage=TriageState.CHECKED))
        to_check = find_claims(tx, ClaimFilter(triage=TriageState.TO_CHECK))
    assert ([row.claim_id for row in checked], to_check) == ([CLAIM], [])


def test_webhooks_from_before_rotation_are_told_as_before(empty):
    write_until(empty, "0014")
    migrate(empty)
    now = datetime.now(UTC) + timedelta(minutes=1)
    with empty.begin() as tx:
        hook = find_webhook(tx, HOOK)
        assert (hook.dropped, hook.waiting, hook.failures) == (0, 1, 2)
        assert list_secrets(hook, now) == ("whsec_x",)
        assert [row.webhook_id for row in list_active(tx)] == [HOOK]
        (taken,) = take_deliveries(tx, HOOK, now, lambda _: timedelta(seconds=30), 8)
        assert (taken.delivery_id, taken.attempts, taken.error) == (DELIVERY, 3, "no answer")
        assert find_position(tx, "webhooks") == "7-0"


@pytest.mark.parametrize("version", TABLES)
def test_each_can_be_taken_back_and_brought_again(empty, version):
    """What a version brought goes with it; what was there before stays, and is there afterwards."""
    earlier = f"{int(version) - 1:04}"
    write_until(empty, version)
    before = count(empty)
    take_back(empty, earlier)
    kept = {name: number for name, number in before.items() if name not in TABLES[version]}
    assert count(empty) == kept
    migrate(empty)
    assert find_differences(empty) == []
    assert {name: number for name, number in count(empty).items() if number} == {
        name: number for name, number in kept.items() if number
    }


def test_old_secrets_go_with_the_version_that_brought_them_and_no_receiver_does(empty):
    write_until(empty, "0014")
    migrate(empty)
    with empty.begin() as tx:
        tx.execute(text("update webhooks set dropped = 3, secret = 'whsec_y'"))
    take_back(empty, "0014")
    with empty.connect() as tx:
        assert tx.execute(text("select secret from webhooks")).scalar_one() == "whsec_y"
    migrate(empty)
    with empty.connect() as tx:
        assert find_webhook(tx, HOOK).dropped == 0
