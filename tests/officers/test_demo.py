import re
from datetime import date
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db.models import Count
from django.utils import timezone

from foundation import khmer
from ledger.actors import CLOCK
from ledger.models import Event, Mode, Pending
from ledger.verification import verify
from officers.actions import officers, settings, units
from officers.models import (
    CustodyProblem,
    DrugTest,
    Officer,
    Posting,
    Review,
    ServiceNumber,
    SettingVersion,
    Sheet,
    Specimen,
    SpecimenRange,
    Unit,
    User,
)
from officers.models.users import Role
from officers.queries.specimen_numbers import account_of
from officers.reckoning import defaults, demo, gazetteer
from tests import make

TODAY = date(2026, 11, 23)
PLACES = gazetteer.read()
UNITS = list(defaults.units(PLACES))


def command(name: str, **options: object) -> str:
    said = StringIO()
    call_command(name, stdout=said, **options)
    return said.getvalue()


def test_the_same_seed_makes_the_same_force_and_another_seed_another():
    assert demo.people(200, 3, UNITS, TODAY) == demo.people(200, 3, UNITS, TODAY)
    assert demo.people(200, 3, UNITS, TODAY) != demo.people(200, 4, UNITS, TODAY)


@pytest.mark.parametrize("number", [demo.FEWEST, 250, 2000])
def test_a_force_has_the_size_asked_for_and_somebody_in_every_province(number):
    force = demo.people(number, 1, UNITS, TODAY)

    assert len(force) == number
    assert len({person.service_number for person in force}) == number
    assert {unit["code"] for unit in UNITS if unit["kind"] == "PROVINCIAL_COMMISSARIAT"} <= {
        person.unit for person in force
    }


def test_a_force_too_small_for_the_provinces_is_refused():
    with pytest.raises(ValueError):
        demo.people(demo.FEWEST - 1, 1, UNITS, TODAY)


def test_invented_names_are_written_in_both_scripts():
    for person in demo.people(300, 1, UNITS, TODAY):
        assert re.fullmatch(r"[\u1780-\u17ff ]+", person.name_km)
        assert re.fullmatch(r"[A-Z][a-z]+ [A-Z][a-z]+", person.name_latin)
        assert khmer.canonical(person.name_km) == person.name_km


def test_every_unit_of_the_list_of_places_is_opened_once_and_its_defects_are_told(db):
    first = command("load_units")
    again = command("load_units")

    assert Unit.objects.count() == len(UNITS)
    assert dict(Unit.objects.values_list("kind").annotate(Count("pk")).order_by())[
        Unit.Kind.COMMUNE_POST
    ] == len(PLACES.communes)
    assert Unit.objects.get(code="C-120913").remark == defaults.UNNAMED
    assert Unit.objects.get(code="C-120101").parent.code == "D-1201"
    assert Unit.objects.get(code="D-1201").parent.code == "P-12"
    assert f"{len(UNITS)} units opened" in first
    assert "missing_commune: 1 place(s)" in first
    assert again.startswith("0 units opened")
    assert Event.objects.filter(verb="unit.opened").count() == 1


def test_each_setting_gets_a_first_version_and_keeps_the_one_it_has(db):
    ranks = {"ranks": make.RANKS}
    settings.put(CLOCK, kind="ranks", effective_from=TODAY, content=ranks, reason="Our own.")

    said = command("load_settings")

    assert "ranks: there already" in said
    assert SettingVersion.objects.get(kind="ranks").content == ranks
    assert set(SettingVersion.objects.values_list("kind", flat=True)) == set(SettingVersion.Kind.values)
    command("load_settings")
    assert SettingVersion.objects.count() == len(SettingVersion.Kind.values)


def test_generals_are_removed_by_royal_decree_and_all_others_by_the_minister():
    instruments = {rank["code"]: rank["removed_by"] for rank in defaults.RANKS}

    assert len(instruments) == 16
    assert {code for code, by in instruments.items() if by == "royal_decree"} == {"GEN", "LTG", "MG", "BG"}
    assert set(instruments.values()) == {"royal_decree", "ministerial_decision"}


