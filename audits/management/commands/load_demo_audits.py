from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from audits.actions import audits, findings, recusals, reviews, samples
from audits.management import statistics
from audits.models import Audit, Finding, Review, Sample
from audits.queries.checklists import questions_of
from audits.reckoning import demo as texts
from cases.management.course import Story, play
from cases.models import Case
from ledger import clock
from ledger.actors import CLOCK
from ledger.sealing import seal
from officers.models import Unit, User
from officers.reckoning import demo

#: Records in the sample that is reviewed, and days since it was drawn.
DRAWN, DRAWN_AGO = 8, 10


class Command(BaseCommand):
    help = "Fill the demonstration with invented audits in every state, after load_demo_cases."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMBEDDED or clock.mode() != "demo":
            raise CommandError("Demonstration data is for a demonstration only; this database is none.")
        if Audit.objects.exists():
            self.stdout.write("There are audits already; nothing was changed.")
            return
        if not Case.objects.filter(decided_at__isnull=False).exists():
            raise CommandError("There is no decided case to audit: run load_demo_cases first.")
        with transaction.atomic():
            self._load()
        seal()
        told = ", ".join(
            f"{model.objects.count()} {name}"
            for name, model in (("samples", Sample), ("reviews", Review), ("findings", Finding))
        )
        self.stdout.write(f"Loaded {Audit.objects.count()} audits: {told}.")

    def _load(self) -> None:
        self.now = timezone.now()
        users = {user.username: user for user in User.objects.all()}
        self.lead, self.second = users["auditor"], users["auditor2"]
        self.answers = users["supervisor.kandal"]
        self.ministry = Unit.objects.get(parent=None)
        self.home = Unit.objects.get(code=demo.HOME)
        official = statistics.entered(self.lead, self.second, self._at(20))
        play([self._last_year(), self._dropped(), self._running(), self._planned(), self._kept(), official])

    def _at(self, days_ago: int, hour: int = 9) -> datetime:
        day = timezone.localtime(self.now) - timedelta(days=days_ago)
        return min(day.replace(hour=hour, minute=0, second=0, microsecond=0), self.now)

    def _day(self, days_ago: int) -> date:
        return timezone.localdate(self.now) - timedelta(days=days_ago)

    def _plan(self, title: str, *, period: tuple[date, date], due: date, by: User, **said: Any) -> Audit:
        about: dict[str, Any] = {
            "unit_id": self.ministry.pk,
            "year": clock.today().year,
            "title": title,
            "period_from": period[0],
            "period_to": period[1],
            "starts_on": clock.today(),
            "due_on": due,
            "planned": 10,
            "lead_id": by.pk,
        }
        return audits.plan(by, **about | said)

    def _last_year(self) -> Story:
        """Made on paper, before there was a record to draw from; its findings go on."""
        year = self._day(0).year - 1
        yield self._at(300)
        period = (date(year, 1, 1), date(year, 12, 31))
        row = self._plan(
            f"{texts.AUDITS['last']} {year}", period=period, due=self._day(240), by=self.lead, year=year
        )
        audits.start(self.lead, row.pk)
        yield self._at(280)
        closed = self._issued(row, "closed", "medium", self.home)
        again = self._issued(row, "reopened", "high", self.home)
        yield self._at(250, 10)
        audits.report(self.lead, row.pk, conclusion=texts.AUDITS["conclusion"])
        for pk in (closed, again):
            findings.accept(self.answers, pk, text=texts.AUDITS["accepted"])
        yield self._at(200)
        for pk in (closed, again):
            findings.report_action(self.answers, pk, text=texts.AUDITS["acted"])
        yield self._at(190)
        for pk in (closed, again):
            findings.close(self.second, pk, text=texts.AUDITS["verified"])
        yield self._at(35)
        late = self._issued(row, "escalated", "critical", self.home)
        yield self._at(14)
        findings.escalate(CLOCK, late)
        yield self._at(6)
        findings.reopen(self.second, again, text=texts.AUDITS["again"])

    def _dropped(self) -> Story:
        yield self._at(90)
        row = self._plan(
            texts.AUDITS["complaints"],
            period=(self._day(180), self._day(91)),
            due=self._day(60),
            by=self.second,
        )
        yield self._at(80)
        audits.drop(self.second, row.pk, reason=texts.AUDITS["dropped"])

    def _planned(self) -> Story:
        yield self._at(1)
        self._plan(
            texts.AUDITS["tests"],
            period=(self._day(90), self._day(0)),
            starts_on=self._day(-14),
            due=self._day(-45),
            by=self.second,
            planned=200,
        )

    def _kept(self) -> Story:
        """The second auditor is kept from an officer; another recusal was declared too widely, and ended."""
        yield self._at(DRAWN_AGO + 30)
        decided = Case.objects.filter(decided_at__isnull=False).order_by("pk")
        officer = decided.first().officer_id  # type: ignore[union-attr]
        recusals.declare(self.second, kind="relative", officer_id=officer, reason=texts.AUDITS["relative"])
        wide = recusals.declare(
            self.second, kind="earlier_service", unit_id=self.home.pk, reason=texts.AUDITS["served"]
        )
        yield self._at(DRAWN_AGO + 28)
        recusals.end(self.lead, wide.pk, reason=texts.AUDITS["ended"])

    def _running(self) -> Story:
        """A sample of the demonstration's cases, drawn; another void, one to be drawn, and one directed by rules."""
        yield self._at(60)
        row = self._plan(
            f"{texts.AUDITS['this']} {self._day(0).year}",
            period=(self._day(120), self._day(0)),
            due=self._day(-12),
            by=self.lead,
            planned=12,
        )
        audits.start(self.lead, row.pk)
        yield self._at(DRAWN_AGO + 3)
        mistaken = self._frozen(row, strata=["rank"])
        samples.void(self.lead, mistaken.pk, reason=texts.AUDITS["void"])
        sample = self._frozen(row, strata=["ground"])
        yield self._at(DRAWN_AGO, 15)
        samples.draw(self.second, sample.pk, outside="0417 2203 91")
        yield self._at(DRAWN_AGO, 16)
        given = reviews.assign_sample(self.lead, sample.pk, reviewer_ids=[self.lead.pk, self.second.pk])
        yield from self._reviewed(given)
        yield from self._exchanged(row, given)
        directed = samples.direct(
            self.lead, row.pk, about="case", codes=["same_three_people", "empty_response"], size=5
        )
        if directed.items.exclude(row_id__in=row.reviews.values("row_id")).exists():
            reviews.assign_sample(self.lead, directed.pk, reviewer_ids=[self.second.pk, self.lead.pk])
        self._frozen(row, strata=["province", "ground"])

    def _frozen(self, row: Audit, strata: Sequence[str]) -> Sample:
        return samples.freeze(
            self.lead,
            row.pk,
            about="case",
            strata=strata,
            size=DRAWN,
            number_source=texts.AUDITS["lottery"],
            number_on=clock.today() + timedelta(days=1),
        )

    def _reviewed(self, given: Sequence[Review]) -> Story:
        """Three completed, one of them opened anew; one begun; the others wait."""
        results = ("in_order", "shortcomings", "not_supported", "in_order")
        for days_ago, review, result in zip((8, 7, 6, 5), given, results, strict=False):
            yield self._at(days_ago, 10)
            self._answer(review, result)
            reviews.complete(review.reviewer, review.pk, result=result, summary=texts.AUDITS[result])
        yield self._at(4)
        last = given[min(3, len(given) - 1)]
        reviews.reopen(self.lead, last.pk, reason=texts.AUDITS["reopened_review"])
        if len(given) > 4:
            reviews.start(given[4].reviewer, given[4].pk)

    def _answer(self, review: Review, result: str) -> None:
        begun = reviews.start(review.reviewer, review.pk)
        for asked in questions_of(begun.checklist, begun.about):
            wrong = result != "in_order" and asked["code"] in ("case_on_time", "case_lesser")
            said: dict[str, Any] = {"kind": "no", "note": texts.AUDITS["late"]} if wrong else {"kind": "yes"}
            reviews.answer(review.reviewer, review.pk, asked["code"], **said)

    def _issued(self, row: Audit, name: str, severity: str, unit: Unit, **said: Any) -> int:
        title, text, recommendation = texts.FINDINGS[name]
        about: dict[str, Any] = {
            "title": title,
            "text": text,
            "recommendation": recommendation,
            "severity": severity,
        }
        made = findings.draft(self.lead, row.pk, unit_id=unit.pk, **about, **said)
        return int(findings.issue(self.lead, made.pk).pk)

    def _exchanged(self, row: Audit, given: Sequence[Review]) -> Iterator[datetime]:
        """Findings in each state."""
        yield self._at(4, 11)
        lead = [one for one in given[:3] if one.reviewer_id == self.lead.pk]
        of: dict[str, Any] = {"review_id": lead[0].pk} if lead else {}
        self._issued(row, "issued", "low", self.ministry, **of)
        accepted = self._issued(row, "accepted", "medium", self.home)
        contested = self._issued(row, "contested", "high", self.home)
        acted = self._issued(row, "acted", "medium", self.home)
        withdrawn = self._issued(row, "withdrawn", "low", self.home)
        yield self._at(3)
        for pk in (accepted, acted):
            findings.accept(self.answers, pk, text=texts.AUDITS["accepted"])
        findings.contest(self.answers, contested, text=texts.AUDITS["contested"])
        yield self._at(2)
        findings.report_action(self.answers, acted, text=texts.AUDITS["acted"])
        findings.withdraw(self.lead, withdrawn, text=texts.AUDITS["withdrawn"])
        title, text, recommendation = texts.FINDINGS["draft"]
        findings.draft(
            self.lead,
            row.pk,
            unit_id=self.home.pk,
            severity="critical",
            title=title,
            text=text,
            recommendation=recommendation,
        )
