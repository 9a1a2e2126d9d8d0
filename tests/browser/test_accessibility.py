"""What axe finds on each page, in light and in dark."""

import pytest
from axe_playwright_python.async_playwright import Axe

from services.store.triage import Judgement, TriageState, save_judgement
from tests.desk.rows import list_pages, save_story

GRAVE = ("serious", "critical")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.timeout(300)
async def test_axe_finds_nothing_grave(open_page, engine, scheme):
    story = save_story(engine)
    with engine.begin() as tx:
        save_judgement(tx, Judgement(story.inner.claim_id, "marta", TriageState.CHECKED, "seen"))
        save_judgement(tx, Judgement(story.outer.claim_id, "marta", TriageState.TO_CHECK))
    page = await open_page("/claims", "submit", scheme=scheme)
    found = []
    for path in (*list_pages(story), "/nowhere"):
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
