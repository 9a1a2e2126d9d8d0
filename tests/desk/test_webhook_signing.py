"""Signatures, secrets and the schedule: what can be told without sending anything."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from standardwebhooks import Webhook

from services.desk.webhooks.messages import name_message
from services.desk.webhooks.schedule import find_end, find_pause, find_rest, read_schedule
from services.desk.webhooks.settings import WebhookSettings
from services.desk.webhooks.signing import make_secret, read_secret, sign

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PAUSES = WebhookSettings().pauses


@given(st.text(max_size=200), st.binary(min_size=24, max_size=64), st.uuids())
def test_the_conventions_own_library_signs_alike(text, key, delivery):
    secret, message_id = "whsec_" + b64encode(key).decode(), name_message(delivery)
    body = text.encode("utf-8", "replace")
    ours = sign([secret], message_id, NOW, body)
    assert ours["webhook-signature"] == Webhook(secret).sign(message_id, NOW, body.decode())
    assert (ours["webhook-id"], ours["webhook-timestamp"]) == (message_id, str(int(NOW.timestamp())))
    assert all(value.isascii() and value.isprintable() for value in ours.values())


def test_secrets_differ_and_have_enough_bytes():
    assert make_secret() != make_secret()
    assert len(read_secret(make_secret())) == 32


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "whsec_",
        "secret",
        "whsec_" + b64encode(b"x" * 23).decode(),
        "whsec_" + b64encode(b"x" * 65).decode(),
        b64encode(b"x" * 32).decode(),
        "whsec_" + b64encode(b"x" * 32).decode() + "\r\nX-Injected: 1",
        "whsec_é" + b64encode(b"x" * 32).decode(),
    ],
)
def test_what_is_no_secret_is_refused_without_its_words(secret):
    with pytest.raises(ValueError, match="whsec_ and 24 to 64 bytes") as refused:
        read_secret(secret)
    assert len(secret) < 10 or secret not in str(refused.value)


def test_the_pauses_grow_for_three_days():
    assert list(PAUSES) == sorted(PAUSES)
    assert timedelta(days=3) < timedelta(seconds=sum(PAUSES)) < timedelta(days=4)


@given(st.integers(1, 20), st.floats(0, 1), st.floats(0, 3600))
def test_a_pause_is_near_the_schedules_and_no_shorter_than_asked(attempts, chance, asked):
    pause = find_pause(PAUSES, attempts, chance, asked)
    if attempts > len(PAUSES):
        assert pause is None
        return
    assert pause.total_seconds() >= asked - 1e-6
    wanted = PAUSES[attempts - 1]
    assert 0.8 * wanted - 1e-6 <= pause.total_seconds() <= max(1.2 * wanted, asked) + 1e-6


def test_a_receiver_that_fails_is_asked_again_within_minutes():
    assert [find_rest(PAUSES, failures).total_seconds() for failures in (1, 2, 9)] == [5, 300, 300]
    assert find_rest((7.0,), 5).total_seconds() == 7
    assert find_rest(PAUSES, 1, asked=60).total_seconds() == 60


def test_patience_ends_after_so_long_and_at_once_where_nothing_is_wanted():
    patience = timedelta(days=3)
    assert find_end(500, NOW - patience + timedelta(seconds=1), NOW, patience) is None
    assert "72 hours" in find_end(500, NOW - patience, NOW, patience)
    assert "410" in find_end(410, NOW, NOW, patience)


@pytest.mark.parametrize("text", ["", "0", "-1", "five", "5 nan", "5,inf"])
def test_a_schedule_that_makes_no_sense_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011
        read_schedule(text)
    with pytest.raises(ValidationError):
        WebhookSettings(schedule=text)


@pytest.mark.parametrize("setting", [{"allow": "home"}, {"ports": "http"}, {"ports": "0"}])
def test_settings_that_make_no_sense_are_refused(setting):
    with pytest.raises(ValidationError):
        WebhookSettings(**setting)
