from decimal import Decimal
from io import BytesIO

import pytest
from django.core.exceptions import RequestDataTooBig
from django.utils import translation
from rest_framework import serializers
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from foundation.api.errors import from_rest_framework
from foundation.api.headers import idempotency_key, version_of
from foundation.api.parsers import StrictJSONParser, read_json
from foundation.api.serializers import StrictSerializer, VersionedSerializer

factory = APIRequestFactory()


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"a": 1, "a": 2}', "twice"),
        (b'[{"b": {"a": 1, "a": 1}}]', "twice"),
        (b'{"a": NaN}', "not a number"),
        (b'{"a": -Infinity}', "not a number"),
        (b'{"a": 1e999999999}', "digits"),
        (b'{"a": 1e99999999999999999999999}', "digits"),
        (b'{"a": ' + b"9" * 5000 + b"}", "digits"),
        (b'{"a": "x\\u0000"}', "character"),
        (b'{"\\ud800": 1}', "character"),
        (b'["\\udfff"]', "character"),
        (b'{"a": 1', "line 1, column 8"),
        (b"", "line 1"),
        (b"\xff\xfe", "UTF-8"),
        (b"\xef\xbb\xbf{}", "not JSON"),
        (b"[" * 30 + b"]" * 30, "deeper"),
        (b"[" * 200_000, "deeper"),
        (b'{"a":' * 25 + b"1" + b"}" * 25, "deeper"),
    ],
)
def test_json_that_could_be_read_in_two_ways_is_refused(body, reason):
    with pytest.raises(ParseError, match=reason):
        read_json(body)


def test_numbers_are_exact_and_khmer_is_kept():
    value = read_json('{"a": 1.10, "b": 7, "ឈ្មោះ": "សុខ 😀"}'.encode())

    assert value == {"a": Decimal("1.10"), "b": 7, "ឈ្មោះ": "សុខ 😀"}
    assert str(value["a"]) == "1.10"


def test_a_body_above_the_limit_is_not_read_to_its_end(settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    stream = BytesIO(b" " * 10_000)

    with pytest.raises(RequestDataTooBig):
        StrictJSONParser().parse(stream)
    assert stream.tell() == 101


def test_json_in_another_encoding_is_refused():
    with pytest.raises(ParseError, match="UTF-8"):
        StrictJSONParser().parse(BytesIO(b"{}"), parser_context={"encoding": "utf-16"})


class Thing(StrictSerializer):
    name = serializers.CharField()
    status = serializers.CharField(read_only=True)


class Sheet(StrictSerializer):
    lines = Thing(many=True)


def test_unknown_and_read_only_fields_are_refused_each_by_name():
    with pytest.raises(ValidationError) as refused:
        Thing(data={"nmae": "x", "status": "DECIDED"}).is_valid(raise_exception=True)

    assert [(entry["field"], entry["code"]) for entry in from_rest_framework(refused.value.detail)] == [
        ("name", "required"),
        ("nmae", "unknown"),
        ("status", "read_only"),
    ]


def test_an_unknown_field_in_a_line_is_refused_with_its_line():
    with pytest.raises(ValidationError) as refused:
        Sheet(data={"lines": [{"name": "a"}, {"name": "b", "x": 1}]}).is_valid(raise_exception=True)

    (entry,) = from_rest_framework(refused.value.detail)
    assert (entry["field"], entry["line"], entry["code"]) == ("lines.x", 2, "unknown")


@pytest.mark.parametrize("data", [None, [], "text", 7])
def test_a_body_that_is_no_object_is_refused(data):
    assert not Thing(data=data).is_valid()


def request(body=None, **headers) -> Request:
    return Request(factory.post("/", body or {}, format="json", headers=headers), parsers=[JSONParser()])


@pytest.mark.parametrize(
    ("body", "header", "version"),
    [
        ({}, None, None),
        ({}, '"7"', 7),
        ({}, "7", 7),
        ({}, "*", None),
        ({"version": 7}, None, 7),
        ({"version": 7}, '"7"', 7),
    ],
)
def test_the_version_seen_comes_from_the_header_or_the_body(body, header, version):
    assert version_of(request(body, **({"If-Match": header} if header is not None else {}))) == version


@pytest.mark.parametrize(
    ("body", "header"),
    [
        ({}, 'W/"7"'),
        ({}, "seven"),
        ({}, '"7", "8"'),
        ({}, ""),
        ({}, "99999999999999"),
        ({"version": 8}, '"7"'),
        ({"version": True}, None),
        ({"version": 0}, None),
        ({"version": [1]}, None),
    ],
)
def test_what_is_no_version_is_refused(body, header):
    with pytest.raises(ValidationError):
        version_of(request(body, **({"If-Match": header} if header is not None else {})))


def test_a_versioned_body_may_name_the_version():
    assert VersionedSerializer(data={"version": 3}).is_valid()
    assert not VersionedSerializer(data={"version": 0}).is_valid()


@pytest.mark.parametrize(
    ("key", "ok"),
    [("a", True), ("a" * 255, True), ("a" * 256, False), ("a b", False), ("ក", False), ("", False)],
)
def test_an_idempotency_key_is_visible_ascii(key, ok):
    asked = request(**{"Idempotency-Key": key})
    if ok:
        assert idempotency_key(asked) == key
    else:
        with pytest.raises(ValidationError):
            idempotency_key(asked)


def test_a_request_may_have_no_idempotency_key():
    assert idempotency_key(request()) is None
