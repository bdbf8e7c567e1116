"""What the database says, beside what the clients were told. Each check yields one sentence for each finding."""

import email
import email.policy
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from tests.kills.client import V1, Client
from tests.kills.journal import Asked, Journal
from tests.kills.system import System, named
from tests.kills.work import UNDER_WAY, Importer, Sent

#: The column that holds the mark of what was inserted.
_INSERTED = {
    "open": ("officers_sheet", "site"),
    "whole": ("officers_sheet", "site"),
    "enter": ("officers_drugtest", "remark"),
    "dispatch": ("officers_custodytransfer", "seal"),
    "upload": ("officers_import", "filename"),
}
#: The verb of the event that has the mark as its reason.
_REASONED = {"correct": "drug_test.corrected", "void": "drug_test.voided", "undo": "import.undone"}
#: The verb of the event about the record in the address.
_STEPS = {"send": "sheet.sent", "take": "import.taking", "cancel": "import.cancelled"}
#: What a read says of the reader, or of another moment.
_OF_THE_MOMENT = {"verbs", "counted", "custody"}


class Checks:
    """The findings of a run that has come to rest. `since` is the last event before the first request."""

    def __init__(
        self,
        system: System,
        journal: Journal,
        importers: list[Importer],
        clients: Mapping[str, Client],
        since: int,
    ) -> None:
        self.system = system
        self.journal = journal
        self.importers = importers
        self.clients = clients
        self.since = since

    def findings(self) -> Iterator[str]:
        yield from self.each_effect_once()
        yield from self.answers_are_kept()
        yield from self.records_are_as_told()
        yield from self.files_ended()
        yield from self.the_clock_did_its_work()
        for importer in self.importers:
            yield from self.the_same_file_again(importer)
        yield from self.the_log_is_whole()
        yield from self.journal.faults

    def rows(self, query: str, *parameters: Any) -> list[Any]:
        found = self.system.rows(query, *parameters)
        assert found is not None, "PostgreSQL does not answer"
        return found

    def each_effect_once(self) -> Iterator[str]:
        """What was acknowledged is there once, what is uncertain at most once, and nothing else."""
        for what, (table, column) in _INSERTED.items():
            yield from self._compared(what, self._inserted(table, column))
        for what, verb in _REASONED.items():
            yield from self._compared(what, self._reasoned(verb))
        for what, verb in _STEPS.items():
            told = Counter(int(one.path.split("/")[-3]) for one in self.journal.acknowledged(what))
            found = self._by_subject(verb, list(told))
            if differing := sorted((told - found) + (found - told)):
                yield f"{what}: told and done differ for {named(differing)}"
        yield from self._nothing_unasked()

    def _by_subject(self, verb: str, ids: list[int]) -> Counter[int]:
        query = "SELECT subject_id, count(*) FROM ledger_event WHERE verb = %s AND subject_id = ANY(%s) GROUP BY 1"
        return Counter(dict(self.rows(query, verb, ids)))

    def _inserted(self, table: str, column: str) -> Counter[str]:
        """How many rows were inserted with each value of a column, whatever became of them."""
        return Counter(
            dict(
                self.rows(
                    "SELECT image ->> %s, count(*) FROM ledger_change "
                    "WHERE table_name = %s AND kind = 'I' AND event_id > %s GROUP BY 1",
                    column,
                    table,
                    self.since,
                )
            )
        )

    def _reasoned(self, verb: str) -> Counter[str]:
        """How many events of a verb there are with each reason, but for those that follow from another."""
        query = """
            SELECT reason, count(*) FROM ledger_event
            WHERE verb = %s AND id > %s AND cause_id IS NULL GROUP BY 1
            """
        return Counter(dict(self.rows(query, verb, self.since)))

    def _compared(self, what: str, found: Counter[str]) -> Iterator[str]:
        for one in self.journal.asked:
            if one.what == what:
                least, most = one.outcome == "acknowledged", one.outcome != "refused"
                if not least <= found[one.mark] <= most:
                    yield f"{what} {one.mark} was {one.outcome}, and is there {found[one.mark]} times"

    def _nothing_unasked(self) -> Iterator[str]:
        """Every line, sheet, file and correction of the clients' accounts carries the mark of a request."""
        marks = {one.mark for one in self.journal.asked}
        rows = {mark for importer in self.importers for file in importer.files for mark in file.marks}
        files = {file.name.removesuffix(".csv") for importer in self.importers for file in importer.files}
        known = marks | rows | files
        for table, column in {*_INSERTED.values(), ("officers_officer", "service_number")}:
            for value in self._inserted(table, column):
                if value not in known and value.partition("/")[0] not in marks:
                    yield f"{table}: nobody asked for {value!r}"
        for verb in _REASONED.values():
            for reason in self._reasoned(verb).keys() - marks:
                yield f"{verb}: nobody asked for {reason!r}"

    def answers_are_kept(self, most: int = 60) -> Iterator[str]:
        """A request sent again under its key gets the answer it had. Of each client the last ones are tried."""
        by_client: dict[str, list[Asked]] = {}
        for one in self.journal.acknowledged():
            if one.key is not None:
                by_client.setdefault(one.client, []).append(one)
        for name, asked in by_client.items():
            for one in asked[-most:]:
                if self.clients[name].again(one) != (one.status, True, one.answer):
                    yield f"{one.what} {one.path}, sent again under its key, was answered otherwise"
        kept = dict(self.rows("SELECT key, body FROM ledger_answer"))
        lost = [
            one.key
            for one in self.journal.acknowledged()
            if one.key is not None and kept.get(one.key) != one.answer
        ]
        if lost:
            yield f"{len(lost)} answers are not kept as they were given: {named(lost)}"

    def records_are_as_told(self) -> Iterator[str]:
        """Each record reads as the last answer about it said."""
        seen: dict[str, Any] = {}
        for client in self.clients.values():
            for kind in {address.partition("/")[0] for address in self.journal.records}:
                seen |= {f"{kind}/{row['id']}/": row for row in _listed(client, kind)}
        for address, told in self.journal.records.items():
            now = seen.get(address)
            if now is None:
                yield f"{address} was acknowledged and is not there"
                continue
            differing = {
                name: (told[name], now[name])
                for name in told.keys() & now.keys() - _OF_THE_MOMENT
                if told[name] != now[name]
            }
            if differing:
                yield f"{address} is not as it was told: {differing}"

    def files_ended(self) -> Iterator[str]:
        """Each import came to an end, and its rows are there exactly once, or not at all."""
        serving = self._counted("officers_officer", "service_number", "status <> 'ENTERED_IN_ERROR'")
        standing = self._counted("officers_drugtest", "remark", "status <> 'VOID'")
        for importer in self.importers:
            if importer.path == "imports/sheets/":
                written, there = self._inserted("officers_drugtest", "remark"), standing
            else:
                written, there = self._inserted("officers_officer", "service_number"), serving
            for file in importer.files:
                yield from self._file(importer, file, written, there)

    def _counted(self, table: str, column: str, condition: str) -> Counter[str]:
        query = f"SELECT {column}, count(*) FROM {table} WHERE {condition} GROUP BY 1"
        return Counter(dict(self.rows(query)))

    def _file(
        self, importer: Importer, file: Sent, written: Counter[str], there: Counter[str]
    ) -> Iterator[str]:
        seen = importer.client.get(file.address)
        status = seen["status"]
        if status in (*UNDER_WAY, "UNREADABLE") or seen["problem"]:
            yield f"{file.name} is {status}: {seen['problem']}"
        if seen["bad_rows"] != file.bad and status in ("CHECKED", "TAKEN", "UNDONE"):
            yield f"{file.name} has {file.bad} bad rows, and {seen['bad_rows']} were found"
        for rows, wanted, how in (
            (written, int(status in ("TAKEN", "UNDONE")), "were written"),
            (there, int(status == "TAKEN"), "stand"),
        ):
            if wrong := [mark for mark in file.marks if rows[mark] != wanted]:
                yield f"{file.name} is {status}, and rows {how} not {wanted} times: {named(wrong)}"

    def the_same_file_again(self, importer: Importer) -> Iterator[str]:
        """What was taken changes nothing when it comes again."""
        taken = [file for file in importer.files if file.status == "TAKEN"]
        if not taken:
            return
        file = taken[-1]
        before = self._totals()
        asked = importer.client.upload(importer.path, file.name, file.content, again=True, **file.fields)
        if asked.outcome == "acknowledged":  # a roster is compared with the roll
            again = Sent(file.name, file.content, file.marks, file.bad, file.fields)
            again.address = f"{importer.path}{asked.answer['id']}/"
            seen = importer.awaited(again)
            if seen["unchanged_rows"] != len(file.marks):
                yield f"{file.name} again would change rows: {seen}"
            refused = importer.client.post("take again", f"{again.address}take/", {}, mark=again.address)
            if refused.status != 400:
                yield f"{file.name} again was not refused: {refused.status} {refused.answer}"
        elif asked.status != 400 or "taken_already" not in str(asked.answer):
            yield f"{file.name} again was answered {asked.status}: {asked.answer}"
        if self._totals() != before:
            yield f"{file.name} again changed something: {before} before, {self._totals()} now"

    def _totals(self) -> list[Any]:
        return self.rows(
            "SELECT (SELECT count(*) FROM officers_drugtest), (SELECT count(*) FROM officers_officer), "
            "(SELECT count(*) FROM officers_sheet)"
        )

    def the_clock_did_its_work(self) -> Iterator[str]:
        """No reminder was lost or said twice in its period, and each was told at least once."""
        said = Counter(
            (verb, subject)
            for verb, subject in self.rows(
                "SELECT verb, subject_id FROM ledger_event WHERE actor_role = 'clock' "
                "AND verb IN ('sheet.left_open', 'sheet.left_unconfirmed')"
            )
        )
        for late in self.system.world["late"]:
            for verb, sheet in late.items():
                if said[verb, sheet] != 1:
                    yield f"{verb} of sheet {sheet} was said {said[verb, sheet]} times"
        if doubled := [one for one, count in said.items() if count > 1]:
            yield f"said more than once in a period: {named(doubled)}"
        mails = list(self._mails())
        for _verb, sheet in said:
            reference = f"-{sheet:06d}-"
            if not any(reference in mail for mail in mails):
                yield f"nobody was told of sheet {sheet}"

    def _mails(self) -> Iterator[str]:
        for path in (self.system.data / "outbox").glob("*.eml"):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            yield str(message.get_content())  # type: ignore[attr-defined]

    def the_log_is_whole(self) -> Iterator[str]:
        """Sealed without a gap, as every head outside says, and nothing that bends it."""
        if said := self.system.verify_log():
            yield f"verify_log: {said}"
        ((last,),) = self.rows("SELECT max(position) FROM ledger_seal")
        lines = self.system.heads().read_text().splitlines()
        if not lines or not lines[-1].startswith(f"{last}:"):
            yield f"the last head outside is {lines[-1:]}, and the log ends at {last}"


