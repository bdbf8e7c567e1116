"""What the drill has done in a process of the system's own: `python -m tests.config.drilling WHAT [SECRET]`."""

import hashlib
import os
import sys
from datetime import timedelta
from io import BytesIO
from itertools import count

import django

from config.embedded.folder import Folder

os.environ.update(Folder.of_this_checkout().known_addresses(), DJANGO_SETTINGS_MODULE="config.settings")
django.setup()

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.core.files import File

from foundation.files import kept_path
from ledger import clock
from officers.actions import imports, sheets
from officers.models import Import, Sheet, Unit, User
from officers.models.users import Role


def administrator() -> tuple[User, Unit]:
    for user in User.objects.order_by("pk"):
        for path in user.scope(Role.ADMINISTRATOR):
            return user, Unit.objects.get(path=path)
    raise LookupError("nobody administers tests here")


def enrol(username: str, secret: str) -> None:
    """A second factor, as its page keeps it."""
    user = User.objects.get(username=username)
    Authenticator.objects.create(user=user, type="totp", data={"secret": get_adapter().encrypt(secret)})


def write() -> None:
    """Open sheets and upload files until told to stop by SIGTERM, saying each once it is done for good."""
    user, unit = administrator()
    for number in count(1):
        header = {
            "site": f"Drill {number}",
            "tested_on": clock.today(),
            "witness": "Witness",
            "reason": "random",
            "kit_lot": "DRILL",
            "kit_expires_on": clock.today() + timedelta(days=100),
            "drugs": ["methamphetamine"],
        }
        sheets.open(user, unit_id=unit.pk, **header)
        print(f"sheet {number}", flush=True)
        file = File(BytesIO(f"number\n{number:06}\n".encode()))
        imports.upload(user, kind=Import.Kind.SHEET, unit_id=unit.pk, file=file, filename=f"{number}.csv")
        print(f"file {number}", flush=True)


def check() -> None:
    """Print the sheets of the drill, and how many files are there as their rows say."""
    found = Sheet.objects.filter(site__startswith="Drill ").order_by("pk").values_list("site", flat=True)
    print(*(site.removeprefix("Drill ") for site in found))
    uploads = list(Import.objects.all())
    whole = [
        row
        for row in uploads
        if hashlib.sha256(kept_path(imports.FOLDER, row.stored_as).read_bytes()).hexdigest() == row.sha256
    ]
    print(len(whole), len(uploads))


if __name__ == "__main__":
    {"enrol": enrol, "write": write, "check": check}[sys.argv[1]](*sys.argv[2:])
