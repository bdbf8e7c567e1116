"""A reporter's way through the pages, without script or cookie: what a page holds in hidden fields goes on with it."""

import re
from html import unescape
from typing import Any

from django.test import Client
from django.urls import reverse

#: An answer to each question, and a place with police of its own (`make.Province`).
ANSWERS: dict[str, dict[str, str]] = {
    "what": {"category": "drug_dealing_officer"},
    "exactly": {"place_text": "The blue house behind the market"},
    "when": {"happened": "Every evening"},
    "who": {"kind": "officer"},
    "whom": {"said": "A sergeant with a scar"},
    "how": {"how_known": "saw"},
    "files": {},
    "story": {"narrative": "He sells small bags to boys."},
    "keep": {"hidden_from": ""},
    "contact": {"contact": ""},
}
PLACE = ("07", "0701", "070101", "07010104")


class Walker:
    """Somebody with a browser that keeps no cookies. `text` is the page he sees."""

    def __init__(self, language: str = "en", **headers: Any) -> None:
        self.about: dict[str, Any] = {"headers": {"Accept-Language": language, **headers}}
        self.response: Any = None

    @property
    def text(self) -> str:
        return unescape(self.response.content.decode())

    @property
    def hidden(self) -> dict[str, str]:
        inputs = re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", self.response.content.decode())
        found = (re.search(r'name="([^"]*)".*value="([^"]*)"', one) for one in inputs)
        return {match[1]: unescape(match[2]) for match in found if match}

    @property
    def title(self) -> str:
        return re.sub(r"\s+", " ", re.findall(r"<title>(.*?)</title>", self.text, re.DOTALL)[0])

    def open(self, name: str = "report") -> "Walker":
        self.address = reverse(name)
        self.response = Client().get(self.address, **self.about)
        return self

    def press(self, do: str = "go", **fields: Any) -> "Walker":
        """Press a button of the page, with what was typed in its fields."""
        action = re.search(r'<form id="step"[^>]*action="([^"]*)"', self.text)
        assert action, self.text[:500]
        self.response = Client().post(action[1], {**self.hidden, "do": do, **fields}, **self.about)
        return self

    def to_check(self, place: tuple[str, ...] = PLACE, **answers: dict[str, str]) -> "Walker":
        """From the start to the list of answers."""
        self.open().press()
        for step, fields in {**ANSWERS, **answers}.items():
            if step == "exactly":
                for code in place:
                    self.press(place=code)
            assert self.hidden["step"] == step, (self.hidden["step"], step)
            self.press(**fields)
        assert self.hidden["step"] == "check"
        return self

    @property
    def receipt(self) -> str:
        return re.findall(r'class="receipt[^"]*">([\d ]{19})<', self.text)[0].replace(" ", "")
