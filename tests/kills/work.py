"""What the clients do all day: sheets entered line by line and at once, and files of both kinds."""

import random
from abc import abstractmethod
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from typing import Any

from tests.kills.client import Client
from tests.kills.journal import Asked

LONGEST_THOUGHT = 0.15  # seconds between two requests of one client
LOOK_AT_FILE = 0.3  # seconds between two looks at a file that a worker has
UNDER_WAY = ("CHECKING", "TAKING")
DRUGS = ["methamphetamine", "mdma"]
UNKEYED = 0.2  # of the requests whose effect can be recognised by its mark


def header(mark: str, unit: int) -> dict[str, Any]:
    today = date.today()  # noqa: DTZ011 - the machine's day is never ahead of Phnom Penh's
    return {
        "unit": unit,
        "site": mark,
        "tested_on": (today - timedelta(days=1)).isoformat(),
        "witness": "A Witness",
        "reason": "random",
        "kit_lot": "LOT-1",
        "kit_expires_on": (today + timedelta(days=90)).isoformat(),
        "drugs": DRUGS,
    }


@dataclass
class Paper:
    """A sheet of this client's: who is not on it yet, and the lines that may be changed."""

    pk: int
    free: list[str]
    tests: list[int] = field(default_factory=list)


class Collector:
    """An administrator of tests, alone in his unit."""

    def __init__(self, client: Client, unit: int, officers: list[str]) -> None:
        self.client = client
        self.unit = unit
        self.officers = officers
        self.random: random.Random = client.random
        self.open: list[Paper] = []
        self.sent: list[Paper] = []

    def run(self) -> None:
        steps = [self.enter] * 10 + [self.correct] * 3 + [self.whole] * 2
        steps += [self.void, self.dispatch, self.begin, self.send]
        while not self.client.stop.is_set():
            self.random.choice(steps if self.open else [self.begin, self.whole])()
            self.client.stop.wait(self.random.uniform(0, LONGEST_THOUGHT))  # a person takes a moment too

    def begin(self) -> None:
        if len(self.open) >= 3:
            return
        mark = self.client.mark("site")
        asked = self._post("open", "sheets/", header(mark, self.unit), mark, may_be_unkeyed=True)
        if asked.outcome == "acknowledged":
            self._keep("sheets", asked.answer)
            self.open.append(Paper(asked.answer["id"], self._shuffled()))

    def enter(self) -> None:
        paper = self.random.choice(self.open)
        if not paper.free:
            self.send()
            return
        mark = self.client.mark("line")
        body = {"sheet": paper.pk, **self._line(paper.free.pop(), mark)}
        asked = self._post("enter", "drug-tests/", body, mark, may_be_unkeyed=True)
        if asked.outcome == "acknowledged":
            self._keep("drug-tests", asked.answer)
            paper.tests.append(asked.answer["id"])

    def whole(self) -> None:
        mark = self.client.mark("whole")
        lines = [self._line(number, f"{mark}/{n}") for n, number in enumerate(self._shuffled()[:20])]
        lines.insert(self.random.randrange(20), {"number": "nobody", "remark": f"{mark}/bad"})
        body = {"header": header(mark, self.unit), "lines": lines}
        asked = self._post("whole", "drug-tests/sheet/", body, mark)
        if asked.outcome == "acknowledged":
            self._keep("sheets", asked.answer["sheet"])
            for test in asked.answer["tests"]:
                self._keep("drug-tests", test)
            paper = Paper(asked.answer["sheet"]["id"], [])
            paper.tests = [test["id"] for test in asked.answer["tests"]]
            self.sent.append(paper)

    def correct(self) -> None:
        if (test := self._changeable()) is not None:
            mark = self.client.mark("correct")
            line = self._line(test["officer"]["number"], mark)
            body = {**line, "reason": mark, "version": test["version"]}
            asked = self._post("correct", f"drug-tests/{test['id']}/correct/", body, mark)
            self._keep_if_done(asked)

    def void(self) -> None:
        if (test := self._changeable()) is not None:
            mark = self.client.mark("void")
            body = {"reason": mark, "version": test["version"]}
            self._keep_if_done(self._post("void", f"drug-tests/{test['id']}/void/", body, mark))

    def dispatch(self) -> None:
        if (test := self._changeable("CONFIRMATION_NEEDED")) is not None:
            mark = self.client.mark("seal")
            body = {"laboratory": "L", "received_by": "R", "place": "P", "seal": mark}
            self._keep_if_done(self._post("dispatch", f"drug-tests/{test['id']}/dispatch/", body, mark))

    def send(self) -> None:
        paper = self.random.choice(self.open)
        if not any(self._test(pk)["status"] != "VOID" for pk in paper.tests):
            return
        mark = self.client.mark("sent")
        body = {"totals_remark": mark}
        asked = self._post("send", f"sheets/{paper.pk}/send/", body, mark)
        if asked.outcome == "acknowledged":
            self._keep("sheets", asked.answer)
            self.open.remove(paper)
            self.sent.append(paper)

    def _line(self, number: str, mark: str) -> dict[str, Any]:
        chance = self.random.random()
        if chance < 0.1:
            return {
                "number": number,
                "remark": mark,
                "specimen_number": mark[:30],
                "non_negative_for": ["mdma"],
            }
        if chance < 0.2:
            return {"number": number, "remark": mark, "not_taken": "absent", "excuse": "medical_leave"}
        return {"number": number, "remark": mark}

    def _changeable(self, *status: str) -> Any:
        """A line that is neither void nor sent to a laboratory; None if none comes to hand."""
        papers = [paper for paper in (*self.open, *self.sent[-5:]) if paper.tests]
        if not papers:
            return None
        test = self._test(self.random.choice(self.random.choice(papers).tests))
        wanted = status or ("NEGATIVE", "CONFIRMATION_NEEDED", "NOT_TAKEN")
        return test if test["status"] in wanted else None

    def _test(self, pk: int) -> Any:
        return self.client.journal.records[f"drug-tests/{pk}/"]

    def _shuffled(self) -> list[str]:
        return self.random.sample(self.officers, len(self.officers))

    def _post(
        self, what: str, path: str, body: dict[str, Any], mark: str, *, may_be_unkeyed: bool = False
    ) -> Asked:
        keyed = not (may_be_unkeyed and self.random.random() < UNKEYED)
        asked = self.client.post(what, path, body, mark=mark, keyed=keyed)
        if asked.outcome == "refused":
            self.client.journal.fault(f"{what} {path} was refused, {asked.status}: {asked.answer}")
        return asked

    def _keep_if_done(self, asked: Asked) -> None:
        if asked.outcome == "acknowledged":
            self._keep("drug-tests", asked.answer)

    def _keep(self, kind: str, answer: Any) -> None:
        self.client.journal.keep(f"{kind}/{answer['id']}/", answer)


