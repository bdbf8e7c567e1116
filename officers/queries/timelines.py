"""What happened to a row, in words: its events from the log, with what each changed."""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from ledger.models import Audited, Change, Event
from officers.queries.images import Names, capital, in_todays_words, named_columns

VERBS = {
    "api_key.expiry_announced": _("Reminder: the API key expires soon"),
    "api_key.issued": _("API key issued"),
    "api_key.revoked": _("API key revoked"),
    "claim.made": _("A refusal was claimed"),
    "custody.questioned": _("The custody is in question"),
    "custody.settled": _("What was wrong with the custody is settled"),
    "custody.transferred": _("Specimen handed over"),
    "drug_test.cancelled": _("Test cancelled"),
    "drug_test.cleared": _("Negative after confirmation"),
    "drug_test.corrected": _("Line corrected"),
    "drug_test.dispatched": _("Specimen sent to the laboratory"),
    "drug_test.entered": _("Line entered"),
    "drug_test.finalised": _("Final positive"),
    "drug_test.refusal_determined": _("Refusal determined"),
    "drug_test.reopened": _("Outcome taken back: the review was opened anew"),
    "drug_test.verified": _("Verified positive, and the officer told"),
    "drug_test.voided": _("Line voided"),
    "import.cancelled": _("File cancelled"),
    "import.checked": _("File checked"),
    "import.described": _("Header completed"),
    "import.given_up": _("File not readable"),
    "import.part_taken": _("Part of the file taken"),
    "import.refused": _("File could not be taken"),
    "import.stopped": _("Taking of the file stopped"),
    "import.taken": _("File taken"),
    "import.taking": _("Taking of the file begun"),
    "import.undone": _("File undone"),
    "import.uploaded": _("File uploaded"),
    "letter.ended": _("Letter opens nothing any more"),
    "letter.issued": _("Letter with a personal code written"),
    "letter.opened": _("Opened with the personal code"),
    "officer.corrected": _("Entry about the officer corrected"),
    "officer.demoted": _("Demoted"),
    "officer.dismissed": _("Dismissed"),
    "officer.left": _("Left the service"),
    "officer.posted": _("Posted"),
    "officer.registered": _("Entered on the roll"),
    "officer.renumbered": _("Given another service number"),
    "officer.restored": _("Entry about the officer as before the file"),
    "officer.retracted": _("Entered by mistake"),
    "officer.returned": _("Returned to duty"),
    "officer.suspended": _("Suspended from duty"),
    "officer.told": _("The officer was told"),
    "posting.begun": _("Posting begun"),
    "posting.reopened": _("Posting reopened"),
    "posting.retracted": _("Posting taken back"),
    "register.confirmed": _("Entry in the register stands after an appeal"),
    "register.entered": _("Entered in the register"),
    "register.put_under_appeal": _("Entry in the register under appeal"),
    "register.voided": _("Entry in the register voided"),
    "review.attempted": _("Attempt to reach the officer"),
    "review.cancelled": _("Test cancelled by the reviewing physician"),
    "review.cleared": _("Reported as negative: explained medically"),
    "review.closed": _("Review closed"),
    "review.determined": _("Claim determined"),
    "review.explained": _("The officer gave an explanation"),
    "review.heard": _("The officer was heard"),
    "review.instructed": _("The officer was told to get in touch"),
    "review.opened": _("Review opened"),
    "review.reopened": _("Review opened anew"),
    "review.report_replaced": _("Corrected report of the laboratory taken up"),
    "review.retest_asked": _("Second bottle asked for"),
    "review.second_sent": _("Second laboratory named"),
    "review.taken": _("Review taken on"),
    "review.told": _("The officer was told of the outcome"),
    "review.verified": _("Verified"),
    "role.ended": _("Role ended"),
    "role.granted": _("Role given"),
    "self_referral.asked": _("Treatment asked for"),
    "self_referral.ended": _("Care ended"),
    "self_referral.offered": _("Treatment offered by a physician"),
    "self_referral.read": _("Sealed part read by the physician"),
    "self_referral.resealed": _("Sealed under a new key"),
    "self_referral.taken": _("Taken into care"),
    "service_number.given": _("Service number given"),
    "service_number.retracted": _("Service number taken back"),
    "setting.put": _("Version added"),
    "setting.withdrawn": _("Version withdrawn"),
    "sheet.amended": _("Header amended"),
    "sheet.left_open": _("Reminder: the sheet was left open"),
    "sheet.left_unconfirmed": _("Reminder: nobody has sent the specimens to a laboratory"),
    "sheet.opened": _("Sheet opened"),
    "sheet.sent": _("Sheet sent"),
    "sheet.voided": _("Sheet voided"),
    "specimen.carried_over": _("Carried over from an earlier release"),
    "specimen.directed": _("Laboratory named"),
    "specimen.received": _("Received at the laboratory"),
    "specimen.redesignated": _("Bottle B taken in place of A"),
    "specimen.rejected": _("Rejected for testing"),
    "specimen.reported": _("Reported by the laboratory"),
    "specimen.sent": _("Specimen on its way"),
    "specimen_number.spoiled": _("Label written down as spoiled"),
    "specimen_range.issued": _("Labels issued"),
    "unit.closed": _("Unit closed"),
    "unit.moved": _("Unit moved"),
    "unit.moved_along": _("Moved along with the unit above"),
    "unit.opened": _("Unit opened"),
    "unit.renamed": _("Unit renamed"),
    "unit.results_overdue": _("Reminder: reports of the laboratory are overdue"),
    "user.created": _("Account made"),
    "user.invited": _("Link for a password sent"),
    "user.language_chosen": _("Language chosen"),
    "user.notices_chosen": _("Way of being told chosen"),
    "user.passkey_renamed": _("Passkey given another name"),
    "user.password_set": _("Password set"),
    "user.recovery_code_used": _("Recovery code used"),
    "user.recovery_codes_made": _("New recovery codes made"),
    "user.restored": _("Account restored"),
    "user.reviews_overdue": _("Reminder: reviews wait too long"),
    "user.second_factor_added": _("Second factor set up"),
    "user.second_factor_removed": _("Second factor removed"),
    "user.second_factor_reset": _("Second factor reset"),
    "user.signed_in": _("Signed in"),
    "user.suspended": _("Account suspended"),
    "user.updated": _("Account changed"),
}

