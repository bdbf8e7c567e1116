"""What a physician offers to an officer, as he reads it at his door. There is nothing to do about it here."""

from collections.abc import Iterator
from datetime import datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _

from officers.actions.self_referrals import offers_to
from officers.models import Officer
from officers.web.views.matters import Matter


def offers(officer: Officer) -> Iterator[Matter]:
    """Treatment that is offered to him. Of the day alone is kept when."""
    for row, words in offers_to(officer.pk):
        yield Matter(
            kind="offer",
            pk=row.pk,
            at=timezone.make_aware(datetime.combine(row.asked_on, time())),
            title=_("A physician offers you treatment"),
            template="officers/door/_offer.html",
            more="officers/door/_offer_more.html",
            said={"words": words, "physician": row.physician},
        )
