from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from cases.actions import closing, complaints, escalations, flags, intake, pauses
from cases.models import Complaint
from cases.models.vocabulary import Level
from cases.queries.routing import of_place
from cases.reckoning import demo
from cases.reckoning.receipts import kept, receipt_of
from ledger import clock
from ledger.actors import CLOCK
from ledger.sealing import seal
from officers.models import Unit, User

NOTHING_FOUND: dict[str, Any] = {
    "finding": "unfounded",
    "closure_reason": "no_evidence",
    "summary": "បានពិនិត្យ តែរកមិនឃើញអ្វីទេ។",
    "answer": "យើងបានពិនិត្យទីកន្លែងដែលអ្នកបានរាយការណ៍ តែរកមិនឃើញភស្តុតាងទេ។",
}
DONE: dict[str, Any] = {
    "finding": "substantiated",
    "closure_reason": "resolved_action_taken",
    "summary": "អ្វីដែលបានរាយការណ៍គឺពិត ហើយបានចាត់វិធានការ។",
    "answer": "អ្វីដែលអ្នកបានរាយការណ៍គឺពិត។ យើងបានចាត់វិធានការហើយ។ សូមអរគុណ។",
}


class Command(BaseCommand):
    help = "Fill the demonstration with invented complaints of the last four months, after load_demo."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reports", type=int, default=120, help="how many")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMBEDDED or clock.mode() != "demo":
            raise CommandError("Demonstration data is for a demonstration only; this database is none.")
        if Complaint.objects.exists():
            self.stdout.write("There are complaints already; nothing was changed.")
            return
        with transaction.atomic():
            self._load(options["reports"], options["seed"])
        seal()
        by_status = {status: Complaint.objects.filter(status=status).count() for status in Complaint.Status}
        told = ", ".join(f"{number} {status.lower()}" for status, number in by_status.items())
        self.stdout.write(f"Loaded {sum(by_status.values())} complaints: {told}.")

    def _load(self, number: int, seed: int) -> None:
        self.now = timezone.now()
        self.seed = seed
        self.officer, self.supervisor, self.inspector = (
            User.objects.get(username=name) for name in ("case.kandal", "supervisor.kandal", "inspector")
        )
        posts = Unit.objects.open().filter(kind=Unit.Kind.COMMUNE_POST).exclude(admin_code="")
        codes = sorted(posts.values_list("admin_code", flat=True))
        self.rows: dict[int, int] = {}
        self.agenda: dict[int, list[Callable[[], object]]] = defaultdict(list)
        come: dict[int, list[demo.PlannedReport]] = defaultdict(list)
        for planned in demo.reports(number, seed, codes):
            come[planned.age].append(planned)
        for age in range(demo.OLDEST, -1, -1):
            with clock.at(self._at(age, hour=8)):
                self._take(come[age])
            for minute, step in enumerate(self.agenda[age]):
                with clock.at(self._at(age, hour=9) + timedelta(minutes=minute)):
                    step()
            with clock.at(self._at(age, hour=17)):
                self._night()

    def _at(self, days_ago: int, *, hour: int) -> datetime:
        """A time of a day gone by; of today some hours before now, so that nothing lies in the future."""
        if days_ago == 0:
            return self.now - timedelta(hours=24 - hour) / 4
        day = timezone.localtime(self.now) - timedelta(days=days_ago)
        return day.replace(hour=hour, minute=0, second=0, microsecond=0)

    def _take(self, come: list[demo.PlannedReport]) -> None:
        """The day's reports: by the public form through the box, or at the desk."""
        for planned in come:
            token = self._token(planned)
            if planned.channel == "web":
                intake.drop(self._report(planned), token=token)
            else:
                desk = self.officer.held_roles[0].unit
                intake.take_down(
                    self.officer, self._report(planned), unit_id=desk.pk, channel=planned.channel, token=token
                )
        intake.enter_waiting()
        for planned in come:
            hashed = kept(receipt_of(self._token(planned), settings.PEPPER), settings.PEPPER)
            self.rows[planned.number] = Complaint.objects.get(receipt=hashed).pk
            self._plan(planned)

    def _token(self, planned: demo.PlannedReport) -> str:
        return f"demonstration {self.seed} {planned.number}"

    def _report(self, planned: demo.PlannedReport) -> intake.Report:
        level = {"commune": Level.COMMUNE, "district": Level.DISTRICT}.get(planned.names)
        unit = None if level is None else of_place(planned.place_code, level)
        return intake.Report(
            category=planned.category,
            narrative=planned.narrative,
            place_code=planned.place_code,
            place_text=planned.place_text,
            how_known=planned.how_known,
            hidden_from=planned.hidden_from,
            named=[] if unit is None else [intake.Named("unit", unit.name_km, unit=unit.pk)],
        )

    def _plan(self, planned: demo.PlannedReport) -> None:
        """Put what becomes of a report on the agenda; what would lie in the future is left out."""
        pk = self.rows[planned.number]

        def after(days: int, step: Callable[[], object]) -> None:
            if planned.age - days >= 0:
                self.agenda[planned.age - days].append(step)

        if planned.fate == "ignored":
            return
        after(planned.acknowledged_after, lambda: complaints.acknowledge(self._handler(pk), pk))
        if planned.fate == "acknowledged":
            return
        if planned.fate in ("no_action", "to_agree"):
            after(planned.acted_after, lambda: closing.close(self._handler(pk), pk, **NOTHING_FOUND))
            if planned.fate == "no_action":
                after(planned.acted_after + 2, lambda: self._agree(pk))
            return
        kind, text = planned.deed
        after(
            planned.acted_after, lambda: complaints.take_action(self._handler(pk), pk, kind=kind, text=text)
        )
        later = {
            "closed": self._close,
            "reopened": self._close,
            "disputed": lambda pk: self._hear(planned, "គ្មាននរណាមកទេ។ អ្វីៗនៅដដែល។", "dispute"),
            "paused": self._ask_pause,
            "offered": self._offer,
            "repeat": lambda pk: self._link(planned),
        }.get(planned.fate)
        if later is not None:
            after(planned.ended_after, lambda: later(pk))
        if planned.fate == "paused":
            after(planned.ended_after + 1, lambda: pauses.decide(self.supervisor, pk, agree=True))
        if planned.fate == "reopened":
            ask = "ពួកគេបានត្រឡប់មកវិញហើយ។"
            after(planned.ended_after + 3, lambda: self._hear(planned, ask, "review"))
            after(
                planned.ended_after + 5,
                lambda: closing.reopen(self.supervisor, pk, reason="អ្នកជិតខាងបញ្ជាក់ដូចគ្នា។"),
            )

    def _handler(self, pk: int) -> User:
        """Who handles it now among those who sign in: who moved up is handled by the inspector."""
        there = Complaint.objects.visible_to(self.officer).filter(pk=pk).exists()
        return self.officer if there else self.inspector

    def _close(self, pk: int) -> None:
        closing.close(self._handler(pk), pk, **DONE)

    def _agree(self, pk: int) -> None:
        """What is not about drugs is closed by one alone."""
        if Complaint.objects.get(pk=pk).status == Complaint.Status.CLOSING:
            closing.agree(self.supervisor, pk)

    def _hear(self, planned: demo.PlannedReport, text: str, kind: str) -> None:
        token = self._token(planned)
        intake.reply(receipt_of(token, settings.PEPPER), text, token=f"{token} {kind}", kind=kind)
        intake.enter_waiting()

    def _ask_pause(self, pk: int) -> None:
        until = clock.today() + timedelta(days=30)
        pauses.ask(self._handler(pk), pk, reason="court", text="សំណុំរឿងនៅតុលាការ។", until=until)

    def _offer(self, pk: int) -> None:
        to = Unit.objects.get(code="GCNP")
        if Complaint.objects.get(pk=pk).unit_id != to.pk:
            complaints.offer(self._handler(pk), pk, unit_id=to.pk, reason="ពាក់ព័ន្ធនឹងខេត្តច្រើន។")

    def _link(self, planned: demo.PlannedReport) -> None:
        """To an earlier one of the same kind that the handler may see."""
        pk = self.rows[planned.number]
        handler = self._handler(pk)
        earlier = Complaint.objects.visible_to(handler).filter(
            category=planned.category, received_on__lt=Complaint.objects.get(pk=pk).received_on, same_as=None
        )
        original = earlier.order_by("received_on", "place_code", "pk").first()
        if original is not None:
            complaints.link(handler, pk, original_id=original.pk)

    def _night(self) -> None:
        """What the clockwork does."""
        flags.sweep()
        late = Complaint.objects.open().filter(moves_on__lt=clock.today()).order_by("moves_on", "pk")
        for pk in late.values_list("pk", flat=True):
            escalations.escalate(CLOCK, pk)
