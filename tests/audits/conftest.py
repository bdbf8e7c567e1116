"""What many tests of audits begin with."""

import pytest


@pytest.fixture
def sign_in(client):
    """Signs somebody in, in English."""

    def sign_in(user):
        client.logout()
        client.force_login(user)
        client.cookies["language"] = "en"
        return user

    return sign_in
