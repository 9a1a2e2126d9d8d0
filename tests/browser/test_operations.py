"""What an operator does in a real browser: without a script where that is promised, live where it is not."""

import json
import time

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, expect

from schemas import ArticleSubmitted, find_stage
from services.control.history import EVERY, Point, history_key
from services.kit.gate import held_key
from services.kit.wire import FIELD
from services.store.dead_letters import DeadFilter, add_dead_letters, find_dead_letters
from tests.desk.conftest import WORDS, RunningDesk
from tests.integration.records import make_letter

INGEST = find_stage("ingest")
PHONE = {"width": 360, "height": 740}
BROKEN = b'{"txt": "Mayor Ilse Brandt said the bridge cost 41 million euros."}'
XSS = (
    "<script>window.hit = 1</script>",
    "<img src=x onerror='window.hit = 1'>",
    "<svg onload='window.hit = 1'>",
    "</textarea><script>window.hit = 1</script>",
    "\"'><details open ontoggle='window.hit = 1'>",
)

pytestmark = pytest.mark.slow


async def open_signed_in(
    browser: Browser, desk: RunningDesk, scope: str, **options: object
) -> BrowserContext:
    """A browser that is signed in with the token of a scope."""
    context = await browser.new_context(base_url=desk.address, **options)
    page = await context.new_page()
    await page.goto("/sign-in?next=/try")
    await page.fill("#token", WORDS[scope])
    await page.click("main button")
    # The page stays open: with its last one chromium's window goes, and the next may come too late for it.
    return context


async def watch(context: BrowserContext) -> tuple[Page, list[str]]:
    """A page, and what its console complains of."""
    page = await context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append("a dialog"))
    return page, said


def waiting(engine) -> list[int]:
    with engine.connect() as tx:
        return [row.dead_id for row in find_dead_letters(tx, DeadFilter())]


async def test_a_dead_letter_is_mended_and_replayed_without_a_script(browser, desk, redis, engine):
    with engine.begin() as tx:
        add_dead_letters(tx, [make_letter(1, INGEST.stage, reason="not a valid message", payload=BROKEN)])
    context = await open_signed_in(browser, desk, "operate", java_script_enabled=False)
    page, said = await watch(context)
    await page.goto("/pipeline")
    await page.click("#stage-ingest dd a")
    await page.click("th[scope=row] a")
    await page.click("text=Replay the mended message")
    await expect(page.get_by_role("alert")).to_contain_text("text, html, raw")
    assert waiting(engine)
    mended = (await page.input_value("#mended")).replace('"txt"', '"text"')
    await page.fill("#mended", mended)
    await page.click("text=Replay the mended message")
    await expect(page.get_by_role("status")).to_contain_text("Replayed")
    assert waiting(engine) == []
    ((_, fields),) = await redis.xrange(INGEST.source)
    assert ArticleSubmitted.model_validate_json(fields[FIELD]).text.endswith("41 million euros.")
    assert not [one for one in said if "422" not in one]


async def test_a_dead_letter_is_dropped_after_a_question_without_a_script(browser, desk, engine):
    with engine.begin() as tx:
        add_dead_letters(tx, [make_letter(1)])
    context = await open_signed_in(browser, desk, "operate", java_script_enabled=False)
    page, _ = await watch(context)
    await page.goto("/dead-letters")
    await page.click("th[scope=row] a")
    await page.click("text=Drop …")
    assert waiting(engine)
    await page.click("text=Drop it")
    await expect(page.get_by_role("status")).to_contain_text("Dropped")
    assert waiting(engine) == []


