"""`tools/mirror.py` as outsiders run it, against servers and files of every kind."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.audits.feeding import Feed, feeding

PROGRAM = Path(__file__).parents[2] / "tools" / "mirror.py"
KHMER = "ស្នងការដ្ឋាននគរបាលខេត្តកណ្ដាល"


def run(*arguments: object, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Isolated: of Python, its standard library alone."""
    command = [sys.executable, "-I", "-S", str(PROGRAM), *map(str, arguments)]
    return subprocess.run(
        command,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=1800,
        env=os.environ | environment,
    )


def rows(file: Path, name: str = "units") -> list[tuple]:
    with sqlite3.connect(file) as base:
        return base.execute(f'SELECT * FROM "{name}" ORDER BY id').fetchall()


@pytest.fixture
def feed() -> Feed:
    made = Feed()
    for number in range(25):
        made.put("units", f"{number:02d}", name_km=KHMER, place="08", rows=number or None)
    return made


@pytest.fixture
def address(feed: Feed) -> Iterator[str]:
    with feeding(feed) as found:
        yield found


@pytest.mark.parametrize("limit", [1, 7, 25, 1000])
def test_a_copy_has_every_row_as_it_is_whatever_the_page(feed, address, tmp_path, limit):
    copy = tmp_path / "copy.sqlite"
    feed.retract("units", "03")
    feed.put("units", "04", name_km="ក", rows=9)
    feed.retract("units", "05")
    feed.put("units", "05", name_km="ខ")

    done = run(address, copy, "--limit", limit)

    assert (done.returncode, done.stdout, done.stderr) == (0, f"at {feed.lines[-1]['seq']} of the feed\n", "")
    assert [dict(zip(feed.fields["units"], row, strict=True)) for row in rows(copy)] == [
        feed.rows["units"][key] for key in sorted(feed.rows["units"])
    ]
    assert rows(copy)[0] == ("00", KHMER, "08", None)
    feed.put("units", "06", name_km="គ")
    server = address.removesuffix("/api/open/v1/")
    assert run(server, copy, "--limit", limit, "--check").stdout.splitlines()[-1] == "OK"


def test_what_is_retracted_is_gone_from_the_bytes_of_the_file_too(feed, address, tmp_path):
    copy = tmp_path / "copy.sqlite"
    feed.put("units", "07", name_km="ឈ្មោះដែលត្រូវលុប")
    run(address, copy)
    assert "ឈ្មោះដែលត្រូវលុប".encode() in copy.read_bytes()
    feed.retract("units", "07")
    run(address, copy)
    assert "ឈ្មោះដែលត្រូវលុប".encode() not in copy.read_bytes()
    assert [file.name for file in tmp_path.iterdir()] == ["copy.sqlite"]


def test_check_names_what_differs(feed, address, tmp_path):
    copy = tmp_path / "copy.sqlite"
    run(address, copy)
    with sqlite3.connect(copy) as base:
        base.execute("UPDATE units SET rows = 99 WHERE id = '11'")
        base.execute("DELETE FROM units WHERE id = '12'")
        base.execute("INSERT INTO units VALUES ('zz', 'a', 'b', 1)")
    done = run(address, copy, "--check")
    assert done.returncode == 1
    assert [line for line in done.stdout.splitlines() if line.startswith("DIFFERS")] == [
        "DIFFERS: units 11 differs",
        "DIFFERS: units 12 is not in the copy",
        "DIFFERS: units zz is in the copy alone",
    ]


def test_it_waits_as_long_as_it_is_told_and_tries_again_after_half_an_answer(feed, address, tmp_path):
    feed.first = [
        (429, {"Retry-After": "1"}, b"{}"),
        (503, {"Retry-After": "1"}, b""),
        (200, {"Content-Encoding": "gzip"}, b"\x1f\x8b\x08\x00"),
    ]
    done = run(address, tmp_path / "copy.sqlite")
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("waiting") == 3
    assert len(rows(tmp_path / "copy.sqlite")) == 25


def test_the_key_goes_with_each_request_and_to_no_other_server(feed, address, tmp_path):
    feed.says_it_is = "http://elsewhere.invalid"  # as a proxy may have it
    done = run(address, tmp_path / "copy.sqlite", "--limit", 10, PROBITY_KEY="pk_x")
    assert done.returncode == 0, done.stderr
    assert {headers["authorization"] for _, headers in feed.asked} == {"Bearer pk_x"}
    assert {headers["accept-encoding"] for _, headers in feed.asked} == {"gzip"}
    feed.first = [(302, {"Location": "http://elsewhere.invalid/"}, b"")]
    done = run(address, tmp_path / "copy.sqlite", PROBITY_KEY="pk_x")
    assert (done.returncode, "302" in done.stderr) == (2, True)


def test_a_feed_that_ends_before_the_copy_or_is_another_fills_it_anew_and_says_so(feed, address, tmp_path):
    copy = tmp_path / "copy.sqlite"
    run(address, copy)
    feed.lines = feed.lines[:10]  # as after a restore
    feed.rows["units"] = {key: row for key, row in feed.rows["units"].items() if key < "10"}
    done = run(address, copy)
    assert (done.returncode, "ends before the copy, which is at 73" in done.stderr) == (0, True)
    assert len(rows(copy)) == 10
    feed.lines = feed.lines[:9]
    feed.put("units", "another", name_km="ក")
    feed.rows["units"].pop("09")
    for number in range(40, 60):
        feed.put("units", str(number), name_km="ក")
    done = run(address, copy)
    assert "the feed is another than the copy was made from" in done.stderr
    assert run(address, copy, "--check").returncode == 0


def test_a_new_field_or_collection_fills_the_copy_anew_and_says_so(feed, address, tmp_path):
    copy = tmp_path / "copy.sqlite"
    run(address, copy)
    feed.fields["units"]["name_en"] = "string"
    for line in feed.lines:
        line["record"]["name_en"] = "Kandal"
    feed.fields["places"] = {"id": "string", "name_km": "string"}
    feed.rows["places"] = {}
    feed.put("places", "0801", name_km=KHMER)
    done = run(address, copy)
    assert "the feed has other fields than the copy: the copy is filled anew" in done.stderr
    assert rows(copy)[3][-1] == "Kandal"
    assert rows(copy, "places") == [("0801", KHMER)]


def test_a_name_that_is_sql_and_a_feed_out_of_order_are_refused(feed, address, tmp_path):
    feed.fields['x" (id); DROP TABLE units; --'] = {"id": "string"}
    assert run(address, tmp_path / "one.sqlite").returncode == 2
    feed.fields = {"units": feed.fields["units"]}
    feed.lines[5], feed.lines[6] = feed.lines[6], feed.lines[5]
    done = run(address, tmp_path / "two.sqlite")
    assert (done.returncode, "out of order" in done.stderr) == (2, True)


def test_what_is_no_server_or_no_database_is_said_in_a_line(feed, address, tmp_path):
    (tmp_path / "text.sqlite").write_text("this is no database, and stays as it is")
    done = run(address, tmp_path / "text.sqlite")
    feed.first = [(404, {}, b""), (200, {}, b'{"detail": "Sign in."}')]
    for one in (done, *(run(address, tmp_path / "copy.sqlite") for _ in "12")):
        assert one.returncode == 2
        assert len(one.stderr.splitlines()) == 1, one.stderr
    assert (tmp_path / "text.sqlite").read_text() == "this is no database, and stays as it is"
