"""Whether time tells a hidden complaint from one that is not there; and receipts, right, wrong and malformed."""

import gc
import logging
import random
import statistics
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from itertools import count
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse

from cases.actions import intake
from cases.models import Complaint
from cases.reckoning.receipts import receipt_of
from ledger import clock
from officers.actions import users
from officers.models import Unit, User
from officers.models.users import Role

#: Turns of each request, and of those the first that only warm up.
TURNS, WARM = 400, 20
_network = count(1)

type Ask = Callable[[], Any]


def report() -> None:
    barred, hidden, receipt = _world()
    absent = Complaint(pk=hidden.pk + 1)
    if Complaint.objects.filter(pk=absent.pk).exists():
        raise RuntimeError("the absent complaint is there")
    client = Client()
    client.force_login(barred)
    logging.disable(logging.WARNING)  # thousands of lines, one for each answer
    print(f"Hidden beside absent, {TURNS} turns each, interleaved in random order (median, milliseconds)")
    print(f"  {'':34}{'hidden':>8}{'absent':>8}{'ratio':>8}   P(hidden is slower); 0.5 +- 0.04 tells nothing")
    for name, pair in _requests(client, hidden, absent).items():
        _compared(name, *pair)
    print("Receipts, as the public page looks them up")
    _compared("malformed beside unknown", _look_up("4821"), _look_up("4821 9930 1175 2046"))
    _compared(
        "another unknown beside unknown", _look_up("0000 0000 0000 0000"), _look_up("4821 9930 1175 2046")
    )
    _compared("right (it opens) beside unknown", _look_up(receipt), _look_up("4821 9930 1175 2046"))


def _world() -> tuple[User, Complaint, str]:
    """Somebody of a commune post, a complaint that names that post, and its receipt."""
    post = Unit.objects.filter(kind=Unit.Kind.COMMUNE_POST).exclude(admin_code="").order_by("pk")[0]
    barred = _account("bench.barred", Role.SUPERVISOR, post)
    desk = _account("bench.desk", Role.CASE_OFFICER, Unit.objects.get(parent=None))
    token = f"bench {clock.now().isoformat()}"
    named = [intake.Named("unit", "the post", unit=post.pk)]
    said = intake.Report(
        "drug_dealing_officer", "A complaint to be hidden.", place_code=post.admin_code, named=named
    )
    row, _receipt = intake.take_down(
        desk, said, unit_id=desk.held_roles[0].unit_id, channel="phone", token=token
    )
    return barred, row, receipt_of(token, settings.PEPPER)


def _account(name: str, role: Role, unit: Unit) -> User:
    if not User.objects.filter(username=name).exists():
        keeper = next(one for one in User.objects.order_by("pk") if one.has_role(Role.SYSTEM_ADMINISTRATOR))
        made = users.create(keeper, username=name, name_km="ក", name_latin=name)
        users.grant(keeper, made.pk, role=role, unit_id=unit.pk)
    return User.objects.get(username=name)


def _requests(client: Client, hidden: Complaint, absent: Complaint) -> dict[str, tuple[Ask, Ask]]:
    def got(address: str) -> tuple[Ask, Ask]:
        return tuple(lambda one=one: client.get(address.format(one.pk)) for one in (hidden, absent))  # type: ignore[return-value]

    def posted(address: str, body: dict[str, Any]) -> tuple[Ask, Ask]:
        return tuple(  # type: ignore[return-value]
            lambda one=one: client.post(address.format(one.pk), body, content_type="application/json")
            for one in (hidden, absent)
        )

    def referred() -> tuple[Ask, Ask]:
        return tuple(  # type: ignore[return-value]
            lambda one=one: client.get("/complaints/", {"q": one.reference}) for one in (hidden, absent)
        )

    return {
        "GET the page": got("/complaints/{}/"),
        "GET a step's page": got("/complaints/{}/close/"),
        "GET its history": got("/complaints/{}/history/"),
        "by reference in the queue": referred(),
        "GET by the API": got("/api/v1/complaints/{}/"),
        "GET its messages by the API": got("/api/v1/complaints/{}/messages/"),
        "POST note by the API": posted("/api/v1/complaints/{}/note/", {"text": "x"}),
        "POST close by the API": posted(
            "/api/v1/complaints/{}/close/",
            {
                "finding": "unfounded",
                "closure_reason": "no_evidence",
                "summary": "x",
                "answer": "x",
            },
        ),
    }


def _look_up(typed: str) -> Ask:
    """Each from a network of its own: the limit on look-ups is not what is measured."""
    stranger = Client()

    def ask() -> Any:
        n = next(_network)
        return stranger.post(
            reverse("receipt"), {"receipt": typed}, REMOTE_ADDR=f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"
        )

    return ask


def _compared(name: str, first: Ask, second: Ask) -> None:
    one, other = _in_turn(first, second)
    medians = statistics.median(one), statistics.median(other)
    print(
        f"  {name:34}{medians[0]:8.2f}{medians[1]:8.2f}{medians[0] / medians[1]:8.3f}   {slower(one, other):.3f}"
    )


def _in_turn(first: Ask, second: Ask) -> tuple[list[float], list[float]]:
    """Milliseconds of each, asked in pairs, whichever first by chance."""
    samples: tuple[list[float], list[float]] = ([], [])
    gc.collect()
    gc.disable()
    for turn in range(TURNS + WARM):
        order = [(first, samples[0]), (second, samples[1])]
        random.shuffle(order)
        for ask, found in order:
            started = time.perf_counter()
            ask()
            if turn >= WARM:
                found.append((time.perf_counter() - started) * 1000)
        if turn % 50 == 0:
            gc.collect()
    gc.enable()
    return samples


def slower(one: list[float], other: list[float]) -> float:
    """The chance that a time of `one` is longer than one of `other`: Mann and Whitney's statistic over its range."""
    ranked = sorted(other)
    halves = sum(bisect_left(ranked, value) + bisect_right(ranked, value) for value in one)
    return halves / (2 * len(one) * len(other))