@pytest.mark.django_db(transaction=True, databases=["default", "migrator", "sequencer"])
def test_the_demonstration_fills_every_list_verifies_and_loads_once():
    said = command("load_demo", officers=demo.FEWEST, seed=5)
    results = command("load_demo_results")

    assert f"Loaded {demo.FEWEST} officers" in said
    assert "specimens" in results
    assert set(Specimen.objects.values_list("status", flat=True)) == set(Specimen.Status.values)
    assert set(Review.objects.values_list("status", flat=True)) == set(Review.Status.values)
    assert Review.objects.get(status=Review.Status.TOLD).window_ends_at > timezone.now()
    assert CustodyProblem.objects.filter(outcome="").exists()
    assert [gap.number for gap in account_of(SpecimenRange.objects.get()).gaps] == [1]
    assert Mode.objects.get().mode == "demo"
    assert set(DrugTest.objects.values_list("status", flat=True)) == set(DrugTest.Status.values)
    assert Sheet.objects.filter(status=Sheet.Status.OPEN).count() == 2
    assert Sheet.objects.values("unit").distinct().count() == 25
    assert DrugTest.objects.filter(corrected_after_dispatch=True).exists()
    assert Officer.objects.filter(status=Officer.Status.RETIRED).exists()
    assert not Pending.objects.exists()
    assert verify(using="default") == []
    held = {(one.role, one.user.username) for user in User.objects.all() for one in user.held_roles}
    assert {(role, name) for role, name, _unit in demo.ACCOUNTS} <= held
    assert {role for role, _name, _unit in demo.ACCOUNTS} == set(Role.values)
    assert User.objects.get(username="auditor").check_password(demo.PASSWORD)

    events = Event.objects.count()
    assert "nothing was changed" in command("load_demo", officers=demo.FEWEST, seed=5)
    assert "nothing was changed" in command("load_demo_results")
    assert Event.objects.count() == events
    accounts = command("load_demo", accounts=True)
    assert all(name in accounts for _role, name, _unit in demo.ACCOUNTS)


def test_a_real_server_gets_no_demonstration(db, settings):
    settings.EMBEDDED = False

    with pytest.raises(CommandError, match="real"):
        command("load_demo", officers=demo.FEWEST)

    assert not Unit.objects.exists()


def test_a_database_that_knows_people_gets_no_demonstration(db):
    make.officer()

    with pytest.raises(CommandError, match="knows people"):
        command("load_demo", officers=demo.FEWEST)


def test_accounts_are_printed_for_a_demonstration_only(db):
    make.user(username="auditor")

    assert demo.PASSWORD not in command("load_demo", accounts=True)


@pytest.fixture
def posts(db):
    return [make.unit(), make.unit()]


def row(unit: Unit, number: str, **said: object) -> officers.NewOfficer:
    return officers.NewOfficer(
        **{
            "service_number": number,
            "name_km": "កែវ ដារាមុនី",
            "name_latin": "Keo Daramony",
            "sex": "M",
            "birth_year": 1990,
            "rank": "R01",
            "unit_id": unit.pk,
            "since": date(2020, 1, 1),
            **said,
        }
    )


