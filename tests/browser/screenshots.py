"""Pictures of every page, light, dark and on a phone: `make screenshots` writes them to docs/images.

A whole house is started, the examples are handed in, one message is broken, and chromium looks at each page.
"""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from uuid import UUID

import httpx
from playwright.async_api import BrowserContext, async_playwright
from rich.console import Console

from schemas import TOPOLOGY, StageName
from services.client import AsyncClient
from services.control.topology import apply_topology
from services.embedded import Addresses, Servers
from services.embedded.processes import Crew
from services.kit.reach import open_redis
from services.kit.wire import FIELD
from services.store.engine import connect
from tests.browser.conftest import ARGUMENTS, CHROMIUM, DESKTOP, PHONE
from tests.client.conftest import TOKEN, wait_for
from tests.servers import find_port

ROOT = Path(__file__).parents[2]
EXAMPLES, IMAGES = ROOT / "examples", ROOT / "docs" / "images"
LOOKS: dict[str, dict[str, object]] = {
    "light": {"viewport": DESKTOP, "color_scheme": "light"},
    "dark": {"viewport": DESKTOP, "color_scheme": "dark"},
    "phone": {"viewport": PHONE, "color_scheme": "light", "has_touch": True},
}
RETOLD = (
    "Repairs to Tarn Valley dam will take at least two years and cost 84 million crowns, Water Minister Edvin"
    " Sallowby said on Friday. Engineers will begin in June, and the road over the wall stays closed to"
    " lorries until they are done, the minister told reporters at the site."
)
"""What another outlet makes of the first of the examples: one of its claims is said again."""
SETTLE = 2.5
"""Seconds after which the live parts of a page have had their first answer."""
say = Console(stderr=True).print


async def take_pictures() -> None:
    """Start a house, fill it, look at it."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="copydesk-")))
        servers = stack.enter_context(Servers(home))
        redis, engine = open_redis(servers.redis_url), connect(servers.database_url)
        await apply_topology(redis, engine)
        address = start_crew(stack, servers, home)
        await asyncio.to_thread(wait_for, address)
        article_id = await hand_in_examples(address)
        await redis.xadd(TOPOLOGY[0].source, {FIELD: b'{"txt": "The mayor said the bridge was safe."}'})
        await until_matched(address)
        pages = await choose_pages(address, article_id)
        await look(address, pages)
        await redis.aclose()
        engine.dispose()


def start_crew(stack: ExitStack, servers: Addresses, home: Path) -> str:
    """Workers, control and the desk; returns the desk's address."""
    port = find_port()
    environment = {"COPYDESK_REDIS_URL": servers.redis_url, "COPYDESK_DATABASE_URL": servers.database_url}
    crew = Crew(environment, home / "logs")
    stack.callback(crew.stop)
    desk = {"COPYDESK_DESK_PORT": str(port), "COPYDESK_DESK_TOKENS": f"editor:submit+operate:{TOKEN}"}
    crew.start(dict.fromkeys(StageName, 1), control=True, desk=desk)
    return f"http://127.0.0.1:{port}"


async def hand_in_examples(address: str) -> str:
    """All examples, each followed to its end; returns the id of the first."""
    ids = []
    async with httpx.AsyncClient(base_url=address, timeout=60) as http:
        for path in sorted(EXAMPLES.iterdir()):
            answer = await http.post(
                "/api/v1/articles/file",
                files={"file": (path.name, path.read_bytes())},
                headers={"Authorization": f"Bearer {TOKEN}"},
            )
            if answer.is_success:
                ids += [UUID(one["article_id"]) for one in answer.json()["items"] if one["article_id"]]
        answer = await http.post(
            "/api/v1/articles",
            json={"text": RETOLD, "title": "Dam closed to lorries", "source": "Harbour Post"},
            headers={"Authorization": f"Bearer {TOKEN}"},
        )
        ids.append(UUID(answer.raise_for_status().json()["article_id"]))
    async with AsyncClient(address, TOKEN) as desk:
        for article_id in ids:
            await desk.follow(article_id, within=300)
    say(f"{len(ids)} articles")
    return str(ids[0])


async def until_matched(address: str, seconds: float = 60.0) -> None:
    """Wait until control has matched the claims across articles, and the broken message has died."""
    deadline = time.monotonic() + seconds
    async with AsyncClient(address, TOKEN) as desk:
        while not [letter async for letter in desk.find_dead_letters()] and time.monotonic() < deadline:
            await asyncio.sleep(0.5)
    await asyncio.sleep(20)


async def choose_pages(address: str, article_id: str) -> dict[str, str]:
    """The address of each page, by the name of its picture."""
    async with AsyncClient(address, TOKEN) as desk:
        claim = await anext(desk.find_claims(kind="attributed"))
        letter = await anext(desk.find_dead_letters())
        repeated = await anext(desk.find_claims(order="repetition"))
    speaker = claim.claimant.entity_id if claim.claimant else None
    return {
        "inbox": "/claims",
        "search": "/claims?q=dam+or+budget+or+water",
        "claim": f"/claims/{claim.claim_id}",
        "again": f"/claims/{repeated.claim_id}/again",
        "articles": "/articles",
        "article": f"/articles/{article_id}",
        "names": "/entities",
        **({"name": f"/entities/{speaker}"} if speaker else {}),
        "digest": "/digest?since=2000-01-01",
        "pipeline": "/pipeline",
        "webhooks": "/webhooks",
        "dead-letters": "/dead-letters",
        "dead-letter": f"/dead-letters/{letter.dead_id}",
        "try": "/try",
        "sign-in": "/sign-in",
    }


async def look(address: str, pages: Mapping[str, str]) -> None:
    """A picture of each page in each look."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for name, options in LOOKS.items():
            async with opened(await browser.new_context(base_url=address, **options)) as context:
                page = await context.new_page()
                await page.goto(f"/sign-in?token={TOKEN}")
                await page.get_by_role("button", name="Sign in").click()
                for what, path in pages.items():
                    await page.goto(path)
                    await page.wait_for_timeout(1_000 * SETTLE if what == "pipeline" else 200)
                    await page.screenshot(path=IMAGES / f"{what}-{name}.png")
            say(f"{name}: {len(pages)} pages")
        await browser.close()


@asynccontextmanager
async def opened(context: BrowserContext) -> AsyncIterator[BrowserContext]:
    """The context, closed at the end."""
    try:
        yield context
    finally:
        await context.close()


if __name__ == "__main__":
    asyncio.run(take_pictures())
