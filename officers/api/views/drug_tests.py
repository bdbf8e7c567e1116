from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.headers import version_of
from officers.actions import claims, custody, drug_tests, sheets
from officers.actions.problems import sentence
from officers.api import examples
from officers.api.documented import operation
from officers.api.doors import Door
from officers.api.filters import DrugTestFilter
from officers.api.serializers.drug_tests import (
    ClaimIn,
    CorrectIn,
    DispatchIn,
    DrugTestOut,
    DrugTestWithCustodyOut,
    SingleIn,
    WholeSheetIn,
    WholeSheetOut,
    line_of,
)
from officers.api.serializers.sheets import ReasonIn
from officers.api.views.sheets import sheet_rows
from officers.models import DrugTest, Sheet
from officers.models.api_keys import Scope
from officers.queries.stamps import stamped
from officers.reckoning.lines import Problem

#: What `sheets.take` returns. Up here, since inside the class `list` is the view's.
_Taken = tuple[Sheet, list[DrugTest | None], list[list[Problem]]]


class DrugTests(Door):
    """Lines of sheets, one officer each. A field screen is never a result against anyone."""

    queryset = DrugTest.objects.none()
    serializer_class = DrugTestOut
    filterset_class = DrugTestFilter
    keyset_order = ("-tested_on", "-id")
    scope_to_read, scope_to_write = Scope.TESTS_READ, Scope.TESTS_WRITE
    sensitive = ("officer", "status", "non_negative_for", "invalid_for", "not_taken", "excuse", "remark")

    def rows(self) -> QuerySet[DrugTest]:
        return stamped(DrugTest.objects.select_related("sheet__unit", "officer", "unit", "entered_by"))

    @operation(
        "list_drug_tests",
        "List drug tests, the newest day first",
        gives=DrugTestOut(many=True),
        shows=examples.TEST,
    )
    def list(self, request: Request) -> Response:
        return self.listed()

    @operation(
        "enter_drug_test",
        "Enter one line",
        takes=SingleIn,
        sends=[
            ("A negative line on an open sheet", {"sheet": 58, **examples.NEGATIVE_LINE}),
            ("A non-negative line", {"sheet": 58, **examples.NON_NEGATIVE_LINE}),
            ("An officer who was absent", {"sheet": 58, **examples.ABSENT_LINE}),
            ("A test by itself", {"header": examples.HEADER, **examples.NEGATIVE_LINE}),
        ],
        gives=DrugTestWithCustodyOut,
        shows=examples.DETAILED_TEST,
        status=201,
        description="On an open `sheet`; or with a `header`, which makes a sheet of this one line and sends it.",
    )
    def create(self, request: Request) -> Response:
        given = self.given(SingleIn)
        line = line_of(given)
        if "sheet" in given:
            return self.answered(lambda: drug_tests.enter(request.user, given["sheet"], line), status=201)
        unit_id = given["header"].pop("unit")

        def take() -> DrugTest | None:
            _sheet, tests, _problems = sheets.take(
                request.user, unit_id=unit_id, header=given["header"], lines=[line]
            )
            return tests[0]

        return self.answered(take, status=201)

    @operation(
        "take_sheet",
        "Take a whole sheet",
        takes=WholeSheetIn,
        sends=[("A header and two lines", examples.WHOLE_SHEET_IN)],
        gives=WholeSheetOut,
        shows=examples.WHOLE_SHEET,
        status=201,
        description="One act. Good lines are taken and bad ones named in `problems`, unless `all_or_nothing`. "
        "If every line was taken the sheet is sent; else it stays open, for the lines that are missing.",
    )
    def sheet(self, request: Request) -> Response:
        given = self.given(WholeSheetIn)
        header = dict(given["header"])
        unit_id = header.pop("unit")
        return self.answer(
            lambda: sheets.take(
                request.user,
                unit_id=unit_id,
                header=header,
                lines=[line_of(line) for line in given["lines"]],
                totals=given.get("totals"),
                all_or_nothing=given["all_or_nothing"],
            ),
            status=201,
            render=self._taken,
            address=lambda body: reverse("api_sheet", args=[body["sheet"]["id"]]),
        )

    def _taken(self, result: _Taken) -> dict[str, Any]:
        sheet, tests, problems = result
        entered = self.rows().filter(pk__in=[test.pk for test in tests if test]).order_by("line")
        return self.shown(
            {
                "sheet": sheet_rows().get(pk=sheet.pk),
                "tests": entered,
                "problems": [
                    {"line": line, "field": found.field, "code": found.code, "message": sentence(found)}
                    for line, of_line in enumerate(problems, start=1)
                    for found in of_line
                ],
            },
            out=WholeSheetOut,
        )

    @operation(
        "read_drug_test",
        "Read a drug test with the custody of its specimen",
        gives=DrugTestWithCustodyOut,
        shows=examples.DISPATCHED_TEST,
    )
    def retrieve(self, request: Request, pk: int) -> Response:
        return self.opened(pk, DrugTestWithCustodyOut)

    @operation(
        "correct_drug_test",
        "Correct a line",
        takes=CorrectIn,
        sends=[("The line as it should be", {**examples.NEGATIVE_LINE, **examples.REASON})],
        gives=DrugTestWithCustodyOut,
        shows={**examples.DETAILED_TEST, "version": 2},
        description="The whole line anew, with the reason; the log keeps what it said. Once its specimen was "
        "sent, only a second person may.",
    )
    def correct(self, request: Request, pk: int) -> Response:
        given, version = self.given(CorrectIn), version_of(request)
        return self.answered(
            lambda: drug_tests.correct(
                request.user, pk, line_of(given), reason=given["reason"], version=version
            )
        )

    @operation(
        "void_drug_test",
        "Void a line",
        takes=ReasonIn,
        sends=[("A reason", examples.REASON)],
        gives=DrugTestWithCustodyOut,
        shows=examples.VOIDED_TEST,
        description="It stays readable and counts for nothing.",
    )
    def void(self, request: Request, pk: int) -> Response:
        reason, version = self.given(ReasonIn)["reason"], version_of(request)
        return self.answered(lambda: drug_tests.void(request.user, pk, reason=reason, version=version))

    @operation(
        "dispatch_drug_test",
        "Send the specimen of a non-negative screen to a laboratory",
        takes=DispatchIn,
        sends=[("A hand-over", examples.DISPATCH)],
        gives=DrugTestWithCustodyOut,
        shows=examples.DISPATCHED_TEST,
    )
    def send_specimen(self, request: Request, pk: int) -> Response:
        given, version = self.given(DispatchIn), version_of(request)
        return self.answered(lambda: custody.dispatch(request.user, pk, version=version, **given))

    @operation(
        "claim_refusal",
        "Claim that an officer refused, on a line that was not taken",
        takes=ClaimIn,
        sends=[("He left", examples.CLAIM)],
        gives=DrugTestWithCustodyOut,
        shows=examples.CLAIMED_TEST,
        description="A claim is no finding: a reviewing physician hears the officer and determines it. Until then "
        "the line cannot be changed.",
    )
    def claim(self, request: Request, pk: int) -> Response:
        given, version = self.given(ClaimIn), version_of(request)
        return self.answer(
            lambda: claims.claim(request.user, pk, version=version, **given),
            render=lambda made: self.shown(self.rows().get(pk=made.test_id), out=DrugTestWithCustodyOut),
        )

    def answered(self, run: Any, status: int = 200) -> Response:
        return self.answer(run, status, out=DrugTestWithCustodyOut)
