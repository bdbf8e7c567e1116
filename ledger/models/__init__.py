from ledger.models.answers import Answer
from ledger.models.audited import Audited, AuditedQuerySet
from ledger.models.changes import Change, Renaming
from ledger.models.events import Event
from ledger.models.modes import Mode
from ledger.models.reads import Read
from ledger.models.seals import Follower, Pending, Seal

__all__ = [
    "Answer",
    "Audited",
    "AuditedQuerySet",
    "Change",
    "Event",
    "Follower",
    "Mode",
    "Pending",
    "Read",
    "Renaming",
    "Seal",
]