async def test_the_pipeline_changes_while_it_is_looked_at(browser, desk, redis):
    context = await open_signed_in(browser, desk, "operate")
    page, said = await watch(context)
    await page.goto("/pipeline")
    stage = page.locator("#stage-ingest")
    await expect(stage.locator(".backlog")).to_have_text("0 waiting")
    await page.click("#stage-ingest summary")
    await page.evaluate("document.activeElement.blur()")
    for _ in range(3):
        await redis.xadd(INGEST.source, {FIELD: b"{}"})
    await expect(stage.locator(".backlog")).to_have_text("3 waiting", timeout=10_000)
    hold = {"reason": "50 dead letters in a row", "since": time.time()}
    await redis.set(held_key(INGEST), json.dumps(hold))
    await expect(page.locator(".whole")).to_contain_text("Ingest is held", timeout=10_000)
    assert await page.locator("#stage-ingest details").get_attribute("open") is not None
    await page.click("text=Let ingest go on")
    await expect(page.get_by_role("status")).to_contain_text("goes on")
    assert await redis.get(held_key(INGEST)) is None
    assert said == []


async def test_the_pipeline_is_whole_without_a_script(browser, desk, redis):
    await fill_history(redis)
    context = await browser.new_context(base_url=desk.address, java_script_enabled=False)
    page = await context.new_page()
    await page.goto("/pipeline")
    assert await page.locator(".stage").count() == 4
    assert await page.locator(".stage polyline").count() == 3
    await expect(page.locator(".whole")).to_contain_text("stopped")
    await expect(page.locator("[data-live]").first).to_be_hidden()


async def fill_history(redis) -> None:
    now = time.time()
    for number in range(40):
        point = Point(now - number * EVERY, "ok", number, 1.0, number / 10, number / 20, 0)
        await redis.rpush(history_key(INGEST), json.dumps(vars(point)))


async def test_what_is_tried_runs_nothing(browser, desk):
    context = await open_signed_in(browser, desk, "submit")
    page, said = await watch(context)
    for payload in XSS:
        await page.goto("/try")
        text = f"{payload}\n\nMayor {payload} Brandt said the bridge cost 41 million euros. {payload}\n"
        await page.fill("#content", text * 4)
        await page.click("main button", timeout=90_000)
        await expect(page.locator("#found")).to_be_visible(timeout=90_000)
        assert await page.evaluate("window.hit") is None
        assert await page.input_value("#content") == text * 4
    assert said == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_no_page_has_a_serious_fault_for_a_screen_reader(browser, desk, redis, engine, scheme):
    await fill_history(redis)
    with engine.begin() as tx:
        add_dead_letters(tx, [make_letter(1, INGEST.stage, payload=BROKEN), make_letter(2)])
    await redis.set(held_key(INGEST), json.dumps({"reason": "by hand", "since": time.time()}))
    context = await open_signed_in(browser, desk, "operate", color_scheme=scheme)
    page = await context.new_page()
    number = waiting(engine)[0]
    for path in (
        "/pipeline",
        "/dead-letters?stage=ingest",
        f"/dead-letters/{number}",
        f"/dead-letters/{number}/drop",
    ):
        await page.goto(path)
        await check_access(page)
    context = await open_signed_in(browser, desk, "submit", color_scheme=scheme)
    page = await context.new_page()
    await page.goto("/try")
    await page.fill(
        "#content", "Mayor Ilse Brandt said on Monday that the bridge had cost 41 million euros. " * 6
    )
    await page.click("main button", timeout=90_000)
    await expect(page.locator("#found")).to_be_visible(timeout=90_000)
    await check_access(page)


async def check_access(page: Page) -> None:
    """axe finds nothing that is serious or worse."""
    found = await Axe().run(page)
    serious = [one for one in found.response["violations"] if one["impact"] in ("serious", "critical")]
    assert not serious, [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in serious]


async def test_no_page_is_wider_than_a_phone(browser, desk, redis, engine):
    await fill_history(redis)
    with engine.begin() as tx:
        add_dead_letters(
            tx, [make_letter(1, reason="a reason without a blank " + "x" * 300, worker="w" * 200)]
        )
    context = await open_signed_in(browser, desk, "operate", viewport=PHONE)
    page = await context.new_page()
    for path in ("/pipeline", "/dead-letters", f"/dead-letters/{waiting(engine)[0]}", "/try"):
        await page.goto(path)
        assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
