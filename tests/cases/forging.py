"""Statements as the application's role, under an event of one's own: what is tried where no act would do it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction

from cases.models import Case, Decision, Opinion, Proposal
from ledger import clock
from officers.actions import users
from officers.models import User
from officers.models.users import Role
from tests import make

EVENT = (
    "INSERT INTO ledger_event (actor_name, actor_role, verb, subject_table, reason, facts, request_id) "
    "VALUES ('x', 'x', 'x.y', '', '', '{}', '') RETURNING set_config('ledger.event', id::text, true)"
)


def forge(*what: Callable[[], Any]) -> None:
    """Do it under an event of one's own, as far as the end of the transaction would look at it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(EVENT)
        for one in what:
            one()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def refused(by: str, *what: Callable[[], Any]) -> None:
    """It is refused, and by the rule that is meant: another would have let it through some day."""
    with pytest.raises(IntegrityError) as refusal:
        forge(*what)
    assert refusal.value.__cause__.diag.constraint_name == by, refusal.value


def sets(row: models.Model, **values: Any) -> Callable[[], Any]:
    """One row changed in one statement, as a bulk update by the ORM does it."""
    return lambda: type(row)._default_manager.filter(pk=row.pk).update(**values)


def adds(model: type[models.Model], **values: Any) -> Callable[[], Any]:
    return lambda: model(**values).save()


def deletes(row: models.Model) -> Callable[[], Any]:
    def delete() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {row._meta.db_table} WHERE id = %s", [row.pk])

    return delete


def also(user: User, role: str) -> User:
    """The same person with one more role: what keeps him away is his part and nothing else."""
    users.grant(make.user(Role.SYSTEM_ADMINISTRATOR), user.pk, role=role, unit_id=make.root().pk)
    return user


def moved(case: Case, status: str, **values: Any) -> Callable[[], Any]:
    """A case put somewhere, with all that the row itself must say there."""
    from ledger import clock

    now = clock.now()
    about: dict[str, Any] = {"status": status, "final_at": None, "closed_at": None}
    if case.status == "OPENED":
        about |= {"severity": "gross", "severity_reasons": "x", "assessed_by": case.opened_by}
    if status == "CLOSED":
        about |= {"closed_at": now, "outcome": "discontinued", "closing_reason": "x"}
    elif status == "FINAL":
        about |= {"final_at": now, "outcome": "measure"}
    elif status == "STAYED":
        about |= {"stayed_at": now, "stay_reason": "x", "stayed_from": case.status}
    return sets(case, **about | values)


def proposal(case: Case, by: User, **said: Any) -> Callable[[], Any]:
    about = {
        "number": case.proposals.count() + 1,
        "measure": "dismissal",
        "articles": [{"code": "DR-01"}],
        "grounds": list(case.grounds.filter(status="STANDING").values_list("pk", flat=True)),
        "reasons": "x",
        "lesser": "x",
        "no_conflict": True,
        "proposed_at": clock.now(),
    } | said
    return adds(Proposal, case=case, proposed_by=by, **about)


def opinion(case: Case, by: User, **said: Any) -> Callable[[], Any]:
    about = {"outcome": "passed", "text": "x", "rests_on_no_screen": True, "no_conflict": True} | said
    newest = case.proposals.latest("number")
    about = {"checked_at": clock.now()} | about
    return adds(Opinion, case=case, proposal=newest, checked_by=by, **about)


def decision(case: Case, by: User, **said: Any) -> Callable[[], Any]:
    about = {
        "outcome": "accepted",
        "measure": "dismissal",
        "reasons": "x",
        "instrument": "ministerial_decision",
        "no_conflict": True,
        "decided_at": clock.now(),
    } | said
    return adds(Decision, case=case, proposal=case.proposals.latest("number"), decided_by=by, **about)
