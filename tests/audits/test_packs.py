"""An evidence pack checks without us, and whatever is changed in it is found."""

import json
import subprocess
from datetime import timedelta
from hashlib import sha256
from shutil import which
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.test import TransactionTestCase, override_settings
from django.utils import translation

from audits.actions import packs as actions
from audits.actions import recusals
from audits.models import EvidencePack
from audits.queries import pack_log
from audits.queries import packs as queries
from cases.actions import extracts, grounds
from ledger import clock, sealing
from ledger.acting import erase
from ledger.actors import CLOCK
from ledger.conflict import Conflict
from ledger.models import Change, Event, Read
from officers.models.users import Role
from tests import make, packing
from tests.auditing import Bench
from tests.cases.prepared_cases import closed_complaint
from tests.dismissals import Road, again
from tests.packing import changed, check, members_of, packed
from tools import check_pack

COMMITS = pytest.mark.django_db(transaction=True, databases=["default", "auditor", "sequencer"])


@pytest.fixture(autouse=True)
def _heads(settings, tmp_path):
    settings.HEADS_FILE = tmp_path / "kept" / "heads.log"


@pytest.fixture(scope="module")
def whole(django_db_setup, django_db_blocker, tmp_path_factory):
    """One pack of a case from its test to its order in force, for all that bend it."""
    heads = tmp_path_factory.mktemp("kept") / "heads.log"
    with django_db_blocker.unblock(), override_settings(HEADS_FILE=heads), translation.override("en"):
        try:
            road, bench = Road(), Bench()
            case = road.in_force(road.of_test())
            sealing.seal()
            witnessed = sealing.head()
            made, pack = packing.make(bench.lead, about="case", row_id=case.pk)
            yield SimpleNamespace(
                case=again(case),
                witnessed=witnessed,
                row=EvidencePack.objects.get(pk=made.row.pk),
                event=Event.objects.get(verb="pack.made"),
                reads=list(Read.objects.filter(what="exported").values_list("table_name", "row_id")),
                pack=pack,
                members=members_of(pack),
            )
        finally:
            TransactionTestCase._fixture_teardown(None)  # as after every test that commits


@pytest.fixture
def road():
    return Road()


@pytest.fixture
def bench():
    return Bench()


def test_the_pack_of_a_case_checks_offline_and_is_recorded_before_it_leaves(whole, tmp_path):
    status, said = check(tmp_path, whole.pack)
    assert status == 0, said
    assert "The pack is whole" in said
    manifest = json.loads(whole.members["manifest.json"])
    assert whole.event.subject_id == whole.row.pk
    assert whole.event.facts["manifest"] == whole.row.manifest_sha256
    assert whole.event.facts["head"] == whole.row.head == manifest["head"]
    assert whole.row.size == len(whole.pack)
    assert whole.reads == [("cases_case", whole.case.pk)]
    assert check(tmp_path, whole.pack, "--manifest", whole.row.manifest_sha256)[0] == 0
    assert check(tmp_path, whole.pack, "--manifest", "0" * 64)[0] == 1


def test_a_pack_holds_the_way_from_the_test_to_the_order_and_its_scan(whole):
    tables = {name.split("/")[1] for name in whole.members if name.startswith("records/")}
    assert {"cases_case", "cases_decision", "cases_order", "officers_drugtest", "officers_specimen"} <= tables
    (scan,) = [name for name in whole.members if name.startswith("files/")]
    assert whole.members[scan] == b"Order No. 12, signed, with seal."
    record = json.loads(whole.members[f"records/cases_case/{whole.case.pk}.json"])
    assert (record["columns"]["status"], record["version"]) == (whole.case.status, whole.case.version)
    assert whole.members["check_pack.py"] == packing.CHECKER.read_bytes()


