"""Who collects, analyses and reviews: different people, none in command of whom is tested, nor commanded by him."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from ledger import clock
from officers.models import (
    CustodyProblem,
    DoorCode,
    DrugTest,
    LaboratoryReport,
    Officer,
    Posting,
    Review,
    SelfReferral,
    Sheet,
    Specimen,
    SpecimenRange,
    Unit,
    User,
)
from officers.models.sheets import SEES_RESULTS
from officers.models.users import Role
from officers.rules.keeping import keeps_units


def administers(user: User, sheet: Sheet) -> bool:
    """Writes on a sheet: an administrator of the sheet's unit."""
    return user.serves(sheet.unit, Role.ADMINISTRATOR)


def corrects(user: User, test: DrugTest) -> bool:
    """Corrects or voids a line; once something was built on it, only as a second person."""
    return administers(user, test.sheet) and (test.dispatched_at is None or user.pk != test.entered_by_id)


def dispatches(user: User, test: DrugTest) -> bool:
    return administers(user, test.sheet)


def claims(user: User, test: DrugTest) -> bool:
    """Claims that an officer refused: an administrator of the sheet's unit. It is for a reviewer to determine."""
    return administers(user, test.sheet)


def commands(one: int, other: Officer) -> bool:
    """Whether an officer heads a unit in or under which another serves."""
    headed = Posting.objects.filter(officer_id=one, is_head=True, held__contains=clock.today())
    return one != other.pk and any(
        other.unit.path.startswith(path) for path in headed.values_list("unit__path", flat=True)
    )


def apart(user: User, officer: Officer) -> bool:
    """Neither is the other, nor commands him. An account that names no officer is nobody's superior."""
    if user.officer_id is None:
        return True
    return (
        user.officer_id != officer.pk
        and not commands(user.officer_id, officer)
        and not commands(officer.pk, Officer.objects.select_related("unit").get(pk=user.officer_id))
    )


def collected(user: User, test: DrugTest) -> bool:
    """Whether somebody had to do with the collection."""
    return user.pk in (test.entered_by_id, test.sheet.administrator_id)


def analysed(user: User, test: DrugTest) -> bool:
    """Whether somebody reported for a laboratory on the specimen."""
    return LaboratoryReport.objects.filter(specimen__test=test, reported_by=user.pk).exists()


def works_at_laboratory(user: User, specimen: Specimen) -> bool:
    """Works on a specimen for the laboratory it was sent to: nobody who collected it, commands or obeys its officer."""
    return (
        specimen.laboratory is not None
        and user.serves(specimen.laboratory, Role.LABORATORY)
        and not collected(user, specimen.test)
        and apart(user, specimen.test.officer)
    )


def works_at_second(user: User, specimen: Specimen) -> bool:
    """The same for bottle B; nobody who reported on bottle A."""
    return (
        specimen.second_laboratory is not None
        and user.serves(specimen.second_laboratory, Role.LABORATORY)
        and not collected(user, specimen.test)
        and not analysed(user, specimen.test)
        and apart(user, specimen.test.officer)
    )


def hands_over(user: User, specimen: Specimen) -> bool:
    """Writes hand-overs down: who administers the sheet until a laboratory has it, and the laboratories."""
    return (
        (specimen.received_at is None and administers(user, specimen.test.sheet))
        or works_at_laboratory(user, specimen)
        or works_at_second(user, specimen)
    )


def directs(user: User, specimen: Specimen) -> bool:
    return administers(user, specimen.test.sheet)


def settles_custody(user: User, problem: CustodyProblem) -> bool:
    """Settles what is wrong with a chain of hand-overs: a reviewing physician or an inspector, not who found it."""
    test = problem.specimen.test
    return (
        user.serves(test.sheet.unit, Role.REVIEWING_PHYSICIAN, Role.INSPECTOR)
        and user.pk != problem.found_by_id
        and not collected(user, test)
        and not analysed(user, test)
        and apart(user, test.officer)
    )


