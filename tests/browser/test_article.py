"""An article in a browser: layers are switched with and without a script."""

import pytest

from tests.desk.rows import save_story

GROUND = "one => getComputedStyle(one).backgroundColor"
CLEAR = "rgba(0, 0, 0, 0)"


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
async def test_layers_are_switched(open_page, engine, javascript):
    story = save_story(engine)
    page = await open_page(f"/articles/{story.article_id}", javascript=javascript)
    claim = page.locator(f"[data-claims*='{story.outer.claim_id}']").first
    assert await claim.evaluate(GROUND) != CLEAR
    await page.get_by_label("claims, by speaker").uncheck()
    assert await claim.evaluate(GROUND) == CLEAR
    name = page.locator(".is-entity").first
    outline = "one => getComputedStyle(one).outlineStyle"
    assert await name.evaluate(outline) == "none"
    await page.get_by_role("checkbox", name="names").check()
    assert await name.evaluate(outline) == "solid"
    cue = page.locator(".is-cue").first
    slant = "one => getComputedStyle(one).fontStyle"
    assert await cue.evaluate(slant) == "italic"
    await page.get_by_label("reporting words").uncheck()
    assert await cue.evaluate(slant) == "normal"


async def test_what_lies_within_has_another_colour(open_page, engine):
    story = save_story(engine)
    page = await open_page(f"/articles/{story.article_id}")
    outer = page.locator(f"[data-claims='{story.outer.claim_id}']").first
    inner = page.locator(f"[data-claims='{story.outer.claim_id} {story.inner.claim_id}']").first
    assert await outer.evaluate(GROUND) != await inner.evaluate(GROUND)


async def test_a_claim_lights_up_in_the_text_and_in_the_list(open_page, engine):
    story = save_story(engine)
    page = await open_page(f"/articles/{story.article_id}")
    item = page.locator(f"#claim-{story.inner.claim_id}")
    await item.hover()
    lit = await page.locator(".in-claim.lit").all_inner_texts()
    assert "".join(lit) == story.inner.text
    await page.locator(f"[data-claims='{story.outer.claim_id}']").first.hover()
    assert await page.locator(f"#claim-{story.outer.claim_id}.lit").count() == 1


async def test_from_the_inbox_to_the_claim_in_its_article(open_page, engine):
    story = save_story(engine)
    page = await open_page("/claims", "submit")
    await page.keyboard.press("j")
    await page.keyboard.press("a")
    await page.wait_for_url(f"**/articles/{story.article_id}#at-{story.outer.claim_id}")
    assert await page.locator(f"#claim-{story.outer.claim_id}.lit").count() == 1
