"""What is public, as it is public: tables of which the role `open_data` reads all and nothing else.

They are filled by `audits.actions.publishing` alone. Each change of a row goes into the feed by a trigger, so that
whoever follows the feed has what the tables have. None of them leads back to a person: what does is kept apart.
"""

from audits.models.open_data.aggregates import (
    OpenCategory,
    OpenComplaints,
    OpenCoverage,
    OpenInaction,
    OpenTests,
)
from audits.models.open_data.corrections import CorrectionDrop, CorrectionRequest, OpenCorrection
from audits.models.open_data.counted import CountedComplaints
from audits.models.open_data.feed import OpenChange
from audits.models.open_data.keys import OpenKey, OpenKeyLink
from audits.models.open_data.measures import OpenMeasure, PublishedMeasure
from audits.models.open_data.notices import OpenNotice
from audits.models.open_data.references import OpenPlace, OpenRelease, OpenUnit
from audits.models.open_data.series import OpenSeries

__all__ = [
    "CorrectionDrop",
    "CorrectionRequest",
    "CountedComplaints",
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
    "PublishedMeasure",
]
