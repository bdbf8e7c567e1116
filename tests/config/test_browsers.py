import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone


@pytest.mark.browser
def test_a_browser_reaches_the_database_of_its_test(browser_page, live_server):
    Session.objects.create(session_key="seen", session_data="", expire_date=timezone.now())
    answer = browser_page.goto("/healthz")
    assert answer.url == f"{live_server.url}/healthz"
    assert Session.objects.filter(session_key="seen").exists()
