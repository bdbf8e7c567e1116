from cases.models.complaints import FOR_A_SECOND, HANDLES, SEES, Accused, Bar, Complaint, homes_of
from cases.models.failures import FailureProposal
from cases.models.files import ComplaintFile
from cases.models.handling import Deed, Flag, Handover, Message, Miss, Note, Pause, Referral
from cases.models.intake import ContactOpening, IntakeItem, Reporter
from cases.models.searches import SavedSearch

__all__ = [
    "FOR_A_SECOND",
    "HANDLES",
    "SEES",
    "Accused",
    "Bar",
    "Complaint",
    "ComplaintFile",
    "ContactOpening",
    "Deed",
    "FailureProposal",
    "Flag",
    "Handover",
    "IntakeItem",
    "Message",
    "Miss",
    "Note",
    "Pause",
    "Referral",
    "Reporter",
    "SavedSearch",
    "homes_of",
]
