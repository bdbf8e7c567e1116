"""Which event is told to whom: about complaints, and about dismissal cases."""

from cases.notices import cases, complaints
from ledger.models import Event

NOTICES = {**complaints.NOTICES, **cases.NOTICES}


def tell(event: Event) -> None:
    """Tell whoever is to be told of an event."""
    complaints.tell(event)
    cases.tell(event)
