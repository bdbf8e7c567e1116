"""Pages for refusals and errors, and the built files they stand on."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils.translation import override

from foundation.web import views

ROOT = Path(__file__).resolve().parents[2]
DIST = ROOT / "assets" / "dist"


class Refused(Exception):
    problem_status = 409


def test_a_failure_page_needs_neither_session_nor_database():
    with override("km"):
        response = views.failed(RequestFactory().get("/sheets/"))
    assert response.status_code == 500
    assert b'lang="km"' in response.content
    assert b"<script" not in response.content


@pytest.mark.parametrize("status", [400, 403, 404, 409, 429, 500])
def test_under_the_api_a_problem_is_problem_json(status):
    response = views.problem(RequestFactory().get("/api/v1/x/"), status, detail="why", retry_after=7)
    assert response["Content-Type"] == "application/problem+json"
    assert response["Retry-After"] == "7"
    assert json.loads(response.content)["status"] == response.status_code == status


def test_a_refusal_that_names_its_status_becomes_its_answer_and_any_other_exception_does_not():
    middleware = views.RefusalPages(lambda request: HttpResponse())
    answer = middleware.process_exception(RequestFactory().get("/api/x/"), Refused("Version 4 is newer."))
    assert answer is not None
    assert json.loads(answer.content)["detail"] == "Version 4 is newer."
    assert middleware.process_exception(RequestFactory().get("/api/x/"), RuntimeError("secret")) is None


def test_an_unchanged_build_does_nothing():
    subprocess.run([sys.executable, "assets/build.py"], cwd=ROOT, check=True)
    again = subprocess.run(
        [sys.executable, "assets/build.py"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert again.stdout == ""


def test_the_lock_of_the_assets_names_no_registry():
    assert '"resolved"' not in (ROOT / "assets" / "package-lock.json").read_text()


def test_the_styles_ask_nobody_else_and_everything_they_name_is_there():
    names = json.loads((DIST / "manifest.json").read_text())
    for sheet in ("en.css", "km.css"):
        text = (DIST / names[sheet]).read_text()
        assert "GDS Transport" not in text
        assert not re.search(r"url\(\"?(https?:)?//", text)
        for address in re.findall(r"url\(\"?([^\")]+)\"?\)", text):
            assert address.startswith("data:") or (DIST / address).is_file(), address
