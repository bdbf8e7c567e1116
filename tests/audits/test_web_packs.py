"""The page of evidence packs: reached from a record, answered by the file, nothing sent that was not recorded."""

import pytest
from django.urls import reverse

from audits.actions import recusals
from audits.models import EvidencePack
from ledger.models import Read
from ledger.sealing import seal
from officers.models.users import Role
from tests import make
from tests.auditing import Bench
from tests.dismissals import Road
from tests.packing import check

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "auditor", "sequencer"])


def test_a_pack_is_made_on_its_page_and_stands_in_the_list_afterwards(client, settings, tmp_path):
    settings.HEADS_FILE = tmp_path / "heads.log"
    bench, road = Bench(), Road()
    case, kept_from = road.opened(), road.opened()
    recusals.declare(
        bench.lead, kind="relative", officer_id=kept_from.officer_id, unit_id=None, reason="Mine."
    )
    client.force_login(bench.lead)
    client.cookies["language"] = "en"
    address = reverse("evidence_packs")

    assert "No pack was made." in client.get(address).text
    asked = client.get(address, {"about": "case", "row": case.pk})
    assert case.reference in asked.text
    assert client.get(address, {"about": "case", "row": kept_from.pk}).status_code == 404
    assert client.get(address, {"sample": 10**6}).status_code == 404
    assert client.get(address, {"row": "x"}).status_code == 404
    early = client.post(address, {"about": "case", "row": case.pk, "reason": "For the court."})
    assert "are not sealed yet" in early.text
    assert early.status_code == 409
    seal()
    wrong = client.post(address, {"about": "case", "row": case.pk, "reason": " "})
    assert wrong.context["form"].errors.keys() == {"reason"}
    assert not EvidencePack.objects.exists()

    answer = client.post(address, {"about": "case", "row": case.pk, "reason": "For the court."})
    row = EvidencePack.objects.get()
    assert answer["Content-Disposition"] == f'attachment; filename="{row.reference}.zip"'
    assert check(tmp_path, answer.getvalue())[0] == 0
    assert Read.objects.filter(what="exported", row_id=case.pk, reason="For the court.").count() == 1
    listed = client.get(address).text
    assert row.manifest_sha256 in listed
    assert "For the court." in listed
    for role in set(Role.values) - {Role.AUDITOR}:
        client.force_login(make.user(role))
        for page in (
            client.get(address),
            client.post(address, {"about": "case", "row": case.pk, "reason": "x"}),
        ):
            assert page.status_code == 404, role
    assert EvidencePack.objects.count() == 1
