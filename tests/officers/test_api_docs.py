"""The readable page of the API, in a browser."""

from typing import Any

import pytest

from tests import make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_page_shows_every_group_and_breaks_no_rule_of_ours(browser_page: Any) -> None:
    make.root()
    said: list[str] = []
    browser_page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    browser_page.on("pageerror", lambda error: said.append(str(error)))

    browser_page.goto("/api/docs/")
    browser_page.locator("h3#operations-tag-drug-tests").click()
    browser_page.get_by_text("/api/v1/drug-tests/sheet/").click()
    browser_page.get_by_role("button", name="Try it out").wait_for()

    for group in ("drug-tests", "officers", "sheets", "units", "settings", "me"):
        assert browser_page.locator(f"h3#operations-tag-{group}").count() == 1
    assert said == []
