"""What every browser test needs: to be signed in, to speak a language, to count keys, to look, to be axed."""

import os
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
#: Where axe looks at the pages in each language: what a word changes and what a width changes, each seen once.
WINDOWS = {"km": PHONE, "en": DESK}
AXE = Axe().axe_script


def sign_in(page: Any, user: Any, language: str = "en") -> None:
    """Give the browser a session of the user, and a language of its own."""
    client = Client()
    client.force_login(user)
    cookies = {
        settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value,
        settings.LANGUAGE_COOKIE_NAME: language,
    }
    page.context.add_cookies(
        [{"name": n, "value": v, "domain": "localhost", "path": "/"} for n, v in cookies.items()]
    )


def go(control: Any, by: str = "") -> None:
    """Use what leads to a page, by a click or a key, and wait until the page is there.

    A form that answers under its own address shows by nothing else that what is seen is the answer.
    """
    control.wait_for()  # what a page fetches by itself may bring it
    with control.page.expect_navigation():
        control.press(by) if by else control.click()


def faults(page: Any) -> list[str]:
    """What axe finds wrong with the page, and whether it is wider than the window."""
    page.wait_for_load_state()
    page.wait_for_selector(".htmx-request", state="detached")
    page.evaluate(AXE)
    # What it found in order is half a megabyte, and would be the longest part of a look.
    violations = page.evaluate("axe.run({resultTypes: ['violations']}).then(found => found.violations)")
    found = [
        f"{rule['id']}: {node['target']} {node['html'][:120]}"
        for rule in violations
        for node in rule["nodes"]
    ]
    return found + _too_wide(page)


def _too_wide(page: Any) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{wide} pixels wider than {page.viewport_size['width']}"] if wide > 0 else []


def faults_in_both(page: Any, name: str) -> list[str]:
    """The faults in the window the page stands in, and whether it fits the other one. A picture of each."""
    here = page.viewport_size
    found = faults(page)
    shoot(page, f"{name}-{here['width']}")
    there = DESK if here == PHONE else PHONE
    page.set_viewport_size(there)
    found += _too_wide(page)
    shoot(page, f"{name}-{there['width']}")
    page.set_viewport_size(here)
    return found


def shoot(page: Any, name: str) -> None:
    """Keep a picture where `SCREENSHOTS` names a folder."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


class Keys:
    """A keyboard that counts. A character that needs Shift counts twice."""

    SHIFTED = set('~!@#$%^&*()_+{}|:"<>?')

    def __init__(self, page: Any) -> None:
        self.keyboard = page.keyboard
        self.pressed = 0

    def type(self, text: str) -> None:
        self.keyboard.type(text)
        self.pressed += len(text) + sum(one in self.SHIFTED or one.isupper() for one in text)

    def press(self, *names: str) -> None:
        for name in names:
            self.keyboard.press(name)
            self.pressed += 1 + name.count("+")
