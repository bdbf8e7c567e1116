from audits.models.audits import Audit
from audits.models.findings import Finding, FindingEntry
from audits.models.recusals import Recusal
from audits.models.reviews import Answer, Review
from audits.models.samples import Population, Sample, SampleItem
from audits.models.verifications import Verification
from audits.models.vocabulary import About, Severity, Stratum

__all__ = [
    "About",
    "Answer",
    "Audit",
    "Finding",
    "FindingEntry",
    "Population",
    "Recusal",
    "Review",
    "Sample",
    "SampleItem",
    "Severity",
    "Stratum",
    "Verification",
]
