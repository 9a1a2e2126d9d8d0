"""What axe finds on each page, in light and in dark."""

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

from services.store.triage import Judgement, TriageState, save_judgement
from tests.desk.rows import list_pages, save_receivers, save_story

GRAVE = ("serious", "critical")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.timeout(300)
async def test_axe_finds_nothing_grave(open_page, engine, scheme):
    story = save_story(engine)
    with engine.begin() as tx:
        save_judgement(tx, Judgement(story.inner.claim_id, "marta", TriageState.CHECKED, "seen"))
        save_judgement(tx, Judgement(story.outer.claim_id, "marta", TriageState.TO_CHECK))
    page = await open_page("/claims", "submit", scheme=scheme)
    await check(page, *list_pages(story), "/nowhere")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_grave_on_what_only_operators_see(open_page, engine, scheme):
    save_receivers(engine)
    page = await open_page("/claims", "operate", scheme=scheme)
    await check(page, "/webhooks", "/webhooks?done=enabled")


async def check(page: Page, *paths: str) -> None:
    """Fail with everything grave that is found on the pages."""
    found = []
    for path in paths:
        await page.goto(path)
        for boxes in await page.locator(".layers input").all():
            await boxes.check()
        results = await Axe().run(page)
        found += [
            f"{path}: {one['id']} {node['target']} {node['failureSummary']}"
            for one in results.response["violations"]
            if one["impact"] in GRAVE
            for node in one["nodes"]
        ]
    assert found == [], "\n".join(found)
