"""`tools/check_sample.py` as outsiders run it: a process of its own, which knows nothing of Probity."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audits.queries.samples import facts_of
from audits.reckoning import sampling
from tests.auditing import Bench
from tests.dismissals import Road

PROGRAM = Path(__file__).parents[2] / "tools" / "check_sample.py"


def run(*arguments: object) -> subprocess.CompletedProcess:
    """Isolated: of Python, its standard library alone."""
    command = [sys.executable, "-I", "-S", str(PROGRAM), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


def put(folder: Path, lines: str, facts: dict) -> tuple[Path, Path]:
    population, told = folder / "population.txt", folder / "facts.json"
    population.write_bytes(lines.encode())
    told.write_text(json.dumps(facts, ensure_ascii=False))
    return population, told


@pytest.mark.django_db
def test_a_real_sample_is_reckoned_anew_and_whatever_is_changed_is_found(tmp_path):
    bench, road = Bench(), Road()
    for _ in range(4):
        road.decided()
    row = bench.drawn(size=2, strata=["ground", "rank"])
    lines, facts = row.list.lines, facts_of(row)

    whole = run(*put(tmp_path, lines, facts))

    assert (whole.returncode, whole.stdout.splitlines()[-1]) == (0, "OK"), whole.stdout + whole.stderr
    first, *rest = lines.split("\n")
    changed = {
        "a line left out": "\n".join(rest),
        "a line exchanged": "\n".join([rest[0], first, *rest[1:]]),
        "a stratum changed": lines.replace("R01", "R13", 1),
        "an id changed": "\n".join([f"9{first}", *rest]),
        "a line feed at the end": lines + "\n",
    }
    for what, other in changed.items():
        found = run(*put(tmp_path, other, facts))
        assert (found.returncode, "DIFFERS: digest" in found.stdout) == (1, True), what
    for name in ("digest", "seed", "nonce", "nonce_digest", "outside"):
        digit = "1" if facts[name][-1] == "0" else "0"
        assert run(*put(tmp_path, lines, facts | {name: facts[name][:-1] + digit})).returncode == 1, name
    for name, value in (("size", 3), ("population", 5)):
        assert run(*put(tmp_path, lines, facts | {name: value})).returncode == 1, name
    item = facts["items"][0]
    undrawn = ({pk for pk, _name in sampling.members_in(lines)} - {one["id"] for one in facts["items"]}).pop()
    for one in ({"id": undrawn}, {"stratum": "x"}, {"key": "0" * 64}):
        found = run(*put(tmp_path, lines, facts | {"items": [item | one, *facts["items"][1:]]}))
        assert found.returncode == 1, one
    assert run(*put(tmp_path, lines, facts | {"items": facts["items"][:1]})).returncode == 1
    assert run(*put(tmp_path, lines, facts | {"items": [item, item]})).returncode == 1
    assert run(tmp_path / "none.txt", tmp_path / "facts.json").returncode == 2

    by_hand = run(tmp_path / "population.txt", "--nonce", row.nonce, "--outside", row.outside, "--size", 2)
    assert by_hand.returncode == 0
    assert [line.split("\t")[1] for line in by_hand.stdout.splitlines() if "\t" in line] == [
        str(item.row_id) for item in row.items.order_by("number")
    ]


@settings(max_examples=15, deadline=None)
@given(
    st.dictionaries(st.integers(1, 10**13), st.text("កខab|", max_size=3), min_size=1, max_size=40),
    st.integers(1, 50),
)
def test_it_draws_as_probity_does(tmp_path_factory, population, size):
    lines = sampling.lines_of(population.items())
    file = tmp_path_factory.mktemp("population") / "population.txt"
    file.write_bytes(lines.encode())

    said = run(file, "--nonce", "n", "--outside", "1  2", "--size", size)

    seed = sampling.seed_of(sampling.digest_of(lines), "n", "1 2")
    drawn = [(one.row_id, one.stratum) for one in sampling.draw(sampling.members_in(lines), seed, size)]
    rows = [line.split("\t")[1:] for line in said.stdout.splitlines() if "\t" in line]
    assert [(int(pk), name) for pk, name in rows] == drawn


def test_it_needs_nothing_but_the_standard_library():
    text = PROGRAM.read_text()
    imported = {line.split()[1] for line in text.splitlines() if line.startswith(("import ", "from "))}
    assert imported <= {"argparse", "hashlib", "json", "sys"}
    assert run("--help").returncode == 0
