"""What stays closed to auditors in the log's images: sealed reporters, treatment, credentials; each with its reason.

Every table under the ledger stands in one of the two lists; a test holds them against the database.
"""

from collections.abc import Mapping
from typing import Any

#: Tables of which no row and no event is shown.
CLOSED: Mapping[str, str] = {
    "audits_publishedmeasure": "which public row is whose: only the act of publishing reads it",
    "cases_reporter": "how a reporter can be reached is sealed: it takes a reason and a second person, each time",
    "cases_bar": "whom a reporter fears and who is meant: only the system itself reads who is barred",
    "cases_casebar": "who declared what tie to whom: only the system itself reads it",
    "cases_savedsearch": "somebody's own questions to the list, which explain no record",
    "officers_selfreferral": "who asked for treatment, or was offered it: for reviewing physicians alone",
}

#: Columns that are left out of the rows of a table.
CLOSED_COLUMNS: Mapping[str, Mapping[str, str]] = {
    "audits_correctionrequest": {
        "contact": "how its author is told is sealed: who answers opens it, and each look is an event",
        "receipt": "by it a receipt that somebody guessed could be tried",
    },
    "audits_openkey": {
        "address": "whose key it is, sealed: for system administrators who revoke it",
        "digest": "a credential: the hash of a key's secret",
        "owner": "by it an address that somebody guessed could be tried",
        "prefix": "the beginning of a credential",
    },
    "audits_sample": {"nonce_sealed": "whoever opened it before the draw could choose the sample"},
    "cases_complaint": {"receipt": "by it a receipt that somebody guessed could be tried"},
    "cases_casefile": {"sha256": "it tells a file by its content"},
    "cases_complaintfile": {"sha256": "it tells a file by its content, and so who sent it"},
    "cases_extract": {
        "complaint_id": "who reads the extract does not learn which complaint it is from",
        "remark": "it is said between those who read the complaint",
    },
    "cases_message": {"once": "it is of the reporter's own form"},
    "officers_apikey": {
        "digest": "a credential: the hash of a key's secret",
        "prefix": "the beginning of a credential",
    },
    "officers_doorcode": {"digest": "a credential: the hash of an officer's personal code"},
    "officers_import": {"sha256": "it tells a file by its content"},
}

#: Tables whose rows are shown, but for the columns above, by floor.
_OPEN = {
    "audits": "answer audit correctionrequest evidencepack finding findingentry openkey outcomenotice "
    "outsideline outsidelist population readnote recusal review sample sampleitem series "
    "seriesrelease verification",
    "cases": "accused appeal case casefile casenotice casestatement complaint complaintfile contactopening decision "
    "deed delegation earliermeasure extension extract failureproposal ground handover measure message miss note "
    "opinion order orderline paper pause proposal prosecution referral suspension suspensionreview",
    "officers": "analytevalue apikey claim contactattempt custodyproblem custodytransfer doorcode drugtest import "
    "laboratoryreport officer posting registerentry review roleassignment service servicenumber settingversion sheet "
    "specimen specimenrange spoilednumber statement unit user",
}
OPEN = frozenset(f"{floor}_{name}" for floor, names in _OPEN.items() for name in names.split())


def is_closed(table: str) -> bool:
    """Whether nothing of a table is shown. One that stands in neither list is closed."""
    return table not in OPEN


def shown(table: str, image: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """A row's image without what is closed; nothing of a closed table, and none of what was erased."""
    if image is None or is_closed(table):
        return None
    closed = CLOSED_COLUMNS.get(table, {})
    return {column: value for column, value in image.items() if column not in closed}
