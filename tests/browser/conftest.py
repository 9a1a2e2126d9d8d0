"""A browser in front of a desk that runs: Debian's chromium, driven by Playwright."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright

from tests.desk.conftest import WORDS, RunningDesk, desk, start_desk

__all__ = ["desk", "start_desk"]

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
OpenPage = Callable[..., Awaitable[Page]]


@pytest.fixture
def chromium() -> Path:
    """Where the browser is."""
    if not CHROMIUM.exists():
        pytest.skip(f"no browser here: {CHROMIUM} is not there (the package chromium has it)")
    return CHROMIUM


@pytest.fixture
async def browser(chromium: Path) -> AsyncIterator[Browser]:
    """The browser; it ends with the test."""
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield started
        await started.close()


@pytest.fixture
async def open_page(browser: Browser, desk: RunningDesk) -> AsyncIterator[OpenPage]:
    """Opens a page of the desk as somebody would see it; what goes wrong in it fails the test."""
    wrong: list[str] = []
    async with AsyncExitStack() as stack:

        async def open_one(
            path: str,
            scope: str | None = None,
            scheme: str = "light",
            javascript: bool = True,
            phone: bool = False,
        ) -> Page:
            context = await browser.new_context(
                base_url=desk.address,
                viewport=PHONE if phone else DESKTOP,
                color_scheme=scheme,
                java_script_enabled=javascript,
                reduced_motion="reduce",
            )
            stack.push_async_callback(context.close)
            page = await context.new_page()
            page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
            page.on("console", lambda said: _is_wrong(said) and wrong.append(f"{page.url}: {said.text}"))
            page.on("response", lambda got: got.status >= 500 and wrong.append(f"{got.url}: {got.status}"))
            if scope:
                await page.goto(f"/sign-in?token={WORDS[scope]}")
                await page.get_by_role("button", name="Sign in").click()
            await page.goto(path)
            return page

        yield open_one
    assert wrong == []


def _is_wrong(said: ConsoleMessage) -> bool:
    """What a policy stops and what a script can't do; that somebody was refused is no fault of the page."""
    return said.type == "error" and not said.text.startswith("Failed to load resource")
