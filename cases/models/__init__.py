from cases.models.appeals import Appeal
from cases.models.cases import SEES_CASES, Case, CaseBar, Delegation
from cases.models.complaints import FOR_A_SECOND, HANDLES, SEES, Accused, Bar, Complaint, homes_of
from cases.models.deciding import Decision, Opinion, Proposal
from cases.models.earlier import EarlierMeasure
from cases.models.failures import FailureProposal
from cases.models.files import CaseFile, ComplaintFile
from cases.models.grounds import Extract, Ground, Paper
from cases.models.handling import Deed, Flag, Handover, Message, Miss, Note, Pause, Referral
from cases.models.hearing import (
    CaseNotice,
    CaseStatement,
    Extension,
    Prosecution,
    Suspension,
    SuspensionReview,
)
from cases.models.intake import ContactOpening, IntakeItem, Reporter
from cases.models.orders import Measure, Order, OrderLine
from cases.models.searches import SavedSearch

__all__ = [
    "FOR_A_SECOND",
    "HANDLES",
    "SEES",
    "SEES_CASES",
    "Accused",
    "Appeal",
    "Bar",
    "Case",
    "CaseBar",
    "CaseFile",
    "CaseNotice",
    "CaseStatement",
    "Complaint",
    "ComplaintFile",
    "ContactOpening",
    "Decision",
    "Deed",
    "Delegation",
    "EarlierMeasure",
    "Extension",
    "Extract",
    "FailureProposal",
    "Flag",
    "Ground",
    "Handover",
    "IntakeItem",
    "Measure",
    "Message",
    "Miss",
    "Note",
    "Opinion",
    "Order",
    "OrderLine",
    "Paper",
    "Pause",
    "Proposal",
    "Prosecution",
    "Referral",
    "Reporter",
    "SavedSearch",
    "Suspension",
    "SuspensionReview",
    "homes_of",
]
