import pytest
from django.db import connection


@pytest.mark.django_db
def test_tests_run_as_the_application():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == ("app", False)