def reviews(user: User, review: Review) -> bool:
    """Reviews a test: a reviewing physician who had no other part in it, and has no command in common."""
    test = review.test
    return (
        user.serves(test.sheet.unit, Role.REVIEWING_PHYSICIAN)
        and not collected(user, test)
        and not analysed(user, test)
        and not (review.claim and review.claim.made_by_id == user.pk)
        and apart(user, test.officer)
    )


def has_review(user: User, review: Review) -> bool:
    """The reviewer who took it on."""
    return user.pk is not None and user.pk == review.reviewer_id and reviews(user, review)


def has_review_of_report(user: User, review: Review) -> bool:
    return review.report_id is not None and has_review(user, review)


def has_review_of_claim(user: User, review: Review) -> bool:
    return review.claim_id is not None and has_review(user, review)


def is_at_his_door(user: Any, review: Review) -> bool:
    """The officer himself, come in with his code."""
    return getattr(user, "door_of", None) == review.test.officer_id


def speaks_for_himself(user: Any, review: Review) -> bool:
    """The officer at his door, or the reviewer who writes down what he asked by word of mouth."""
    return is_at_his_door(user, review) or has_review(user, review)


def records_service(user: User, letter: DoorCode) -> bool:
    """Records that a sealed letter was handed over: nobody who wrote it, had a part in the test, or is in command.

    Nor whom a floor above names: there is more than tests that a letter may be about (`SERVICE_BARS` in the settings).
    """
    reviews_told = Review.objects.filter(test__officer=letter.officer_id).select_related("test__sheet")
    return (
        user.serves(
            letter.officer.unit, Role.REGISTRAR, Role.INSPECTOR, Role.CASE_OFFICER, Role.ADMINISTRATOR
        )
        and user.pk != letter.issued_by_id
        and apart(user, letter.officer)
        and not any(
            review.reviewer_id == user.pk or collected(user, review.test) or analysed(user, review.test)
            for review in reviews_told
        )
        and not any(bars(user, letter.officer) for bars in _above())
    )


@cache
def _above() -> list[Callable[[User, Officer], bool]]:
    return [import_string(name) for name in settings.SERVICE_BARS]


def issues_specimen_numbers(user: User, unit: Unit) -> bool:
    """Issues ranges of labels to a unit: who keeps it."""
    return keeps_units(user, unit)


def accounts_for_numbers(user: User, labels: SpecimenRange) -> bool:
    """Writes down a spoiled label: an administrator of the unit it was issued to, and who issues them."""
    return user.serves(labels.unit, Role.ADMINISTRATOR) or issues_specimen_numbers(user, labels.unit)


def cares(user: User, _referral: Any = None) -> bool:
    """Looks after officers who asked for treatment themselves, or to whom it was offered."""
    return user.has_role(Role.REVIEWING_PHYSICIAN)


def offered(user: User, referral: SelfReferral) -> bool:
    """Offered the treatment himself."""
    return cares(user) and user.pk == referral.physician_id


#: Who sees officers, and of their tests that they took place: the command, and those who decide on cases.
TOLD_OF_TESTS = (
    Role.SUPERVISOR,
    Role.CASE_OFFICER,
    Role.LEGAL_CHECKER,
    Role.DECIDING_AUTHORITY,
    Role.REGISTRAR,
    Role.APPEAL_MEMBER,
)


def is_told_of_tests(user: User, officer: Officer) -> bool:
    """Learns on what days an officer of his unit was tested, and an outcome once it is on the line; not his own."""
    return user.officer_id != officer.pk and user.serves(officer.unit, *TOLD_OF_TESTS)


def sees_results_of(user: User, test: DrugTest) -> bool:
    """Whether somebody sees what was found, before it is on the line, and who found it."""
    return user.serves(test.sheet.unit, *SEES_RESULTS)


def sees_tests_of(user: User, officer: Officer) -> bool:
    """Whether a page about an officer may ask for his tests at all; which ones is for `visible_to`."""
    return user.officer_id != officer.pk and user.has_role(
        Role.ADMINISTRATOR, Role.REVIEWING_PHYSICIAN, Role.INSPECTOR, Role.AUDITOR
    )
