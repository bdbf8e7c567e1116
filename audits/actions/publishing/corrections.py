"""What the public said is wrong, and what was answered: a row for each request."""

from typing import Any

from audits.actions.publishing.writing import alone, sync
from audits.models import CorrectionRequest, OpenCorrection
from ledger import clock
from ledger.acting import act, recording

State = OpenCorrection.State


@act
def publish_corrections(actor: Any) -> dict[str, int]:
    """Bring the public rows to what was received by the end of last month, and to all that is answered.

    An open one of this month would tell by its line in the feed the day on which somebody came.
    """
    alone(actor)
    this_month = clock.today().replace(day=1)
    wanted = {
        row.public: _row(row)
        for row in CorrectionRequest.objects.order_by("public")
        if row.received_on < this_month or not row.is_open
    }
    with recording("open_data.published", actor=actor, subject=OpenCorrection, rows=len(wanted)):
        return sync(OpenCorrection, wanted)


def _row(row: CorrectionRequest) -> dict[str, Any]:
    answered = not row.is_open
    late = row.is_late(clock.today())
    return {
        "about": row.about,
        "month": f"{row.received_on:%Y-%m}",
        "state": State.ANSWERED if answered else State.LATE if late else State.OPEN,
        "answered_on": row.answered_on,
        "outcome": row.outcome if answered else None,
        "answer_km": row.answer_km if answered else None,
        "answer_en": row.answer_en if answered else None,
    }
