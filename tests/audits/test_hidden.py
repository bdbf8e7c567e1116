"""Who is barred from a record learns nothing of it from an audit either."""

import pytest
from django.http import Http404

from audits.actions import findings
from audits.models import Finding, Review
from officers.models.users import Role
from tests import make
from tests.auditing import Bench
from tests.dismissals import Road

pytestmark = pytest.mark.django_db


def test_who_serves_beside_the_officer_does_not_answer_a_finding_of_his_case():
    bench, road = Bench(), Road(make.unit(kind="PROVINCIAL_COMMISSARIAT"))
    case = road.decided()
    beside = make.user(Role.SUPERVISOR, road.unit, officer=make.officer(road.unit))
    above = make.user(Role.INSPECTOR)
    finding = bench.issued(about="case", row_id=case.pk, unit_id=road.unit.pk)

    assert not Finding.objects.visible_to(beside).exists()
    with pytest.raises(Http404):
        findings.accept(beside, finding.pk, text="We knew.")
    assert findings.accept(above, finding.pk, text="It will be done.").status == "ACCEPTED"


def test_an_auditor_who_serves_where_the_case_is_from_does_not_see_its_review():
    bench, road = Bench(), Road(make.unit(kind="PROVINCIAL_COMMISSARIAT"))
    review = bench.assigned(road.decided())
    local = make.user(Role.AUDITOR, officer=make.officer(road.unit))

    assert Review.objects.visible_to(bench.second).filter(pk=review.pk).exists()
    assert not Review.objects.visible_to(local).exists()
