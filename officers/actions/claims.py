"""What an administrator claims: that an officer refused, did not come, or could not. A reviewer determines it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ledger import clock
from ledger.acting import act, record
from officers.lifecycles import advance
from officers.models import Claim, DrugTest, Review
from officers.models.reviews import RefusalReason


@act
def claim(
    actor: Any,
    test_id: int,
    *,
    reason_code: str,
    account: str,
    witness: str,
    version: int | None = None,
) -> Claim:
    """Claim that a test which was not taken was refused. It counts for nothing until a reviewer determines it.

    :raises ValidationError: without witness and account, for an unknown reason, or if it is claimed already
    """
    test = (
        DrugTest.objects.visible_to(actor)
        .select_related("sheet__unit", "officer__unit")
        .lock(test_id, version=version)
    )
    advance(test, "claim", by=actor)
    wrong: dict[str, Any] = {}
    if reason_code not in RefusalReason.values:
        wrong["reason_code"] = _("Choose what the officer did.")
    if not account.strip():
        wrong["account"] = _("Say what happened.")
    if not witness.strip():
        wrong["witness"] = _("Name a witness.")
    if wrong:
        raise ValidationError(wrong)
    if Claim.objects.filter(test=test).exists():
        raise ValidationError(_("This was claimed already."))
    made = Claim(
        test=test,
        reason_code=reason_code,
        account=account.strip(),
        witness=witness.strip(),
        made_by=actor,
        made_at=clock.now(),
    )
    made.clean_fields(exclude={"test", "made_by"})
    record(made, "claim.made", actor=actor)
    review = Review(test=test, claim=made, opened_at=clock.now())
    record(review, "review.opened", actor=actor, cause=made.last_event.id)
    return made
