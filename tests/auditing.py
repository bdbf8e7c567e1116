"""Builders for audits: each reaches a state through the actions, as auditors do.

`Bench` holds the people: two auditors for the Ministry, who are nobody's officers, and one who answers.
"""

from dataclasses import dataclass
from dataclasses import field as given
from datetime import date, timedelta
from typing import Any

from audits.actions import audits, findings, reviews, samples
from audits.models import Audit, Finding, Review, Sample
from cases.models import Case
from ledger import clock
from ledger.actors import CLOCK
from officers.actions import settings
from officers.models import SettingVersion, Unit, User
from officers.models.users import Role
from officers.reckoning.auditing import CHECKLIST, RISKS
from tests import make


def put_settings() -> None:
    """The checklist and the risk rules, where none rule yet."""
    for kind, content in (("checklist", {"checklist": CHECKLIST}), ("risks", {"risks": RISKS})):
        if not SettingVersion.objects.filter(kind=kind).exists():
            settings.put(
                CLOCK, kind=kind, effective_from=date(2000, 1, 1), content=content, reason="To begin with."
            )


@dataclass
class Bench:
    """Auditors, and an audit of the whole country that runs."""

    lead: User = given(default_factory=lambda: make.user(Role.AUDITOR))
    second: User = given(default_factory=lambda: make.user(Role.AUDITOR))
    unit: Unit = given(default_factory=make.root)

    def __post_init__(self) -> None:
        put_settings()

    def planned(self, **said: Any) -> Audit:
        today = clock.today()
        about = {
            "unit_id": self.unit.pk,
            "year": today.year,
            "title": "Dismissals of the year",
            "period_from": today - timedelta(days=365),
            "period_to": today,
            "starts_on": today,
            "due_on": today + timedelta(days=14),
            "planned": 10,
            "lead_id": self.lead.pk,
        }
        return audits.plan(self.lead, **about | said)

    def running(self, **said: Any) -> Audit:
        return audits.start(self.lead, self.planned(**said).pk)

    def frozen(self, audit: Audit | None = None, **said: Any) -> Sample:
        """A population of cases, divided by ground, that is to be drawn tomorrow."""
        audit = audit or self.running()
        about = {
            "about": "case",
            "strata": ["ground"],
            "size": 5,
            "number_source": "The lottery of the day after the freeze",
            "number_on": clock.today() + timedelta(days=1),
        }
        return samples.freeze(self.lead, audit.pk, **about | said)

    def drawn(self, audit: Audit | None = None, *, outside: str = "0417 2203 91", **said: Any) -> Sample:
        """A sample, drawn by the second auditor on the day of its number."""
        frozen = self.frozen(audit, **said)
        with clock.at(clock.now() + timedelta(days=1)):
            return samples.draw(self.second, frozen.pk, outside=outside)

    def assigned(self, case: Case, audit: Audit | None = None, *, reviewer: User | None = None) -> Review:
        audit = audit or self.running()
        return reviews.open_review(
            self.lead, audit.pk, about="case", row_id=case.pk, reviewer_id=(reviewer or self.second).pk
        )

    def started(self, case: Case, audit: Audit | None = None) -> Review:
        return reviews.start(self.second, self.assigned(case, audit).pk)

    def answered(self, case: Case, audit: Audit | None = None) -> Review:
        """Every question answered, one of them with no."""
        review = self.started(case, audit)
        for question in [row["code"] for row in CHECKLIST if row["about"] == "case"]:
            said = (
                {"kind": "no", "note": "Three steps came late."}
                if question == "case_on_time"
                else {"kind": "yes"}
            )
            review = reviews.answer(self.second, review.pk, question, **said)
        return review

    def completed(self, case: Case, audit: Audit | None = None) -> Review:
        review = self.answered(case, audit)
        return reviews.complete(
            self.second, review.pk, result="shortcomings", summary="In order but for its delays."
        )

    def drafted(self, audit: Audit | None = None, **said: Any) -> Finding:
        audit = audit or self.running()
        about = {
            "unit_id": self.unit.pk,
            "severity": "medium",
            "title": "Steps come late",
            "text": "Of ten cases seven had a step that came late.",
            "recommendation": "Name somebody who watches the days.",
        }
        return findings.draft(self.second, audit.pk, **about | said)

    def issued(self, audit: Audit | None = None, **said: Any) -> Finding:
        return findings.issue(self.second, self.drafted(audit, **said).pk)
