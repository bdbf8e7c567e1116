import pytest
from django.urls import path
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation.api.serializers import VersionedSerializer
from tests.foundation.test_api_keyset import Runs


class Step(APIView):
    serializer_class = VersionedSerializer

    def post(self, request, pk):
        return Response()


@pytest.fixture(scope="module")
def schema():
    patterns = [
        path("api/v1/runs/", Runs.as_view()),
        path("api/v1/runs/<int:pk>/repeat/", Step.as_view()),
    ]
    found = SchemaGenerator(patterns=patterns).get_schema(request=None, public=True)
    validate_schema(found)
    return found


def test_every_operation_says_how_it_refuses(schema):
    for methods in schema["paths"].values():
        for operation in methods.values():
            for status in ("400", "401", "403", "404", "429", "default"):
                assert operation["responses"][status] == {"$ref": f"#/components/responses/{status}"}
                content = schema["components"]["responses"][status]["content"]
                assert content["application/problem+json"]["schema"]["$ref"] == "#/components/schemas/Problem"
    assert "Problem" in schema["components"]["schemas"]


def test_a_write_takes_a_key_to_be_repeated_with_and_the_version_seen(schema):
    step = schema["paths"]["/api/v1/runs/{id}/repeat/"]["post"]

    headers = {parameter["name"] for parameter in step["parameters"] if parameter["in"] == "header"}
    assert headers == {"Idempotency-Key", "If-Match"}
    assert {"409", "415", "422"} <= set(step["responses"])


def test_a_list_is_described_as_pages_by_key(schema):
    runs = schema["paths"]["/api/v1/runs/"]["get"]

    assert {"after", "before", "limit"} <= {parameter["name"] for parameter in runs["parameters"]}
    page = schema["components"]["schemas"]["PaginatedRunOutList"]
    assert set(page["properties"]) == {"results", "next", "previous"}
