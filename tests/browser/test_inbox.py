"""The inbox in a browser: with keys, and without a script."""

import pytest

from services.store.triage import TriageState, read_current, read_history
from tests.desk.rows import save_story


def read_state(engine, claim):
    with engine.connect() as tx:
        row = read_current(tx, [claim.claim_id]).get(claim.claim_id)
        return (row.state, row.note) if row else None


async def test_claims_are_judged_by_keys(open_page, engine):
    story = save_story(engine)
    page = await open_page("/claims", "submit")
    await page.keyboard.press("j")
    first = page.locator("[data-claim]").first
    assert await first.evaluate("one => one === document.activeElement")
    await page.keyboard.press("t")
    await first.locator("b.is-to_check").wait_for()
    assert read_state(engine, story.outer) == (TriageState.TO_CHECK, "")
    await page.keyboard.press("j")
    await page.keyboard.press("x")
    second = page.locator("[data-claim]").nth(1)
    await second.locator("b.is-not_worth").wait_for()
    assert read_state(engine, story.inner) == (TriageState.NOT_WORTH, "")
    await page.keyboard.press("k")
    await page.keyboard.press("c")
    await first.locator("b.is-checked").wait_for()
    with engine.connect() as tx:
        assert [row.state for row in read_history(tx, story.outer.claim_id)] == ["checked", "to_check"]
    assert page.url.endswith("/claims"), "the page was never left"


async def test_a_note_is_written_by_keys(open_page, engine):
    story = save_story(engine)
    page = await open_page("/claims", "submit")
    for key in "jn":
        await page.keyboard.press(key)
    await page.keyboard.type("just ask <b>them</b>")
    await page.keyboard.press("Control+Enter")
    await page.locator("[data-claim] q.noted").first.wait_for()
    assert read_state(engine, story.outer) == (TriageState.OPEN, "just ask <b>them</b>")
    assert await page.locator("q.noted").first.inner_text() == "just ask <b>them</b>"


async def test_keys_are_explained_and_lead_on(open_page, engine):
    story = save_story(engine)
    page = await open_page("/claims")
    await page.keyboard.press("?")
    assert await page.locator("dialog#keys").is_visible()
    await page.keyboard.press("Escape")
    assert not await page.locator("dialog#keys").is_visible()
    await page.keyboard.press("/")
    assert await page.locator("#bar-q").evaluate("one => one === document.activeElement")
    await page.keyboard.type("bridge jk")
    assert await page.locator("#bar-q").input_value() == "bridge jk", "no key acts while somebody types"
    await page.locator("h1").click()
    await page.keyboard.press("j")
    await page.keyboard.press("o")
    await page.wait_for_url(f"**/claims/{story.outer.claim_id}")


async def test_who_is_signed_out_meanwhile_is_told(open_page, engine):
    save_story(engine)
    page = await open_page("/claims", "submit")
    await page.context.clear_cookies()
    await page.evaluate("console.error = () => {}")
    async with page.expect_response("**/triage") as answered:
        await page.keyboard.press("j")
        await page.keyboard.press("t")
    assert (await answered.value).status == 401
    await page.locator(".verdict.refused").first.wait_for()


async def test_a_judgement_that_is_kept_at_last_is_shown_as_any_other(open_page, engine):
    save_story(engine)
    page = await open_page("/claims", "submit")
    await page.evaluate("console.error = () => {}")
    await page.route("**/triage", lambda route: route.fulfill(status=429, json={"detail": "too many"}))
    await page.keyboard.press("j")
    await page.keyboard.press("t")
    await page.locator(".verdict.refused").first.wait_for()
    await page.unroute("**/triage")
    await page.keyboard.press("t")
    await page.locator("[data-claim] b.is-to_check").first.wait_for()
    assert await page.locator(".verdict.refused").count() == 0


async def test_claims_are_judged_without_a_script(open_page, engine):
    story = save_story(engine)
    page = await open_page("/claims", "submit", javascript=False)
    card = page.locator(f"#c-{story.outer.claim_id}")
    await card.get_by_role("button", name="Checked").click()
    assert page.url.endswith(f"/claims#c-{story.outer.claim_id}")
    assert await card.locator("b.is-checked").inner_text() == "checked"
    await card.get_by_text("Note", exact=True).click()
    await card.get_by_label("Note on this claim").fill("off by 2")
    await card.get_by_role("button", name="Keep the note").click()
    assert read_state(engine, story.outer) == (TriageState.CHECKED, "off by 2")


async def test_signing_in_and_out_by_a_form(open_page):
    page = await open_page("/sign-in?next=/articles", javascript=False)
    await page.get_by_label("Token").fill("words-of-the-submit-token")
    await page.get_by_role("button", name="Sign in").click()
    assert page.url.endswith("/articles")
    assert await page.locator(".who .name").inner_text() == "submit-desk"
    await page.get_by_role("button", name="Sign out").click()
    assert await page.locator(".who .name").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_theme_is_the_systems_until_it_is_switched(open_page, engine, scheme):
    save_story(engine)
    page = await open_page("/claims", scheme=scheme)
    ground = "getComputedStyle(document.body).backgroundColor"
    before = await page.evaluate(ground)
    await page.locator("[data-theme-switch]").click()
    after = await page.evaluate(ground)
    assert before != after
    await page.goto("/articles")
    assert await page.evaluate(ground) == after, "it is kept"


async def test_a_phone_scrolls_nothing_sideways(open_page, engine):
    story = save_story(engine)
    for path in ("/claims", f"/articles/{story.article_id}", f"/claims/{story.outer.claim_id}", "/digest"):
        page = await open_page(path, "submit", phone=True)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