def what_is_kept(officer: Officer) -> dict[str, object]:
    """All that registering leaves, ids aside."""
    mine = {
        name: value
        for name, value in Officer.objects.filter(pk=officer.pk).values().get().items()
        if name not in ("id", "service_number")
    }
    mine = {name: bytes(value) if isinstance(value, memoryview) else value for name, value in mine.items()}
    mine["numbers"] = list(ServiceNumber.objects.filter(officer=officer).values_list("held", "version"))
    mine["postings"] = list(
        Posting.objects.filter(officer=officer).values_list(
            "unit", "rank", "title", "is_head", "held", "version"
        )
    )
    mine["verbs"] = sorted(set(Event.objects.about(officer).values_list("verb", flat=True)))
    return mine


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"title": "អធិការ", "is_head": True},
        {"since": None},
        {"name_latin": ""},
        {"name_km": " កែវ  ដារា ", "sex": "F", "birth_year": 1900},
    ],
)
def test_many_officers_are_registered_as_one_would_be(posts, said):
    registrar = make.user(Role.REGISTRAR)
    first, second = row(posts[0], "100 001", **said), row(posts[0], "១០០០០២", **said)

    alone = officers.register(registrar, **vars(first))
    together = officers.register_all(registrar, [second])[0]

    assert what_is_kept(alone) == what_is_kept(together)
    assert (alone.service_number, together.service_number) == ("100001", "100002")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"service_number": " "}, "service_number"),
        ({"service_number": "1" * 21}, "service_number"),
        ({"service_number": "100009"}, "service_number"),
        ({"name_km": ""}, "name_km"),
        ({"name_latin": "x" * 121}, "name_latin"),
        ({"sex": "X"}, "sex"),
        ({"birth_year": 1889}, "birth_year"),
        ({"rank": "R99"}, "rank"),
        ({"since": date(2999, 1, 1)}, "since"),
    ],
)
def test_what_is_refused_for_one_officer_is_refused_for_many_and_named(posts, said, field):
    registrar = make.user(Role.REGISTRAR)
    officers.register(registrar, **vars(row(posts[0], "100009")))
    bad = row(posts[0], "100001", **({"service_number": "100001"} | said))

    with pytest.raises(ValidationError):
        officers.register(registrar, **vars(bad))
    with pytest.raises(ValidationError) as refusal:
        officers.register_all(registrar, [row(posts[0], "100002"), bad])

    assert field in refusal.value.error_dict
    good, found = officers.check_registrations(registrar, [row(posts[0], "100002"), bad])
    assert good == []
    assert [problem.field for problem in found] == [field]
    assert Officer.objects.count() == 1


def test_a_number_that_stands_twice_in_a_roll_is_named_with_its_other_line(posts):
    rows = [row(posts[0], "100001"), row(posts[0], "100002"), row(posts[1], "100001")]

    found = officers.check_registrations(CLOCK, rows)

    assert [[problem.code for problem in problems] for problems in found] == [[], [], ["number_twice"]]
    assert found[2][0].params["other"] == 1


def test_a_number_given_up_can_be_given_again_from_that_day_on(posts):
    registrar = make.user(Role.REGISTRAR)
    old = officers.register(registrar, **vars(row(posts[0], "100001")))
    officers.renumber(registrar, old.pk, number="100002", since=date(2022, 1, 1), reason="New numbers.")

    before, after = officers.check_registrations(
        CLOCK,
        [row(posts[0], "100001", since=date(2021, 1, 1)), row(posts[0], "100001", since=date(2022, 1, 1))],
    )

    assert [problem.code for problem in before] == ["number_in_use"]
    assert [problem.code for problem in after] == ["number_twice"]
    officers.register_all(CLOCK, [row(posts[0], "100001", since=date(2022, 1, 1))])


def test_nobody_registers_officers_of_a_unit_whose_roll_he_does_not_keep(posts):
    registrar = make.user(Role.REGISTRAR, posts[0])

    with pytest.raises(PermissionDenied):
        officers.register_all(registrar, [row(posts[0], "100001"), row(posts[1], "100002")])

    assert not Officer.objects.exists()
    assert Event.objects.filter(verb="act.refused").exists()


def test_nobody_is_registered_in_a_unit_that_exists_no_more(posts):
    keeper = make.user(Role.SYSTEM_ADMINISTRATOR)
    units.close(keeper, posts[0].pk, valid_to=date(2026, 1, 1), reason="Merged.")

    with pytest.raises(ValidationError):
        officers.register(keeper, **vars(row(posts[0], "100001")))
    with pytest.raises(ValidationError):
        officers.register_all(keeper, [row(posts[0], "100001")])
