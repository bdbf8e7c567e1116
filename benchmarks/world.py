"""The database the benchmarks run on: the demonstration, once."""

from datetime import timedelta

from django.conf import settings
from django.core.management import call_command

from ledger import clock
from officers.actions import sheets
from officers.models import Officer, Sheet, Unit, User
from officers.models.users import Role

OFFICERS = 3000


def prepare() -> None:
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns where there is none
    if not Officer.objects.exists():
        call_command("load_demo", officers=OFFICERS, seed=1, verbosity=0)


def administrator() -> User:
    """An administrator with an open sheet's unit in his scope."""
    for user in User.objects.order_by("pk"):
        if user.has_role(Role.ADMINISTRATOR) and Unit.objects.filter(path__in=user.scope(Role.ADMINISTRATOR)):
            return user
    raise LookupError("the demonstration has no administrator")


def open_sheet(user: User) -> Sheet:
    """A sheet of that administrator to write on."""
    unit = Unit.objects.get(path=user.scope(Role.ADMINISTRATOR)[0])
    return sheets.open(
        user,
        unit_id=unit.pk,
        site="Benchmark",
        tested_on=clock.today(),
        witness="Benchmark",
        reason="random",
        kit_lot="BENCH",
        kit_expires_on=clock.today() + timedelta(days=100),
        drugs=["methamphetamine", "mdma"],
    )
