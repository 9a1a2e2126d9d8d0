"""A day at the desk, in a real browser before a whole house: an article comes, its claim is judged."""

import time

import pytest
from playwright.async_api import Browser, Locator, Page, expect
from redis.asyncio import Redis

from schemas import TOPOLOGY
from services.kit.wire import FIELD
from tests.client.conftest import TOKEN, address

__all__ = ["address"]
TEXT = """\
The city council of Port Halvern voted on Tuesday to close the old harbour bridge to lorries.

"The bridge has carried 9,000 lorries a month since 2021," said Ilse Brandt, the mayor. She added that the \
detour would cost 41 million crowns.
"""
MENDED = (
    '{"text": "The mayor of Port Halvern said the bridge would be closed in May.", "source": "Harbour Post"}'
)


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_an_article_comes_and_its_claim_is_judged(browser: Browser, address: str, redis: Redis):
    context = await browser.new_context(base_url=address)
    page = await context.new_page()
    await page.goto(f"/sign-in?token={TOKEN}")
    await page.get_by_role("button", name="Sign in").click()
    await page.goto("/pipeline")
    article_id = await hand_in(page)
    # The page follows by itself: nobody loads it again.
    await expect(page.locator("#stage-claims")).to_contain_text("1", timeout=60_000)
    await until_shown(page, f"/articles/{article_id}", page.locator("td .done"), len(TOPOLOGY))
    await judge(page)
    await read(page, article_id)
    await replay(page, redis)
    await context.close()


async def hand_in(page: Page) -> str:
    answer = await page.request.post(
        "/api/v1/articles",
        data={"text": TEXT, "title": "Bridge to close", "source": "Harbour Post"},
        headers={"Authorization": f"Bearer {TOKEN}"},
    )
    assert answer.status == 202
    return str((await answer.json())["article_id"])


async def until_shown(page: Page, path: str, what: Locator, number: int) -> None:
    deadline = time.monotonic() + 60
    await page.goto(path)
    while await what.count() != number:
        assert time.monotonic() < deadline, f"{number} wanted at {path}: {await what.count()}"
        await page.wait_for_timeout(300)
        await page.reload()


async def judge(page: Page) -> None:
    """Search for the claim, and judge it by keys alone."""
    await page.keyboard.press("/")
    await page.keyboard.type("lorries")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/claims?*q=lorries*")
    card = page.locator("[data-claim]").filter(has_text="9,000")
    await expect(card).to_contain_text("Ilse Brandt")
    await expect(card.locator("mark").filter(has_text="lorries").first).to_be_visible()
    for _ in range(await page.locator("[data-claim]").count()):
        await page.keyboard.press("j")
        if await card.evaluate("one => one === document.activeElement"):
            break
    await page.keyboard.press("c")
    await expect(card.locator("b.is-checked")).to_be_visible()


async def read(page: Page, article_id: str) -> None:
    """The article, with its claims in place and a layer switched on."""
    await page.goto(f"/articles/{article_id}")
    names = page.locator("#layer-entities")
    assert not await names.is_checked()
    await names.check()
    await expect(page.locator("[data-entity]").filter(has_text="Ilse Brandt").first).to_be_visible()
    await expect(page.locator(".claim-list li").filter(has_text="9,000")).to_contain_text("Ilse Brandt")


async def replay(page: Page, redis: Redis) -> None:
    """What could not be read is mended and goes on its way."""
    await redis.xadd(TOPOLOGY[0].source, {FIELD: b'{"txt": "The mayor said so."}'})
    await until_shown(page, "/dead-letters", page.locator("th[scope=row] a"), 1)
    await page.click("th[scope=row] a")
    await page.fill("#mended", MENDED)
    await page.click("text=Replay the mended message")
    await expect(page.get_by_role("status")).to_be_visible()
    await page.goto("/dead-letters")
    assert await page.locator("th[scope=row] a").count() == 0
