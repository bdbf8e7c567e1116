"""An officer asks for treatment himself, or a physician offers it: sealed from discipline, and from whom he serves."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from ledger import clock
from ledger.acting import act, record
from ledger.actors import NOBODY
from officers import rules
from officers.actions.sealing import seal, unseal
from officers.lifecycles import advance
from officers.models import DrugTest, Officer, SelfReferral
from officers.queries.officers import numbered

S = SelfReferral.Status
T = DrugTest.Status
#: Characters of what an officer writes, and of how he can be reached.
LONGEST, LONGEST_CONTACT = 5_000, 300
#: Statuses of a test that is under way: whoever asks then asks after having been selected.
UNDER_WAY = (T.CONFIRMATION_NEEDED, T.AT_LABORATORY, T.REPEAT_NEEDED, T.VERIFIED_POSITIVE)


@act
def ask(_actor: Any, *, number: str, birth_year: int | None, contact: str, words: str = "") -> SelfReferral:
    """Ask for treatment. The log names nobody: only the sealed part says who asked, and physicians alone open it.

    :raises ValidationError: by field; a wrong number and a wrong year of birth get the same words
    """
    wrong: dict[str, Any] = {}
    if not contact.strip():
        wrong["contact"] = _("Say how a physician can reach you.")
    for name, text, limit in (("contact", contact, LONGEST_CONTACT), ("words", words, LONGEST)):
        if len(text) > limit:
            wrong[name] = _("This is longer than %(limit)s characters.") % {"limit": limit}
        if "\x00" in text:
            wrong[name] = _("This holds a sign that cannot be kept.")
    officer = Officer.objects.serving().filter(numbered(number)).first()
    if officer is None or officer.birth_year != birth_year:
        wrong["number"] = _("No officer in service has this number and this year of birth.")
    if wrong or officer is None:
        raise ValidationError(wrong)
    under_way = DrugTest.objects.filter(officer=officer, status__in=UNDER_WAY).exists()
    selected = DrugTest.objects.standing().filter(officer=officer, tested_on=clock.today()).exists()
    made = SelfReferral(
        sealed=seal({"officer": officer.pk, "contact": contact.strip(), "words": words.strip()}),
        is_before_selection=not (under_way or selected),
        asked_on=clock.today(),
    )
    return record(made, "self_referral.asked", actor=NOBODY)


@act
def offer(actor: Any, *, number: str, birth_year: int | None, words: str) -> SelfReferral:
    """Offer treatment to an officer, as a physician. The log has who offers it, and not to whom.

    He reads of it at his door and answers elsewhere: to the physician, or by asking for treatment himself. What he did
    at the door would stand in the log beside his number. A second offer to him is the first.

    :raises ValidationError: by field
    """
    if not rules.cares(actor):
        raise PermissionDenied
    wrong: dict[str, Any] = {}
    if not words.strip():
        wrong["words"] = _("Write what the officer is to read, and how he can reach you.")
    if len(words) > LONGEST:
        wrong["words"] = _("This is longer than %(limit)s characters.") % {"limit": LONGEST}
    if "\x00" in words:
        wrong["words"] = _("This holds a sign that cannot be kept.")
    officer = Officer.objects.serving().filter(numbered(number)).first()
    if officer is None or officer.birth_year != birth_year:
        wrong["number"] = _("No officer in service has this number and this year of birth.")
    if wrong or officer is None:
        raise ValidationError(wrong)
    for row, _words in offers_to(officer.pk):
        if row.physician_id == actor.pk:
            return row
    made = SelfReferral(
        sealed=seal({"officer": officer.pk, "contact": "", "words": words.strip()}),
        is_before_selection=False,
        asked_on=clock.today(),
        status=S.OFFERED,
        physician=actor,
    )
    return record(made, "self_referral.offered", actor=actor)


def offers_to(officer_id: int) -> list[tuple[SelfReferral, str]]:
    """What is offered to an officer, with the words to him. Every offer that stands is unsealed: they are few."""
    rows = SelfReferral.objects.filter(status=S.OFFERED).select_related("physician").order_by("pk")
    opened = [(row, unseal(row.sealed)) for row in rows]
    return [(row, said["words"]) for row, said in opened if said["officer"] == officer_id]


@act
def take(actor: Any, referral_id: int, *, version: int | None = None) -> SelfReferral:
    """Take an officer into care."""
    row = SelfReferral.objects.visible_to(actor).lock(referral_id, version=version)
    advance(row, "take", by=actor)
    row.physician = actor
    return record(row, "self_referral.taken", actor=actor)


@act
def end(actor: Any, referral_id: int, *, version: int | None = None) -> SelfReferral:
    """End the care. What it found goes to nobody."""
    row = SelfReferral.objects.visible_to(actor).lock(referral_id, version=version)
    advance(row, "end", by=actor)
    row.ended_on = clock.today()
    return record(row, "self_referral.ended", actor=actor)


@act
def read(actor: Any, referral_id: int) -> dict[str, Any]:
    """Who asked, how he is reached, what he wrote: for the physician who took him into care. The look is an event.

    :raises ValidationError: before somebody took him into care, and for another than his physician
    """
    row = SelfReferral.objects.visible_to(actor).lock(referral_id)
    if row.physician_id != actor.pk:
        raise ValidationError(_("Take the officer into your care first."))
    record(row, "self_referral.read", actor=actor)
    said = dict(unseal(row.sealed))
    said["officer"] = Officer.objects.select_related("unit").get(pk=said["officer"])
    return said
