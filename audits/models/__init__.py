from audits.models.audits import Audit
from audits.models.findings import Finding, FindingEntry
from audits.models.lists import OutsideLine, OutsideList
from audits.models.open_data import (
    CorrectionDrop,
    CorrectionRequest,
    CountedComplaints,
    OpenCategory,
    OpenChange,
    OpenComplaints,
    OpenCorrection,
    OpenCoverage,
    OpenInaction,
    OpenKey,
    OpenKeyLink,
    OpenMeasure,
    OpenNotice,
    OpenPlace,
    OpenRelease,
    OpenSeries,
    OpenTests,
    OpenUnit,
    PublishedMeasure,
)
from audits.models.outcome_notices import OutcomeNotice
from audits.models.packs import EvidencePack
from audits.models.read_notes import ReadNote
from audits.models.recusals import Recusal
from audits.models.reviews import Answer, Review
from audits.models.samples import Population, Sample, SampleItem
from audits.models.series import Series, SeriesRelease, StatStatus
from audits.models.verifications import Verification
from audits.models.vocabulary import About, Severity, Stratum

__all__ = [
    "About",
    "Answer",
    "Audit",
    "CorrectionDrop",
    "CorrectionRequest",
    "CountedComplaints",
    "EvidencePack",
    "Finding",
    "FindingEntry",
    "OpenCategory",
    "OpenChange",
    "OpenComplaints",
    "OpenCorrection",
    "OpenCoverage",
    "OpenInaction",
    "OpenKey",
    "OpenKeyLink",
    "OpenMeasure",
    "OpenNotice",
    "OpenPlace",
    "OpenRelease",
    "OpenSeries",
    "OpenTests",
    "OpenUnit",
    "OutcomeNotice",
    "OutsideLine",
    "OutsideList",
    "Population",
    "PublishedMeasure",
    "ReadNote",
    "Recusal",
    "Review",
    "Sample",
    "SampleItem",
    "Series",
    "SeriesRelease",
    "Severity",
    "StatStatus",
    "Stratum",
    "Verification",
]
