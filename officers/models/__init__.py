from officers.models.api_keys import ApiKey, KeyUse
from officers.models.doors import DoorCode, Service, Statement
from officers.models.drug_tests import DrugTest
from officers.models.imports import Import, ImportProgress, ImportRow, PlannedSheet
from officers.models.laboratory import AnalyteValue, LaboratoryReport
from officers.models.notices import Notice
from officers.models.officers import Officer, Posting, ServiceNumber
from officers.models.register import RegisterEntry
from officers.models.reviews import Claim, ContactAttempt, Review
from officers.models.self_referrals import SelfReferral
from officers.models.settings import SettingVersion
from officers.models.sheets import Sheet
from officers.models.specimens import CustodyProblem, CustodyTransfer, Specimen, SpecimenRange, SpoiledNumber
from officers.models.units import Unit
from officers.models.users import Credential, Role, RoleAssignment, User

__all__ = [
    "AnalyteValue",
    "ApiKey",
    "Claim",
    "ContactAttempt",
    "Credential",
    "CustodyProblem",
    "CustodyTransfer",
    "DoorCode",
    "DrugTest",
    "Import",
    "ImportProgress",
    "ImportRow",
    "KeyUse",
    "LaboratoryReport",
    "Notice",
    "Officer",
    "PlannedSheet",
    "Posting",
    "RegisterEntry",
    "Review",
    "Role",
    "RoleAssignment",
    "SelfReferral",
    "Service",
    "ServiceNumber",
    "SettingVersion",
    "Sheet",
    "Specimen",
    "SpecimenRange",
    "SpoiledNumber",
    "Statement",
    "Unit",
    "User",
]
