from officers.models.api_keys import ApiKey, KeyUse
from officers.models.custody import CustodyTransfer
from officers.models.drug_tests import DrugTest
from officers.models.imports import Import, ImportProgress, ImportRow, PlannedSheet
from officers.models.notices import Notice
from officers.models.officers import Officer, Posting, ServiceNumber
from officers.models.settings import SettingVersion
from officers.models.sheets import Sheet
from officers.models.units import Unit
from officers.models.users import Credential, Role, RoleAssignment, User

__all__ = [
    "ApiKey",
    "Credential",
    "CustodyTransfer",
    "DrugTest",
    "Import",
    "ImportProgress",
    "ImportRow",
    "KeyUse",
    "Notice",
    "Officer",
    "PlannedSheet",
    "Posting",
    "Role",
    "RoleAssignment",
    "ServiceNumber",
    "SettingVersion",
    "Sheet",
    "Unit",
    "User",
]