def test_the_pack_hangs_on_a_head_that_a_witness_kept_and_on_no_other(whole, tmp_path):
    position = whole.witnessed.position
    assert check(tmp_path, whole.pack, "--head", str(whole.witnessed))[0] == 0
    for asked, word in (
        (f"{position}:{'ab' * 32}", "not the log of the head"),
        (f"{position + 10**6}:{'ab' * 32}", "does not reach"),
    ):
        status, said = check(tmp_path, whole.pack, "--head", asked)
        assert status == 1
        assert word in said
    # Of a file of heads those that the pack does not reach say nothing; one that it reaches does.
    (tmp_path / "heads.log").write_text(f"{whole.witnessed}\n{position + 10**6}:{'ab' * 32}\n12:ab")
    assert check(tmp_path, whole.pack, "--heads", "heads.log")[0] == 0


def test_a_flipped_byte_in_any_kind_of_member_is_found_and_named(whole, tmp_path):
    kinds = {}
    for name in whole.members:
        kinds.setdefault(name.split("/")[0], name)
    assert set(kinds) == {
        "READ_ME.txt", "check_pack.py", "manifest.json", "manifest.sha256", "records", "images", "events.ndjson",
        "chain.ndjson", "files",
    }  # fmt: skip
    for name in kinds.values():
        content = bytearray(whole.members[name])
        content[len(content) // 2] ^= 1
        status, said = check(tmp_path, packed(whole.members | {name: bytes(content)}))
        assert status in (1, 2), name
        assert name.split("/")[0] in said, (name, said)


def test_a_flipped_byte_anywhere_in_the_archive_is_found(whole, tmp_path):
    # Between the members too. Each is a run of the checker over the whole, so not every byte.
    for at in [
        *range(0, len(whole.pack), len(whole.pack) // 40),
        *range(len(whole.pack) - 22, len(whole.pack)),
    ]:
        bent = bytearray(whole.pack)
        bent[at] ^= 0x20
        (tmp_path / "bent.zip").write_bytes(bent)
        assert check_pack.main([str(tmp_path / "bent.zip")]) in (1, 2), at


def test_members_that_are_swapped_removed_or_added_are_found(whole, tmp_path):
    one, other = [name for name in whole.members if name.startswith("images/cases_case/")][:2]
    swapped = whole.members | {one: whole.members[other], other: whole.members[one]}
    without = {name: data for name, data in whole.members.items() if name != one}
    added = whole.members | {"records/cases_case/999999.json": b"{}"}

    for bent, named in ((swapped, one), (without, one), (added, "999999")):
        for rehash in (False, True):
            status, said = check(tmp_path, packed(bent, rehash=rehash))
            assert status == 1
            assert named in said or "something in it is not of the form" in said, (named, rehash, said)


def test_a_manifest_that_was_rewritten_and_hashed_anew_is_known_by_its_digest_in_the_log(whole, tmp_path):
    manifest = json.loads(whole.members["manifest.json"])
    manifest["reason"] = "Another reason."
    bent = packed(whole.members | {"manifest.json": packing.canonical(manifest)})
    assert "manifest.sha256: is not the digest" in check(tmp_path, bent)[1]
    bent = packed(whole.members | {"manifest.json": packing.canonical(manifest)}, rehash=True)
    assert check(tmp_path, bent, "--manifest", whole.row.manifest_sha256)[0] == 1


def test_who_changes_a_record_and_hashes_the_manifest_anew_is_found_by_the_image(whole, tmp_path):
    record = f"records/cases_case/{whole.case.pk}.json"

    def lesser(value):
        value["columns"]["status"] = "CLOSED"

    status, said = check(tmp_path, changed(whole.pack, record, lesser, rehash=True))
    assert status == 1
    assert f"{record}: is not its last image" in said


def test_who_changes_record_and_image_and_all_hashes_is_found_by_the_event(whole, tmp_path):
    versions = [one for one in whole.members if one.startswith(f"images/cases_case/{whole.case.pk}/")]
    name = max(versions, key=lambda one: int(one.split("/")[-1][:-5]))
    image, record = json.loads(whole.members[name]), f"records/cases_case/{whole.case.pk}.json"
    image["image"] = image["image"].replace('"severity":"gross"', '"severity":"minor"')
    image["hash"] = sha256(bytes.fromhex(image["salt"]) + image["image"].encode()).hexdigest()
    value = json.loads(whole.members[record])
    value["columns"] = json.loads(image["image"])
    assert value["columns"]["severity"] == "minor"
    bent = whole.members | {name: packing.canonical(image), record: packing.canonical(value)}

    status, said = check(tmp_path, packed(bent, rehash=True))
    assert status == 1
    assert "did not write this image" in said
    # And if the event's list is changed to fit, it gives another digest.
    lines = whole.members["events.ndjson"].decode()
    lines = lines.replace(json.loads(whole.members[name])["hash"], image["hash"])
    status, said = check(tmp_path, packed(bent | {"events.ndjson": lines.encode()}, rehash=True))
    assert status == 1
    assert "do not give its digest" in said


def test_who_drops_the_last_version_of_a_record_is_found_by_the_event_that_wrote_it(whole, tmp_path):
    versions = [one for one in whole.members if one.startswith(f"images/cases_case/{whole.case.pk}/")]
    *_, before, last = sorted(versions, key=lambda one: int(one.split("/")[-1][:-5]))
    record = f"records/cases_case/{whole.case.pk}.json"
    image = json.loads(whole.members[before])
    value = json.loads(whole.members[record]) | {
        "version": image["version"], "columns": json.loads(image["image"]),
    }  # fmt: skip
    bent = {name: data for name, data in whole.members.items() if name != last}

    status, said = check(tmp_path, packed(bent | {record: packing.canonical(value)}, rehash=True))
    assert status == 1
    assert f"{last}: is missing: event" in said


def test_the_checker_runs_on_an_older_python_too(whole, tmp_path):
    older = which("python3.11") or which("python3.12") or which("python3")
    check(tmp_path, whole.pack)

    done = subprocess.run(
        [older, "-I", "check_pack.py", "pack.zip"], cwd=tmp_path, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("content", [b"", b"not a pack", packed({"a.txt": b"x"})])
def test_what_is_no_pack_cannot_be_read(content, tmp_path):
    assert check(tmp_path, content)[0] == 2


@COMMITS
def test_an_image_that_was_erased_is_said_to_be_and_fails_nothing(bench, road, tmp_path):
    case = road.assessed()
    first = Change.objects.filter(table_name="cases_case", row_id=case.pk).order_by("version").first()
    erase(CLOCK, [first.pk], reason="The time to keep it is over.")

    _made, pack = packing.make(bench.lead, about="case", row_id=case.pk)
    status, said = check(tmp_path, pack)
    assert status == 0, said
    assert f"images/cases_case/{case.pk}/1.json: was erased" in said
    # Without the event that says so, an empty image is a fault.
    members = members_of(pack)
    kept = [line for line in members["events.ndjson"].decode().splitlines() if "image.erased" not in line]
    bent = members | {"events.ndjson": ("\n".join(kept) + "\n").encode()}
    status, said = check(tmp_path, packed(bent, rehash=True))
    assert status == 1
    assert "no event of the pack says that it was erased" in said


@COMMITS
def test_a_pack_of_a_completed_review_has_the_record_as_it_stood_then(bench, road, tmp_path):
    case = road.decided()
    review = bench.completed(case)
    version = again(case).version
    road.verify(road.ordered(case))
    assert again(case).version > version

    made, pack = packing.make(bench.second, review_id=review.pk)
    members = members_of(pack)
    assert json.loads(members[f"records/cases_case/{case.pk}.json"])["version"] == version
    assert made.row.moment < clock.now()
    assert not any(name.startswith("files/") for name in members)
    assert f"records/audits_review/{review.pk}.json" in members
    assert check(tmp_path, pack)[0] == 0
    with pytest.raises(ValidationError, match="was not there"):
        packing.make(bench.lead, about="case", row_id=case.pk, moment=clock.now() - timedelta(days=900))
    with pytest.raises(ValidationError, match="still to come"):
        packing.make(bench.lead, about="case", row_id=case.pk, moment=clock.now() + timedelta(days=1))


@COMMITS
def test_a_pack_of_a_sample_leaves_out_what_the_auditor_is_kept_from_and_says_so(bench, tmp_path):
    roads = [Road(), Road()]
    cases = [road.decided() for road in roads]
    sample = bench.drawn(size=2)
    recusals.declare(
        bench.lead, kind="relative", officer_id=cases[0].officer_id, unit_id=None, reason="My brother."
    )

    made, pack = packing.make(bench.lead, sample_id=sample.pk)
    manifest = json.loads(members_of(pack)["manifest.json"])
    assert [one["id"] for one in manifest["records"]] == [cases[1].pk]
    assert (manifest["left_out"], made.row.records) == (1, 1)
    assert f"records/cases_case/{cases[0].pk}.json" not in members_of(pack)
    assert check(tmp_path, pack)[0] == 0
    with pytest.raises(Http404):
        packing.make(bench.lead, about="case", row_id=cases[0].pk)
    with pytest.raises(ValidationError, match="1 parts"):
        packing.make(bench.lead, sample_id=sample.pk, part=2)


@COMMITS
def test_a_pack_never_says_from_which_complaint_an_extract_is(bench, road, tmp_path):
    case = road.opened()
    complaint = closed_complaint(case.officer)
    inspector = make.user(Role.INSPECTOR)
    extract = extracts.draft(
        inspector, case.pk, complaint_id=complaint.pk, text="Money was taken at the gate."
    )
    extracts.check(make.user(Role.INSPECTOR), extract.pk)
    grounds.add_ground(
        road.case_officer, case.pk, kind="corruption", text="Took money.", extract_id=extract.pk
    )

    _made, pack = packing.make(bench.lead, about="case", row_id=case.pk)
    members = members_of(pack)
    assert "complaint_id" not in members[f"records/cases_extract/{extract.pk}.json"].decode()
    assert json.loads(members[f"images/cases_extract/{extract.pk}/1.json"])["image"] is None
    assert str(complaint.pk).encode() not in pack
    assert complaint.narrative.encode() not in pack
    status, said = check(tmp_path, pack)
    assert status == 0, said
    assert "withheld" in said


@COMMITS
def test_only_an_auditor_makes_a_pack_and_only_for_a_reason(bench, road):
    case = road.opened()

    for role in set(Role.values) - {Role.AUDITOR}:
        with pytest.raises(PermissionDenied):
            packing.make(make.user(role), about="case", row_id=case.pk)
    with pytest.raises(ValidationError, match="Say why"):
        packing.make(bench.lead, about="case", row_id=case.pk, reason=" ")
    with pytest.raises(ValidationError, match="complaints"):
        packing.make(bench.lead, about="complaint", row_id=1)
    assert not EvidencePack.objects.exists()


@COMMITS
def test_what_is_not_sealed_yet_is_waited_for(bench, road):
    case = road.opened()

    with pytest.raises(Conflict, match="not sealed"):
        actions.make(bench.lead, about="case", row_id=case.pk, reason="For the court.")


@COMMITS
def test_a_pack_that_grows_too_large_sends_nothing_and_records_nothing(bench, road, monkeypatch):
    case = road.opened()
    monkeypatch.setattr(queries, "LARGEST", 20_000)

    with pytest.raises(ValidationError, match="at most 100 records and"):
        packing.make(bench.lead, about="case", row_id=case.pk)
    assert not EvidencePack.objects.exists()
    assert not Event.objects.filter(verb="pack.made").exists()
    assert not Read.objects.filter(what="exported").exists()


@COMMITS
def test_the_chain_goes_in_pieces_where_too_many_other_events_lie_between(bench, road, tmp_path, monkeypatch):
    monkeypatch.setattr(pack_log, "MOST_LEAVES", 5)
    case = road.opened()
    packing.seal()
    for _ in range(8):
        road.officer()
    packing.seal()
    road.assessed(case)

    _made, pack = packing.make(bench.lead, about="case", row_id=case.pk)
    chain = members_of(pack)["chain.ndjson"].decode().splitlines()
    assert len(chain) > 1
    assert check(tmp_path, pack)[0] == 0
