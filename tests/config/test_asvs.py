"""The table of what we hold to names code and tests that there are."""

import re

from tests.config.launching import CHECKOUT

ASVS = (CHECKOUT / "docs" / "asvs.md").read_text()


def test_every_file_and_every_test_that_the_table_names_is_there():
    for path in re.findall(
        r"`((?:officers|config|cases|foundation|ledger|templates)/[\w/]+\.(?:py|html))`", ASVS
    ):
        assert (CHECKOUT / path).is_file(), path
    where: dict[str, str] = {}
    for path in (CHECKOUT / "tests").rglob("test_*.py"):
        where[path.name] = where.get(path.name, "") + path.read_text()
    missing = []
    for line in ASVS.splitlines():
        file = ""
        for named, test in re.findall(r"`(?:tests/browser/)?(test_\w+\.py)?(?:::(test_\w+))?`", line):
            file = named or file
            if file and test and f"def {test}(" not in where.get(file, ""):
                missing.append(f"{file}::{test}")
            elif named and named not in where:
                missing.append(named)
    assert missing == [], missing
