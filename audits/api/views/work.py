"""What auditors work with: audits, samples, reviews, findings."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from audits.actions import findings
from audits.api import examples
from audits.api.filters import AuditFilter, FindingFilter, ReviewFilter, SampleFilter
from audits.api.serializers.work import (
    AuditOut,
    AuditReviewOut,
    DraftIn,
    FindingOut,
    FindingStepOut,
    OpenedAuditReviewOut,
    OpenedFindingOut,
    PopulationOut,
    SampleItemOut,
    SampleOut,
)
from audits.api.views.reading import AuditDoor
from audits.models import Audit, Finding, Population, Review, Sample, SampleItem
from ledger.snapshot import reading
from officers.api.documented import operation


class Audits(AuditDoor):
    """The year's plan, of the units somebody audits."""

    queryset = Audit.objects.none()
    serializer_class = AuditOut
    filterset_class = AuditFilter
    keyset_order = ("-year", "id")

    def rows(self) -> QuerySet[Audit]:
        return Audit.objects.select_related("unit", "lead")

    @operation("list_audits", "List audits", gives=AuditOut(many=True), shows=examples.AUDIT)
    def list(self, request: Request) -> Response:
        return self.listed()

    @operation("read_audit", "Read an audit", gives=AuditOut, shows=examples.AUDIT)
    def retrieve(self, request: Request, pk: int) -> Response:
        return self.opened(pk)


class Samples(AuditDoor):
    """Samples, with all that it takes to draw them anew."""

    queryset = Sample.objects.none()
    serializer_class = SampleOut
    filterset_class = SampleFilter
    keyset_order = ("-id",)

    def rows(self) -> QuerySet[Sample]:
        return Sample.objects.select_related("frozen_by", "drawn_by")

    @operation(
        "list_samples",
        "List samples, the newest first",
        gives=SampleOut(many=True),
        shows=examples.SAMPLE,
        description="Void ones too: who draws again and again is seen.",
    )
    def list(self, request: Request) -> Response:
        return self.listed()

    @operation("read_sample", "Read a sample", gives=SampleOut, shows=examples.SAMPLE)
    def retrieve(self, request: Request, pk: int) -> Response:
        return self.opened(pk)


class SampleItems(AuditDoor):
    """What a sample drew."""

    queryset = SampleItem.objects.none()
    serializer_class = SampleItemOut
    filter_backends = ()
    keyset_order = ("number", "id")
    sensitive = ("row",)

    def rows(self) -> QuerySet[SampleItem]:
        return SampleItem.objects.filter(sample=self.kwargs["pk"])

    @operation(
        "list_records_of_sample",
        "List the records of a sample, in the order of the draw",
        gives=SampleItemOut(many=True),
        shows=examples.ITEM,
    )
    def list(self, request: Request, pk: int) -> Response:
        _seen(request, pk)
        return self.listed()


class Populations(AuditDoor):
    """What a sample was drawn from."""

    queryset = Population.objects.none()
    serializer_class = PopulationOut
    pagination_class = None
    filter_backends = ()
    sensitive = ("lines",)

    def rows(self) -> QuerySet[Population]:
        return Population.objects.select_related("sample")

    @operation(
        "read_population_of_sample",
        "Read the frozen list a sample is drawn from",
        gives=PopulationOut,
        shows=examples.POPULATION,
    )
    def retrieve(self, request: Request, pk: int) -> Response:
        _seen(request, pk)
        return self.opened(Population.objects.values_list("pk", flat=True).get(sample=pk))


def _seen(request: Request, pk: int) -> None:
    """:raises Http404: if there is no such sample that the caller sees"""
    with reading():
        if not Sample.objects.visible_to(request.user).filter(pk=pk).exists():
            raise Http404


class OnReviews(AuditDoor):
    queryset = Review.objects.none()
    sensitive: tuple[str, ...] = ("about", "row", "result")

    def rows(self) -> QuerySet[Review]:
        return Review.objects.select_related("audit__unit", "unit", "reviewer", "checklist")


class Reviews(OnReviews):
    """Reviews of single records."""

    serializer_class = AuditReviewOut
    filterset_class = ReviewFilter
    keyset_order = ("-id",)

    @operation(
        "list_audit_reviews",
        "List reviews of records, the newest first",
        gives=AuditReviewOut(many=True),
        shows=examples.REVIEW,
        description="None of a record that you are kept from.",
    )
    def list(self, request: Request) -> Response:
        return self.listed()

    @operation(
        "read_audit_review",
        "Read a review with its questions and answers",
        gives=OpenedAuditReviewOut,
        shows=examples.OPENED_REVIEW,
    )
    def retrieve(self, request: Request, pk: int) -> Response:
        self.sensitive = (*OnReviews.sensitive, "summary", "answers")
        return self.opened(pk, OpenedAuditReviewOut)


class OnFindings(AuditDoor):
    queryset = Finding.objects.none()
    sensitive: tuple[str, ...] = ("about", "row", "title", "status")

    def rows(self) -> QuerySet[Finding]:
        return Finding.objects.select_related("audit__unit", "unit", "escalated_to")


class Findings(OnFindings):
    """What audits hold to be wrong, from the draft until an auditor closes it."""

    serializer_class = FindingOut
    filterset_class = FindingFilter
    keyset_order = ("-id",)

    @operation(
        "list_findings",
        "List findings, the newest first",
        gives=FindingOut(many=True),
        shows=examples.FINDING,
        description="For auditors; once issued, also for supervisors, inspectors and the authority of the unit.",
    )
    def list(self, request: Request) -> Response:
        return self.listed()

    @operation(
        "draft_finding",
        "Write a finding down",
        takes=DraftIn,
        sends=[("Of the whole", examples.DRAFT_IN), ("Of a review", examples.DRAFT_OF_REVIEW)],
        gives=FindingStepOut,
        shows=examples.DRAFTED,
        status=201,
        description="Nobody but auditors sees it until it is issued. It changes nothing in the record.",
    )
    def create(self, request: Request) -> Response:
        given: dict[str, Any] = self.given(DraftIn)
        audit_id = given.pop("audit_id")
        return self.answer(
            lambda: findings.draft(request.user, audit_id, **given), status=201, out=FindingStepOut
        )

    @operation(
        "read_finding",
        "Read a finding with its exchange",
        gives=OpenedFindingOut,
        shows=examples.OPENED_FINDING,
    )
    def retrieve(self, request: Request, pk: int) -> Response:
        self.sensitive = (*OnFindings.sensitive, "text", "entries")
        return self.opened(pk, OpenedFindingOut)
