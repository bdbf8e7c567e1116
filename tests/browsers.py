"""A Chromium against the test's own server; tests that need one carry the marker `browser`."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
OPTIONS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser") and not CHROMIUM:
        pytest.skip("no Chromium on this machine")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The browser itself, started once for each process."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def browser_page(live_server: Any, chromium: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A page in a profile of its own; relative addresses lead to the test's server."""
    # Playwright's synchronous interface runs an event loop in this thread, which Django takes for async code.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    context = chromium.new_context(base_url=live_server.url, locale="km-KH")
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()
