"""A release's database, kept so that later releases can be tried on it: `make release-dump`.

What is written here goes through the actions, a little of everything that a year of use would leave.
"""

import contextlib
import tomllib
from pathlib import Path

from tests import database

RELEASES = Path(__file__).parent / "releases"


def version() -> str:
    return str(tomllib.loads((database.CHECKOUT / "pyproject.toml").read_text())["project"]["version"])


def fill() -> None:
    """Units, people, sheets in every state, settings that came and went, an erased image; all sealed."""
    from ledger.acting import erase
    from ledger.actors import CLOCK
    from ledger.models import Change
    from ledger.reading import note_read
    from ledger.sealing import seal
    from officers.actions import custody, drug_tests, officers, sheets, units
    from officers.models.users import Role
    from tests import make
    from tests.ledger import rows

    post, other = make.unit(), make.unit()
    keeper = make.user(Role.SYSTEM_ADMINISTRATOR)
    first, second = make.user(Role.ADMINISTRATOR, post), make.user(Role.ADMINISTRATOR, post)
    registrar = make.user(Role.REGISTRAR)
    sheet = make.sheet(first, post)
    for _ in range(5):
        make.test(first, sheet)
    sent = make.non_negative(first, sheet)
    make.test(first, sheet, not_taken="refused")
    wrong = make.test(first, sheet)
    custody.dispatch(first, sent.pk, laboratory="L", received_by="R", place="P", seal="S-1")
    drug_tests.correct(
        second,
        sent.pk,
        make.line(
            sent.officer,
            specimen_number=sent.specimen_number,
            non_negative_for=["methamphetamine"],
            remark="r",
        ),
        reason="The remark was not copied.",
    )
    drug_tests.void(second, wrong.pk, reason="Another officer.")
    sheets.send(first, sheet.pk)
    make.sheet(first, post)
    moved = make.officer(post)
    officers.post(registrar, moved.pk, unit_id=other.pk, rank="R01", reason="Moved.")
    units.rename(keeper, other.pk, name_km="ប៉ុស្តិ៍ថ្មី", name_latin="New Post", reason="Renamed.")
    made = rows.some(3)
    rows.remove(CLOCK, made[2].pk)
    image = Change.objects.get(table_name=rows.TABLE, row_id=made[0].pk, version=1)
    erase(CLOCK, [image.pk], reason="Retention is over.")
    note_read(first, "opened", "officers_officer", moved.pk, fields=["name_km"])
    seal()
    rows.put(CLOCK, 9)


def main() -> None:
    with contextlib.ExitStack() as servers:
        slot = database.take_environment(servers)
        import django

        django.setup()
        from ledger.sealing import head
        from ledger.verification import verify

        database.make_database(slot)
        fill()
        if findings := verify():
            raise SystemExit("\n".join(map(str, findings)))
        RELEASES.mkdir(exist_ok=True)
        (RELEASES / f"{version()}.head").write_text(f"{head()}\n")
        dump = RELEASES / f"{version()}.sql.gz"
        dump.write_bytes(database.dump_database(slot))
        print(f"{dump.name}: {dump.stat().st_size // 1024} kB, head {head()}")


if __name__ == "__main__":
    main()