#: Events that end a test, or open it anew.
OUTCOMES = (
    "drug_test.cleared",
    "drug_test.cancelled",
    "drug_test.verified",
    "drug_test.finalised",
    "drug_test.refusal_determined",
    "drug_test.reopened",
)


def timeline(
    row: Audited,
    user: Any,
    *,
    limit: int = 200,
    words: Mapping[str, Any] = VERBS,
    known: Collection[type[Audited]] = (),
    without: Collection[str] = (),
    hides_outcomes: bool = False,
) -> list[dict[str, Any]]:
    """The newest `limit` events about a row, newest first, as the `timeline` tag takes them.

    Values that name another row are put in words only where `user` may see that row. The row itself is
    taken for visible: whoever asks has it from `visible_to`.

    :param words: what events are called, by verb; a floor above brings its own
    :param known: models whose rows are no secret to whoever sees this one
    :param without: names of fields whose changes are not told
    :param hides_outcomes: who wrote an outcome is not told: a laboratory or a physician tells what was found first
    """
    events = list(Event.objects.about(row).order_by("-id")[:limit])
    changes = list(
        Change.objects.filter(table_name=row._meta.db_table, row_id=row.pk).order_by("version").only(*_SEEN)
    )
    fields = [field for field in named_columns(type(row)) if field.name not in without]
    images = in_todays_words(row._meta.db_table, changes)
    differences: dict[int, list[tuple[Any, Any, Any]]] = {}
    for before, change in zip([None, *changes], changes, strict=False):
        if before is None or change.image is None or before.image is None:
            continue
        old, new = images[before.pk], images[change.pk]
        differences.setdefault(change.event_id, []).extend(
            (field, old.get(field.column), new.get(field.column))
            for field in fields
            if field.column in new and old.get(field.column) != new.get(field.column)
        )
    names = Names(user, [one for found in differences.values() for one in found], known)
    items = []
    for event in events:
        item = item_of(event, words=words)
        if hides_outcomes and event.verb in OUTCOMES:
            item["by"] = ""
        item["rows"] = [
            (capital(field.verbose_name), f"{names.written(field, old)} → {names.written(field, new)}")
            for field, old, new in differences.get(event.pk, ())
        ]
        items.append(item)
    return items


def item_of(event: Event, *, words: Mapping[str, Any] = VERBS) -> dict[str, Any]:
    """One event as the `timeline` tag takes it, without what it changed."""
    return {
        "title": words.get(event.verb, event.verb),
        "at": event.occurred_at,
        "by": actor_of(event),
        "recorded_at": event.recorded_at,
        "text": event.reason,
        "rows": [],
    }


def actor_of(event: Event) -> Any:
    """Who acted, as the log names him; what is nobody in words."""
    return event.actor_name if event.actor_id else _BY.get(event.actor_name, event.actor_name)


_SEEN = ("id", "event_id", "version", "image", "table_name", "row_id")
_BY = {"clock": _("the system"), "migration": _("an upgrade")}