def _listed(client: Client, kind: str) -> Iterator[Any]:
    """Every record of a kind that the client may see; none where its key does not reach."""
    page = f"{V1}{kind}/?limit=200"
    while page:
        try:
            body = client.get(page)
        except PermissionError:
            return
        yield from body["results"]
        rest = urlsplit(body["next"] or "")
        page = f"{rest.path}?{rest.query}" if body["next"] else ""


def at_rest(system: System, seconds: float, say: Callable[[str], None]) -> list[str]:
    """Wait until nothing is under way any more; what still is, if it takes longer than that."""
    end = time.monotonic() + seconds
    said: list[str] = []
    while left := _unrest(system):
        if time.monotonic() > end:
            return left
        if left != said:
            say(f"not at rest: {', '.join(left)}")
            said = left
        time.sleep(0.2)  # nothing tells that the last piece of work is done
    return []


def _unrest(system: System) -> list[str]:
    queries = {
        "events wait for their seal": "SELECT 1 FROM ledger_pending",
        "files wait for a worker": "SELECT 1 FROM officers_import WHERE status IN ('CHECKING', 'TAKING')",
        # A run that died is done again while its period lasts; after that the next one is as good.
        "jobs are not done": (
            "SELECT 1 FROM jobs_jobrun r WHERE succeeded IS NOT TRUE AND position('/' IN period) = 0 AND NOT EXISTS "
            "(SELECT 1 FROM jobs_jobrun s WHERE s.task = r.task AND s.succeeded AND s.started_at > r.started_at)"
        ),
        "reminders were not told": (
            "SELECT 1 FROM ledger_event e LEFT JOIN ledger_seal s ON s.event_id = e.id "
            "WHERE e.verb LIKE 'sheet.left%%' AND NOT coalesce(s.position <= "
            "(SELECT position FROM ledger_follower WHERE name = 'notices'), false)"
        ),
        "notices wait to be mailed": (
            "SELECT 1 FROM officers_notice n JOIN officers_user u ON u.id = n.user_id "
            "WHERE n.mail = 'by_itself' AND n.mailed_at IS NULL AND u.email <> ''"
        ),
    }
    left = []
    for sentence, query in queries.items():
        found = system.rows(query)
        if found is None or found:
            left.append(f"{'?' if found is None else len(found)} {sentence}")
    if not system.valkey_answers() or system.valkey().llen("probity"):
        left.append("hints wait in the queue")
    return left
