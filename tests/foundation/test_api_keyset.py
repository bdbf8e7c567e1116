import itertools
import random
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.models import BinaryField, F, Func, Value
from django.urls import path
from django.utils import translation
from rest_framework.generics import ListAPIView
from rest_framework.serializers import ModelSerializer
from rest_framework.test import APIRequestFactory

from foundation.jobs.models import JobRun
from foundation.web.keyset import BadCursor, Keyset

START = datetime(2026, 11, 1, tzinfo=UTC)
factory = APIRequestFactory()


@pytest.fixture
def rows(db):
    """Sixty rows, many of them equal in each column, some of them with nothing in it."""
    dice = random.Random(7)
    JobRun.objects.bulk_create(
        JobRun(
            task=dice.choice(["ក", "ខ", "a", "B"]),
            period=str(number),
            started_at=START + timedelta(microseconds=dice.randrange(3)),
            finished_at=(at := dice.choice([None, START, START + timedelta(days=1)])),
            succeeded=None if at is None else dice.choice([True, False]),
        )
        for number in range(60)
    )
    return JobRun.objects.all()


def forwards(queryset, order, limit=7):
    cursor = None
    while True:
        page = Keyset(queryset, order=order, limit=limit, after=cursor).page()
        yield page
        if (cursor := page.next) is None:
            return


def pks(pages):
    return [row.pk for page in pages for row in page.rows]


@pytest.mark.parametrize(
    "order",
    [
        tuple(
            f"{sign}{name}"
            for sign, name in zip(signs, ("finished_at", "task", "succeeded", "id"), strict=True)
        )
        for signs in itertools.product(("", "-"), repeat=4)
    ],
    ids=" ".join,
)
def test_pages_hold_every_row_once_in_any_order_and_both_directions(rows, order):
    everything = [row.pk for row in rows.order_by(*order)]

    pages = list(forwards(rows, order))
    assert pks(pages) == everything

    cursor, backwards = pages[-1].previous, [pages[-1]]
    while cursor is not None:
        page = Keyset(rows, order=order, limit=7, before=cursor).page()
        backwards.insert(0, page)
        cursor = page.previous
    assert pks(backwards) == everything
    assert pages[0].previous is None


def test_rows_are_put_in_order_by_keys_made_of_bytes(rows):
    keyed = rows.annotate(
        sort_key=Func(F("task"), Value("UTF8"), function="convert_to", output_field=BinaryField())
    )
    order = ("-sort_key", "id")

    found = pks(forwards(keyed, order))

    assert found == [row.pk for row in sorted(rows, key=lambda row: (-ord(row.task), row.pk))]


def test_dictionaries_have_pages_too(rows):
    pages = forwards(rows.values("id", "task"), ("task", "id"))

    assert len([row for page in pages for row in page.rows]) == 60


def test_rows_that_come_and_go_between_pages_repeat_nothing_and_drop_nothing(rows):
    order = ("period", "id")
    stay = set(rows.values_list("pk", flat=True))
    seen: list[int] = []
    cursor = None
    for number in itertools.count():
        page = Keyset(rows, order=order, limit=7, after=cursor).page()
        seen += [row.pk for row in page.rows]
        if (cursor := page.next) is None:
            break
        JobRun.objects.create(task="new", period=f"0 before all {number}", started_at=START)
        gone = page.rows[-1]  # the very row the cursor names
        stay.discard(gone.pk)
        gone.delete()

    assert len(seen) == len(set(seen))
    assert stay <= set(seen)


def test_an_empty_page_leads_back_to_the_rows_before_it(rows):
    order = ("id",)
    first = Keyset(rows, order=order, limit=7).page()
    last = first.rows[-1].pk
    JobRun.objects.filter(pk__gt=last).delete()

    empty = Keyset(rows, order=order, limit=7, after=first.next).page()
    back = Keyset(rows, order=order, limit=7, before=empty.previous).page()

    assert empty.rows == []
    assert [row.pk for row in back.rows] == [row.pk for row in first.rows]


def test_a_page_reads_no_more_than_its_rows_and_counts_nothing(rows, django_assert_num_queries):
    with django_assert_num_queries(1) as captured:
        list(Keyset(rows, order=("-started_at", "id"), limit=7).page().rows)

    assert "LIMIT 8" in captured[0]["sql"]
    assert "COUNT" not in captured[0]["sql"]


def test_a_deep_page_is_found_by_the_index(rows):
    order = ("task", "succeeded", "finished_at", "id")
    cursor = Keyset(rows, order=order, limit=30).page().next
    keyset = Keyset(rows, order=order, limit=7, after=cursor)
    with connection.cursor() as statement:
        statement.execute("SET LOCAL enable_seqscan = off")
    plan = keyset._annotated.order_by(*order).filter(keyset._beyond(*keyset._cursor)).explain()

    assert "jobrun_last_outcome" in plan or "a_job_runs_once_in_a_period" in plan
    assert "Index Cond: " in plan


@pytest.mark.parametrize(
    "bend", [lambda cursor: cursor[:-1], lambda cursor: "x" + cursor, lambda cursor: "nonsense"]
)
def test_a_cursor_that_was_bent_is_refused(rows, bend):
    cursor = Keyset(rows, order=("id",), limit=7).page().next

    with pytest.raises(BadCursor):
        Keyset(rows, order=("id",), limit=7, after=bend(cursor))


def test_a_cursor_of_another_order_is_refused(rows):
    cursor = Keyset(rows, order=("id",), limit=7).page().next

    with pytest.raises(BadCursor):
        Keyset(rows, order=("-id",), limit=7, after=cursor)


def test_an_order_without_a_unique_end_is_refused(rows):
    with pytest.raises(ImproperlyConfigured):
        Keyset(rows, order=("task",), limit=7)


class RunOut(ModelSerializer):
    class Meta:
        model = JobRun
        fields = ("id", "period")


class Runs(ListAPIView):
    permission_classes = ()
    authentication_classes = ()
    queryset = JobRun.objects.all()
    serializer_class = RunOut
    keyset_order = ("-started_at", "id")


urlpatterns = [path("api/v1/runs/", Runs.as_view())]


def ask(address):
    with translation.override("en"):
        return Runs.as_view()(factory.get(address)).render()


def test_the_api_leads_from_page_to_page_and_keeps_the_filters(rows):
    seen, address = [], "/api/v1/runs/?limit=25&period__not=x"
    while address:
        response = ask(address)
        seen += [row["id"] for row in response.data["results"]]
        if address := response.data["next"]:
            assert f'<{address}>; rel="next"' in response["Link"]
            assert "period__not=x" in address

    assert seen == [row.pk for row in rows.order_by("-started_at", "id")]
    back = ask(response.data["previous"])
    assert [row["id"] for row in back.data["results"]] == seen[25:50]
    assert 'rel="prev"' in back["Link"]


@pytest.mark.parametrize("limit", ["0", "201", "-1", "many", "٣", "9" * 5000])
def test_a_limit_out_of_bounds_is_refused_and_the_bound_is_told(rows, limit):
    response = ask(f"/api/v1/runs/?limit={limit}")

    assert response.status_code == 400
    assert response.data["errors"][0]["field"] == "limit"
    assert "200" in response.data["errors"][0]["message"]


@pytest.mark.parametrize("query", ["after=nonsense", "before=nonsense", "after=a&before=b", "after=%00"])
def test_a_page_marker_that_is_none_is_refused(rows, query):
    assert ask(f"/api/v1/runs/?{query}").status_code == 400
