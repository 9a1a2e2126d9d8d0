"""A secret is changed without a message being refused: for a while both sign."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, update
from standardwebhooks import WebhookVerificationError

from services.desk.webhooks.delivery import open_poster, send_test
from services.desk.webhooks.rotation import rotate
from services.desk.webhooks.settings import WebhookSettings
from services.desk.webhooks.signing import make_secret
from services.store.tables import webhooks
from services.store.webhooks import MOST_OLD_SECRETS
from tests.desk.delivering import LOOPBACK, delivering, read, until_done
from tests.desk.detected import detect, tell

DAY = WebhookSettings().overlap


def change(engine: Engine, hook, **how: object):
    with engine.begin() as tx:
        return rotate(tx, hook.webhook_id, DAY, **how)


async def send_one(engine: Engine, hook) -> None:
    settings = WebhookSettings(**LOOPBACK)
    async with open_poster(settings) as poster:
        assert (await send_test(poster, read(engine, hook))).error is None


async def test_for_a_day_both_secrets_verify_what_is_delivered(redis, engine, receiver, add):
    hook = await add(receiver)
    new = change(engine, hook)
    assert abs(new.old_until - datetime.now(UTC) - timedelta(days=1)) < timedelta(minutes=1)
    async with delivering(redis, engine):
        await tell(redis, detect(1, "Fees rise."))
        await until_done(engine, 1)
    (told,) = receiver.told
    assert told.verify(hook.secret) == told.verify(new.secret)
    assert len(told.headers["webhook-signature"].split(" ")) == 2
    with pytest.raises(WebhookVerificationError):
        told.verify(make_secret())


async def test_after_the_day_the_old_secret_signs_no_more(redis, engine, receiver, add):
    hook = await add(receiver)
    new = change(engine, hook)
    ended = [{"secret": hook.secret, "until": datetime.now(UTC).isoformat()}]
    with engine.begin() as tx:
        tx.execute(update(webhooks).values(old_secrets=ended))
    await send_one(engine, hook)
    assert receiver.told[0].verify(new.secret)
    with pytest.raises(WebhookVerificationError):
        receiver.told[0].verify(hook.secret)


async def test_a_secret_that_others_know_signs_no_more_at_once(redis, engine, receiver, add):
    hook = await add(receiver)
    first, second = change(engine, hook), change(engine, hook, at_once=True)
    await send_one(engine, hook)
    assert receiver.told[0].verify(second.secret)
    for known in (hook.secret, first.secret):
        with pytest.raises(WebhookVerificationError):
            receiver.told[0].verify(known)


async def test_who_changes_it_again_and_again_signs_with_the_last_ones(redis, engine, receiver, add):
    hook = await add(receiver)
    made = [hook.secret, *(change(engine, hook).secret for _ in range(MOST_OLD_SECRETS + 1))]
    await send_one(engine, hook)
    assert all(receiver.told[0].verify(secret) for secret in made[1:])
    with pytest.raises(WebhookVerificationError):
        receiver.told[0].verify(made[0])


async def test_ones_own_secret_is_taken_and_what_is_none_is_refused(redis, engine, receiver, add):
    hook, own = await add(receiver), make_secret()
    assert change(engine, hook, secret=own).secret == own
    with pytest.raises(ValueError, match="whsec_"):
        change(engine, hook, secret="whsec_short")
    await send_one(engine, hook)
    assert receiver.told[0].verify(own)


async def test_the_api_shows_the_new_secret_once(desk, engine, receiver, add):
    hook = await add(receiver)
    path = f"/api/v1/webhooks/{hook.webhook_id}"
    async with desk.client("operate") as client:
        changed = await client.post(f"{path}/rotate")
        assert changed.status_code == 200
        secret = changed.json()["secret"]
        refused = await client.post(f"{path}/rotate", json={"secret": "whsec_short"})
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "secret")
        shown = [await client.get(one) for one in (path, "/api/v1/webhooks", "/webhooks.json")]
    assert all(secret not in one.text and hook.secret not in one.text for one in shown)
    assert all("old_secrets" not in one.text for one in shown)
    await send_one(engine, hook)
    assert receiver.told[0].verify(secret) == receiver.told[0].verify(hook.secret)
