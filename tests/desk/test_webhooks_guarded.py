"""Where nothing is sent: to no address that is not public, however it came into the store."""

import pytest

from schemas import Unprocessable
from services.desk.claim_query import parse_claim_query
from services.desk.webhooks.delivery import send
from services.desk.webhooks.registration import check_url, register
from services.fetching.guard import Guard
from services.fetching.posting import Poster
from services.store.tables import webhooks
from tests.desk.delivering import read

NOWHERE = [
    "http://127.0.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "http://10.0.0.1/",
    "http://192.168.1.1/",
    "http://0.0.0.0/",
    "http://localhost/",
    "http://user:password@example.com/",
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "http://example.com\r\nX-Injected: 1/",
    "http://example.com/\r\nX-Injected: 1",
    "http://exa mple.com/",
    "//example.com/",
    "",
]


async def resolve_privately(host: str, port: int) -> list[str]:
    """A name server that leads into the network of the house."""
    return ["93.184.216.34", "10.0.0.7"] if host == "rebind.example" else ["93.184.216.34"]


@pytest.mark.parametrize("url", NOWHERE)
async def test_an_address_that_is_not_public_is_refused_when_it_is_added(url):
    with pytest.raises(Unprocessable):
        await check_url(url, Guard())


async def test_a_name_that_leads_to_a_private_address_is_refused_when_it_is_added():
    with pytest.raises(Unprocessable, match=r"10\.0\.0\.7"):
        await check_url("https://rebind.example/hook", Guard(), resolve_privately)
    assert await check_url("https://herald.example/a b", Guard(), resolve_privately) == (
        "https://herald.example/a%20b"
    )


async def test_a_port_that_is_not_of_the_web_is_refused():
    with pytest.raises(Unprocessable, match="6379"):
        await check_url("http://herald.example:6379/", Guard(), resolve_privately)


@pytest.mark.parametrize("url", [*NOWHERE, "http://rebind.example/"])
async def test_an_address_that_became_private_later_is_not_asked(redis, engine, house, url):
    """However it came into the store: what counts is where the connection goes."""
    hook = await register(redis, engine, Guard(), "http://93.184.216.34/", parse_claim_query({}))
    with engine.begin() as tx:
        tx.execute(webhooks.update().values(url=url))
    async with Poster(Guard(), 1.0, 2.0, resolve_privately if "rebind" in url else _resolve) as poster:
        sent = await send(poster, read(engine, hook), "msg_1", "{}")
    assert sent.status is None
    assert sent.error


async def _resolve(host: str, port: int) -> list[str]:
    return {"localhost": ["127.0.0.1"]}.get(host, [host])
