"""A census of 99,300: a thousand screens are non-negative, and as many end final positive as were reported."""

import csv
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from benchmarks import files
from benchmarks.importing import user_of
from ledger import clock
from ledger.actors import CLOCK
from ledger.sealing import seal
from ledger.verification import verify
from officers import imports as reading
from officers.actions import custody, doors, imports, laboratory, reviews
from officers.models import DrugTest, Import, Review, Specimen, Unit, User
from officers.models.users import Role
from officers.reckoning.panels import Validity

#: Screens that the kits call non-negative: at a specificity of 99 % ten for each true one.
SCREENED = 1_000
T = DrugTest.Status


def report() -> None:
    """Print how many end how, what each final positive has, and what it took."""
    began = time.perf_counter()
    root = Unit.objects.get(parent=None)
    administrator, physician = user_of(Role.ADMINISTRATOR), user_of(Role.REVIEWING_PHYSICIAN)
    chemist, laboratory_code = user_of(Role.LABORATORY), _laboratory()
    _import(Import.Kind.ROSTER, user_of(Role.REGISTRAR), root, files.roster(first=7_000_000))
    rows = files.campaign(days_ago=1, non_negative=SCREENED)
    _import(Import.Kind.CAMPAIGN, administrator, root, rows)
    day = clock.today() - timedelta(days=1)
    census = DrugTest.objects.filter(tested_on=day, specimen_number__startswith="SP-1-")
    print(f"A census: {census.standing().count():,} tests taken in {time.perf_counter() - began:.0f} s")
    screened = list(census.awaiting_confirmation().order_by("pk"))
    began = time.perf_counter()
    for place, test in enumerate(screened):
        _confirm(administrator, chemist, laboratory_code, test, is_positive=place < files.NON_NEGATIVE)
    print(
        f"  {len(screened):,} screens non-negative: sent, received, reported in {time.perf_counter() - began:.0f} s"
    )
    began = time.perf_counter()
    for review in Review.objects.open().filter(test__in=screened).order_by("pk"):
        _review(physician, review)
    told = Review.objects.filter(test__in=screened, status=Review.Status.TOLD)
    print(f"  {told.count()} reviewed, verified and told in {time.perf_counter() - began:.0f} s")
    for review in told.order_by("pk"):
        with clock.at(review.window_ends_at):  # type: ignore[arg-type]
            reviews.close_window(CLOCK, review.pk)
    ends = Counter(
        DrugTest.objects.filter(pk__in=[test.pk for test in screened]).values_list("status", flat=True)
    )
    print(f"  they end as: {dict(ends)}    (aim: {files.NON_NEGATIVE} final positives)")
    whole = sum(
        map(_is_whole, DrugTest.objects.filter(status=T.FINAL_POSITIVE, pk__in=[t.pk for t in screened]))
    )
    print(f"  {whole} of them with chain, values, review, proof and window")
    seal()
    print(f"  verify_log: {len(verify(using='auditor'))} findings")


def _laboratory() -> str:
    unit = Unit.objects.filter(kind=Unit.Kind.LABORATORY).order_by("pk").first()
    if unit is None:
        raise LookupError("the demonstration has no laboratory")
    return unit.code


def _import(kind: str, by: User, unit: Unit, rows: Iterable[list[str]] | Iterator[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{kind.lower()}.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
        with path.open("rb") as file:
            row = imports.upload(by, kind=kind, unit_id=unit.pk, file=file, filename=path.name)
        reading.proceed(row.pk)
        imports.take(by, row.pk)
        reading.proceed(row.pk)
    row.refresh_from_db()
    if row.status != Import.Status.TAKEN:
        raise RuntimeError(f"{row.status}: {row.problem}")


def _confirm(administrator: User, chemist: User, code: str, test: DrugTest, *, is_positive: bool) -> None:
    about = {"received_by": "Courier", "place": "Gate", "seal": f"A-{test.pk}", "seal_b": f"B-{test.pk}"}
    custody.dispatch(administrator, test.pk, laboratory=code, **about)
    specimen = Specimen.objects.get(test=test)
    laboratory.receive(chemist, specimen.pk, handed_over_by="Courier", seal=specimen.seal_a)
    found = laboratory.Found(
        "A chemist",
        method="lc_ms_ms",
        values=[("Methamphetamine", Decimal(1200 if is_positive else 20))],
        validity=Validity(creatinine=Decimal(100)),
    )
    laboratory.report(chemist, specimen.pk, found)


def _review(physician: User, review: Review) -> None:
    reviews.take(physician, review.pk)
    reviews.hear(physician, review.pk, heard="No medicine.")
    reviews.verify(physician, review.pk, reasons="No medical explanation.")
    letter, _code = doors.write_letter(physician, review.pk)
    doors.enter(doors.at_the_door(letter.officer), letter.pk)


def _is_whole(test: DrugTest) -> bool:
    review = test.review
    report = review.report
    return (
        report is not None
        and test.specimen.transfers.count() == 2
        and report.values.filter(counts=True).exists()
        and review.decided_by_id == review.reviewer_id
        and review.told_by is not None
        and review.closed_at is not None
        and review.window_ends_at is not None
        and review.closed_at >= review.window_ends_at
    )
