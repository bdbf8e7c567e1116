"""The official statistics of the demonstration: entered by one auditor, confirmed by the other."""

from datetime import datetime

from audits.actions import series
from audits.reckoning.demo_series import RELEASES, SERIES
from cases.management.course import Story
from officers.models import User


def entered(first: User, second: User, at: datetime) -> Story:
    """Every series with its releases."""
    yield at
    made = {said["code"]: series.enter_series(first, **said).pk for said in SERIES}
    for code, said in RELEASES:
        series.confirm(second, series.enter(first, made[code], **said).pk)
