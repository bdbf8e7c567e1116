"""An officer asks for treatment himself: sealed from discipline, looked after by physicians."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ledger import clock
from ledger.acting import act, record
from ledger.actors import NOBODY
from officers.actions.sealing import seal, unseal
from officers.lifecycles import advance
from officers.models import DrugTest, Officer, SelfReferral
from officers.queries.officers import numbered

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
