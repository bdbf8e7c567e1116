"""A Chromium against the test's own server; tests that need one carry the marker `browser`."""

import os
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

    # Playwright's synchronous interface keeps an event loop running in this thread, which Django takes for
    # asynchronous code: in every later test of this process, so it is told otherwise to the end.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def browser_page(live_server: Any, chromium: Any) -> Iterator[Any]:
    """A page in a profile of its own; relative addresses lead to the test's server."""
    context = chromium.new_context(base_url=live_server.url, locale="km-KH")
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()