@dataclass
class Sent:
    """A file that was uploaded: the marks of its good rows, and where it is to be found."""

    name: str
    content: bytes
    marks: list[str]
    bad: int
    fields: dict[str, Any]
    address: str = ""
    status: str = ""


class Importer:
    """Uploads one file after the other, takes most of them and undoes some."""

    path: str

    def __init__(self, client: Client, unit: int) -> None:
        self.client = client
        self.unit = unit
        self.random: random.Random = client.random
        self.files: list[Sent] = []

    def run(self) -> None:
        while not self.client.stop.is_set():
            self.one_file()

    def one_file(self) -> Sent:
        file = self.made()
        asked = self.client.upload(self.path, file.name, file.content, **file.fields)
        if asked.outcome != "acknowledged":
            self.client.journal.fault(f"the upload of {file.name} ended {asked.outcome}: {asked.answer}")
            return file
        file.address = f"{self.path}{asked.answer['id']}/"
        self.files.append(file)
        seen = self.awaited(file)
        if seen["status"] == "CHECKED" and self.random.random() < 0.1:
            self._step(file, "cancel", {"version": seen["version"]})
        elif seen["status"] == "CHECKED":
            seen = self.take(file, seen)
            if seen["status"] == "TAKEN" and self.random.random() < 0.25:
                self._step(file, "undo", {"reason": self.client.mark("undo")})
        file.status = self.awaited(file)["status"]
        return file

    def take(self, file: Sent, seen: Any) -> Any:
        """Until it is taken. A file that goes back to be checked is taken again."""
        while seen["status"] == "CHECKED":
            if self._step(file, "take", {"version": seen["version"]}).outcome != "acknowledged":
                break
            seen = self.awaited(file)
        return seen

    def awaited(self, file: Sent) -> Any:
        """How it stands with the file once no worker has it."""
        while (seen := self.client.get(file.address))["status"] in UNDER_WAY:
            # Looked at as the documentation says, until it ends; the harness sets the limit.
            if self.client.stop.wait(LOOK_AT_FILE) and self.given_up:
                raise LookupError(f"{file.name} is {seen['status']} still")
        return seen

    given_up = False

    def _step(self, file: Sent, verb: str, body: dict[str, Any]) -> Asked:
        mark = body.get("reason", file.address)
        asked = self.client.post(verb, f"{file.address}{verb}/", body, mark=mark)
        if asked.outcome != "acknowledged":
            self.client.journal.fault(f"{verb} of {file.name} ended {asked.outcome}: {asked.answer}")
        return asked

    @abstractmethod
    def made(self) -> Sent:
        """The next file, of the kind this importer is for."""


class SheetImporter(Importer):
    path = "imports/sheets/"

    def __init__(self, client: Client, unit: int, officers: list[str]) -> None:
        super().__init__(client, unit)
        self.officers = officers

    def made(self) -> Sent:
        mark = self.client.mark("sheet")
        known = self.random.sample(self.officers, self.random.randint(1, len(self.officers)))
        rows = ["Officer number,Specimen number,Methamphetamine,MDMA,Remark"]
        marks = []
        for n, number in enumerate(known):
            marks.append(f"{mark}/{n}")
            specimen, found = (f"{mark}/{n}", "+") if self.random.random() < 0.05 else ("", "-")
            rows.append(f"{number},{specimen},{found},-,{mark}/{n}")
        bad = self.random.randint(0, 2)
        rows += [f"nobody{n},,-,-,{mark}/bad" for n in range(bad)]
        fields = {name: value for name, value in header(mark, self.unit).items() if name != "drugs"}
        return Sent(f"{mark}.csv", "\n".join(rows).encode(), marks, bad, fields)


class RosterImporter(Importer):
    path = "imports/rosters/"

    def __init__(self, client: Client, unit: int, rank: str, numbers: range, *, most: int) -> None:
        super().__init__(client, unit)
        self.rank = rank
        self.numbers = iter(numbers)
        self.most = most

    def made(self) -> Sent:
        name = f"{self.client.mark('roster')}.csv"
        count = self.random.randint(1, self.most)
        marks = [str(number) for number in islice(self.numbers, count)]
        rows = ["Service number,Khmer name,Latin name,Sex,Birth year,Rank"]
        rows += [f"{number},មន្ត្រី ដារា,Officer Dara,M,1990,{self.rank}" for number in marks]
        bad = self.random.randint(0, 2)
        rows += [f"{number},មន្ត្រី ដារា,Officer Dara,?,1990,{self.rank}" for number in range(bad)]
        return Sent(name, "\n".join(rows).encode(), marks, bad, {"unit": self.unit})
