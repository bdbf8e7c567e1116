"""Files that strangers send: what is kept of them says what they show and nothing else; what is hostile is refused."""

import io

import pypdfium2
import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from foundation.files import Cleaned, Kind, apart, cleaned, cleaning
from tests.files import hostile

CANARY = hostile.CANARY


def made(content: bytes) -> Cleaned:
    return cleaned(io.BytesIO(content))


def refusal(content: bytes) -> str:
    with pytest.raises(ValidationError) as refused:
        made(content)
    return str(refused.value.code)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_loses_place_camera_words_and_what_hangs_behind_its_end(form):
    content = hostile.telling_picture(form) + hostile.archive()
    assert CANARY.encode() in content

    kept = made(content)

    assert kept.kind == (Kind.PNG if form == "PNG" else Kind.JPEG)
    assert CANARY.encode() not in kept.content
    assert b"PK\x03\x04" not in kept.content
    with Image.open(io.BytesIO(kept.content)) as picture:
        assert dict(picture.getexif()) == {}
        assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_a_picture_taken_on_its_side_stands_upright():
    with Image.open(io.BytesIO(made(hostile.telling_picture("JPEG")).content)) as picture:
        assert picture.size == (40, 60)
        assert picture.getpixel((20, 5))[0] > 200  # the red side, which lay left, is on top


def test_a_document_is_kept_as_pictures_of_its_pages_without_script_author_or_attachment():
    content = hostile.document(pages=2)
    assert all(word in content for word in (b"/JavaScript", b"/EmbeddedFile", CANARY.encode()))

    kept = made(content)

    assert kept.kind is Kind.PDF
    for word in (b"JavaScript", b"/JS", b"/AA", b"OpenAction", b"EmbeddedFile", b"Author", b"Date", b"/URI"):
        assert word not in kept.content
    assert CANARY.encode() not in kept.content
    read = pypdfium2.PdfDocument(kept.content)
    assert len(read) == 2
    assert read.get_metadata_dict(skip_empty=True) == {}
    assert read[0].render().to_pil().convert("L").getextrema()[0] < 50  # what was drawn is still to be seen


def test_a_text_stays_a_text():
    assert made("ប្រាក់ ៥០០\r\nline".encode("utf-16")) == Cleaned(Kind.TEXT, "ប្រាក់ ៥០០\nline".encode())


REFUSED = {
    "an empty file": (b"", "file_kind"),
    "an SVG": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "file_kind"),
    "an SVG with a head": (b'<?xml version="1.0"?><svg onload="alert(1)"/>', "file_kind"),
    "a page": (b"<!DOCTYPE html><script>alert(1)</script>", "file_kind"),
    "an archive": (hostile.archive(), "file_kind"),
    "a GIF that is an archive too": (b"GIF89a/*" + hostile.archive(), "file_kind"),
    "a program": (b"MZ\x90\x00" + bytes(200), "file_kind"),
    "an old office file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "file_kind"),
    "a picture cut off": (hostile.telling_picture("JPEG")[:-200], "file_damaged"),
    "a head of a picture alone": (b"\xff\xd8\xff\xe0" + b"<script>" * 40, "file_damaged"),
    "a picture of a thousand million points": (hostile.huge_png(40_000, 25_000), "file_limit"),
    "a document of too many pages": (hostile.document(pages=cleaning.PAGES + 1), "file_limit"),
    "no document behind its head": (b"%PDF-1.7\n" + b"x" * 500, "file_damaged"),
    "a file beyond the limit": (b"\xff\xd8\xff" + bytes(cleaning.LARGEST), "file_limit"),
    "a text beyond the limit": (b"a" * (cleaning.LONGEST_TEXT + 1), "file_limit"),
    "a text with signs that are none": (b"a" * 5000 + b"\x1b[2J", "file_damaged"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_hostile_or_broken_is_refused_with_a_reason(what):
    content, code = REFUSED[what]
    assert refusal(content) == code


def test_the_process_that_looks_at_a_file_is_bounded_and_told_nothing_of_ours(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret@nowhere/")
    process = apart.start("redraw.py", "jpeg", "1", "1", memory=321, seconds=7)
    try:
        assert process.stdin
        with open(f"/proc/{process.pid}/environ", "rb") as environment:
            assert b"secret" not in environment.read()
        limits = _limits_once_set(process.pid)
        assert limits["Max address space"] == str(321 << 20)
        assert limits["Max cpu time"] == "7"
    finally:
        process.communicate(b"")


def _limits_once_set(pid: int) -> dict[str, str]:
    """The limits of a process, as soon as it has set them."""
    while True:
        with open(f"/proc/{pid}/limits") as told:
            limits = {line[:26].strip(): line[26:].split()[0] for line in told.readlines()[1:]}
        if limits["Max cpu time"] != "unlimited" and limits["Max address space"] != "unlimited":
            return limits


@pytest.mark.parametrize("bound", ["MEMORY", "PATIENCE"])
def test_what_takes_more_than_it_may_is_ended_and_refused(monkeypatch, bound):
    monkeypatch.setattr(cleaning, bound, {"MEMORY": 130, "PATIENCE": 0.0}[bound])
    assert refusal(hostile.wide_png()) == "file_limit"


def test_files_are_looked_at_a_few_at_a_time(monkeypatch):
    monkeypatch.setattr(cleaning, "WAITS", 0)
    with cleaning._room, cleaning._room:
        assert refusal(hostile.telling_picture("PNG")) == "file_busy"
    made(hostile.telling_picture("PNG"))
