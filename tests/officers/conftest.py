"""What several tests of people, tests and notices begin with."""

import pytest

from tests.posting import serving


@pytest.fixture
def post():
    """A mail server of the test's own."""
    with serving() as server:
        yield server
