"""Letters written and handed over, many at once: the bulk twin of `issue_letter` and `record_service`."""

import secrets
from collections.abc import Sequence
from typing import Any

from django.conf import settings

from ledger import clock
from ledger.acting import act, record_all, recording, save_all
from officers.actions.doors import DIGITS, LASTS
from officers.models import DoorCode, Officer, Service, User
from officers.reckoning.codes import kept


@act
def hand_over_all(
    actor: Any, officers: Sequence[Officer], *, recorded_by: User, served_by: str, witness: str, place: str
) -> dict[int, Service]:
    """The proof that each was handed his letter, by the officer's id. Codes are said to nobody: nothing is printed.

    For acts that have found that the actor may, and for officers who are told of no review by it.
    """
    now = clock.now()
    live = list(DoorCode.objects.live(now).filter(officer__in=officers).select_for_update())
    for old in live:
        old.ended_at = now
    with recording("letter.ended", actor=actor, subject=DoorCode, rows=len(live)):
        save_all(live, ["ended_at"])
    letters = [
        DoorCode(
            pk=secrets.randbelow(9 * 10**11) + 10**11,
            officer=officer,
            digest=kept(f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}", settings.PEPPER),
            issued_by=actor,
            issued_at=now,
            expires_at=now + LASTS,
        )
        for officer in officers
    ]
    record_all(letters, "letter.issued", actor=actor)
    services = [
        Service(
            officer=letter.officer,
            code=letter,
            how=Service.How.PERSON,
            served_by=served_by,
            witness=witness,
            place=place,
            served_at=now,
            proved_at=now,
            recorded_by=recorded_by,
        )
        for letter in letters
    ]
    record_all(services, "officer.told", actor=recorded_by)
    # Proved by the database's clock.
    proved = Service.objects.filter(pk__in=[one.pk for one in services])
    return {one.officer_id: one for one in proved}
