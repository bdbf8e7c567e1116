"""A request for every door of specimens, custody and a laboratory's files that writes."""

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from officers.actions import imports, laboratory
from officers.models import CustodyProblem, Specimen
from tests.officers.calling import Prepared
from tests.officers.importing import checked
from tests.results import Way


def on_specimen(
    step: str, state: str, body: dict[str, Any] | Callable[[Any], dict[str, Any]]
) -> Callable[[], Prepared]:
    """On a specimen that is `sent`, `received` or of a `retest`, by who takes the step there."""

    def prepare() -> Prepared:
        way = Way()
        made = getattr(way, state)()
        specimen = made if isinstance(made, Specimen) else Specimen.objects.get(test=made.test_id)
        by = way.second_chemist if state == "retest" else way.chemist
        by = way.administrator if step in ("direct", "hand_over") else by
        sent = body(specimen) if callable(body) else body
        version = Specimen.objects.get(pk=specimen.pk).version
        return Prepared(by, f"specimens/{specimen.pk}/{step}/", lambda: sent, sent | {"version": version})

    return prepare


def on_custody_problem() -> Prepared:
    way = Way()
    laboratory.receive(way.chemist, way.sent().pk, handed_over_by="Somebody else", seal="Another")
    problem = CustodyProblem.objects.order_by("pk").first()
    assert problem is not None
    sent = {"outcome": "holds", "reason": "A slip."}
    return Prepared(
        way.physician, f"custody-problems/{problem.pk}/settle/", lambda: sent, sent | {"version": 1}
    )


def of_laboratory(step: str, *, taking: bool = False) -> Callable[[], Prepared]:
    """A file of results: uploaded, or brought as far as the step needs it."""

    def prepare() -> Prepared:
        way = Way()
        rows = (
            f"Specimen number,Method,Analyte,Value,Creatinine,Certified by\n{way.received().number},LC-MS/MS,"
        )
        content = f"{rows}Methamphetamine,900,80,A Chemist\n".encode()
        if step == "upload":

            def form(called: str = "results.csv") -> dict[str, Any]:
                return {"file": SimpleUploadedFile(called, content), "unit": str(way.first.pk)}

            return Prepared(way.chemist, "imports/laboratory/", form, form("other.csv"), "multipart")
        file = checked(way.chemist, way.first, content, "LABORATORY")
        if taking:
            file = imports.take(way.chemist, file.pk)
        path = f"imports/laboratory/{file.pk}/{step}/"
        return Prepared(way.chemist, path, dict, {"version": file.version})

    return prepare


REPORT = {
    "certified_by": "A Chemist",
    "method": "lc_ms_ms",
    "values": [{"analyte": "Methamphetamine", "value": "900"}],
    "creatinine": "80",
}
REASON = {"reason": "Because."}
PREPARED: dict[str, Callable[[], Prepared]] = {
    "post /api/v1/specimens/{id}/receive/": on_specimen(
        "receive",
        "sent",
        lambda one: {"handed_over_by": "Courier", "seal": one.seal_a, "is_whole": True},
    ),
    "post /api/v1/specimens/{id}/redesignate/": on_specimen("redesignate", "received", REASON),
    "post /api/v1/specimens/{id}/reject/": on_specimen(
        "reject", "received", {"flaw": "too_little", "certified_by": "A Chemist"}
    ),
    "post /api/v1/specimens/{id}/report/": on_specimen("report", "received", REPORT),
    "post /api/v1/specimens/{id}/report_second/": on_specimen(
        "report_second", "retest", {"is_present": True, "method": "gc_ms", "certified_by": "Another"}
    ),
    "post /api/v1/specimens/{id}/direct/": on_specimen(
        "direct", "sent", lambda one: {"laboratory": one.laboratory_id}
    ),
    "post /api/v1/specimens/{id}/hand_over/": on_specimen(
        "hand_over",
        "sent",
        lambda one: {
            "handed_over_by": "Courier",
            "received_by": "Second",
            "place": "Gate",
            "seal": one.seal_a,
        },
    ),
    "post /api/v1/custody-problems/{id}/settle/": on_custody_problem,
    "post /api/v1/imports/laboratory/": of_laboratory("upload"),
    "post /api/v1/imports/laboratory/{id}/take/": of_laboratory("take"),
    "post /api/v1/imports/laboratory/{id}/stop/": of_laboratory("stop", taking=True),
    "post /api/v1/imports/laboratory/{id}/cancel/": of_laboratory("cancel"),
}
