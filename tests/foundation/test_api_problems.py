import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, OperationalError, connection, transaction
from django.http import Http404
from django.utils import translation
from rest_framework import exceptions
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from config.logs import told
from foundation.api.problems import MEDIA_TYPE, not_found
from foundation.jobs.models import JobRun
from foundation.limits.counting import Allowance, Limit, Limited
from ledger.conflict import Conflict

factory = APIRequestFactory()


def answer(error: Exception):
    """What a view that raises this answers."""

    class Raising(APIView):
        permission_classes = ()
        authentication_classes = ()

        def get(self, request):
            raise error

    response = Raising.as_view()(factory.get("/")).render()
    assert response["Content-Type"] == MEDIA_TYPE
    body = json.loads(response.content)
    assert body["status"] == response.status_code
    return response, body


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("error", "status", "slug"),
    [
        (PermissionDenied("Only a reviewer may."), 403, "forbidden"),
        (Conflict("Already decided."), 409, "conflict"),
        (exceptions.MethodNotAllowed("PUT"), 405, "method-not-allowed"),
        (exceptions.NotAcceptable(), 406, "not-acceptable"),
        (exceptions.UnsupportedMediaType("text/plain"), 415, "unsupported-media-type"),
        (exceptions.ParseError("Not JSON."), 400, "bad-request"),
        (IntegrityError("duplicate key, and the name of somebody"), 409, "conflict"),
        (OperationalError("connection refused by 10.1.2.3"), 503, "unavailable"),
    ],
)
def test_each_refusal_has_its_problem(error, status, slug):
    response, body = answer(error)

    assert (response.status_code, body["type"]) == (status, f"urn:probity:problem:{slug}")
    assert "somebody" not in body["detail"]
    assert "10.1.2.3" not in body["detail"]


def test_an_address_that_lacks_its_last_slash_is_named():
    problem = json.loads(not_found(factory.post("/api/v1/sheets")).content)

    assert problem["detail"] == "Addresses end with a slash: /api/v1/sheets/"
    assert (
        json.loads(not_found(factory.post("/api/v1/nothing")).content)["detail"] == "There is nothing here."
    )


def test_what_is_hidden_and_what_is_not_there_look_alike():
    assert answer(Http404("No DrugTest matches"))[1] == answer(exceptions.NotFound("other"))[1]
    there = not_found(factory.get("/api/nowhere"))
    assert json.loads(there.content) == answer(Http404())[1]


def test_too_many_says_when_to_come_back():
    response, body = answer(Limited(Allowance(Limit("a", 1, timedelta(minutes=1)), 0, 17)))

    assert (response.status_code, response["Retry-After"]) == (429, "17")
    assert "17 seconds" in body["detail"]


def test_a_validation_error_of_the_domain_names_fields_codes_and_lines():
    error = ValidationError(
        {
            "seal": ValidationError("Line %(line)s has another seal.", code="seal", params={"line": 12}),
            "__all__": ["The totals differ."],
        }
    )

    _response, body = answer(error)

    assert body["errors"] == [
        {"field": "seal", "line": 12, "code": "seal", "message": "Line 12 has another seal."},
        {"field": "", "code": "invalid", "message": "The totals differ."},
    ]


def test_a_validation_error_of_a_nested_list_names_the_line_from_one():
    detail = {
        "lines": [{}, {"seal": ["Wrong."], "officer": {"number": ["Unknown."]}}],
        "remark": ["Too long."],
    }

    _response, body = answer(exceptions.ValidationError(detail))

    assert [(entry["field"], entry.get("line"), entry["message"]) for entry in body["errors"]] == [
        ("lines.seal", 2, "Wrong."),
        ("lines.officer.number", 2, "Unknown."),
        ("remark", None, "Too long."),
    ]


def test_a_single_error_is_said_in_the_detail():
    assert answer(ValidationError("The seal is broken."))[1]["detail"] == "The seal is broken."


def test_an_unknown_error_gives_a_number_and_never_what_it_said(caplog):
    response, body = answer(ZeroDivisionError("the name of somebody"))

    assert response.status_code == 500
    (record,) = caplog.records
    line = told(record)
    assert (line["number"], line["error"]) == (body["number"], "ZeroDivisionError")
    assert line["stack"][-1].startswith("tests/foundation/test_api_problems.py:")
    for text in (json.dumps(body), json.dumps(line)):
        assert "somebody" not in text
    assert "ZeroDivisionError" not in json.dumps(body)


@pytest.mark.django_db
def test_a_twin_refused_by_the_database_is_a_conflict():
    row = {"task": "t", "period": "p", "started_at": "2026-11-23T00:00Z"}
    JobRun.objects.create(**row)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        JobRun.objects.create(**row)

    response, body = answer(refused.value)

    assert response.status_code == 409
    assert "a_job_runs_once" not in json.dumps(body)


@pytest.mark.django_db
def test_a_fault_in_a_statement_is_not_said_to_be_an_absent_database():
    with pytest.raises(Exception, match="does not exist") as refused, transaction.atomic():
        connection.cursor().execute("SELECT nothing_of_this_name()")

    assert answer(refused.value)[0].status_code == 500


@pytest.mark.django_db(transaction=True)
def test_of_a_session_that_the_server_ended_nobody_says_that_nothing_was_saved():
    with pytest.raises(OperationalError) as ended, connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    connection.close()

    response, body = answer(ended.value)

    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert "not certain" in body["detail"]
