"""Receivers behind TLS: whoever vouches for them must be known, and what is wrong is shown."""

import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import trustme
from pydantic import ValidationError

from services.desk.webhooks.settings import WebhookSettings
from tests.conftest import wait_until
from tests.desk.delivering import delivering, read, read_deliveries, until_done
from tests.desk.detected import detect, tell
from tests.desk.receiver import Receiver


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> Path:
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(path)
    return path


async def serve(authority: trustme.CA, name: str) -> AsyncIterator[Receiver]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(context)
    receiver = Receiver(tls=context)
    await receiver.open()
    yield receiver
    await receiver.close()


@pytest.fixture
async def guarded(authority: trustme.CA) -> AsyncIterator[Receiver]:
    """A receiver with a certificate of the authority."""
    async for one in serve(authority, "127.0.0.1"):
        yield one


@pytest.fixture
async def misnamed(authority: trustme.CA) -> AsyncIterator[Receiver]:
    """One whose certificate is another's."""
    async for one in serve(authority, "other.example"):
        yield one


async def test_a_receiver_that_an_own_authority_vouches_for_is_told(redis, engine, guarded, add, ca_file):
    hook = await add(guarded)
    async with delivering(redis, engine, ca_file=ca_file):
        await tell(redis, detect(1, "Fees rise."))
        await until_done(engine, 1)
    assert guarded.told[0].verify(hook.secret)["data"]["text"] == "Fees rise."


async def test_one_that_nobody_known_vouches_for_is_told_nothing(redis, engine, guarded, add):
    hook = await add(guarded)
    async with delivering(redis, engine, schedule="0.1"):
        await tell(redis, detect(1, "Fees rise."))
        await wait_until(lambda: read(engine, hook).given_up == 1, 10, "it is given up")
    assert guarded.told == []
    (row,) = read_deliveries(engine)
    assert "CERTIFICATE_VERIFY_FAILED" in row.error
    assert "CERTIFICATE_VERIFY_FAILED" in read(engine, hook).error


async def test_one_under_anothers_name_is_told_nothing(redis, engine, misnamed, add, ca_file):
    hook = await add(misnamed)
    async with delivering(redis, engine, schedule="0.1", ca_file=ca_file):
        await tell(redis, detect(1, "Fees rise."))
        await wait_until(lambda: read(engine, hook).given_up == 1, 10, "it is given up")
    assert misnamed.told == []
    assert "127.0.0.1" in read(engine, hook).error


async def test_the_desk_shows_why_a_test_was_refused(desk, guarded, add, monkeypatch, ca_file):
    monkeypatch.setenv("COPYDESK_WEBHOOKS_ALLOW", "127.0.0.1/32")
    hook = await add(guarded)
    async with desk.client("operate") as client:
        refused = (await client.post(f"/api/v1/webhooks/{hook.webhook_id}/test")).json()
        monkeypatch.setenv("COPYDESK_WEBHOOKS_CA_FILE", str(ca_file))
        taken = (await client.post(f"/api/v1/webhooks/{hook.webhook_id}/test")).json()
    assert (refused["taken"], taken["taken"]) == (False, True)
    assert "CERTIFICATE_VERIFY_FAILED" in refused["error"]


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_without_certificates_is_refused(tmp_path, content):
    path = tmp_path / "authority.pem"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ValidationError, match="ca_file"):
        WebhookSettings(ca_file=path)
