"""A backup of the tests' own database, made and put back by the command line as on a real server."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import threading
from io import BytesIO

import psycopg
import pytest
from django.conf import settings

from config.backup import database as backed_up
from config.backup import manifest
from config.backup.__main__ import main
from config.keys import load_keys, rotate_secret_key
from foundation.files import keep, kept_path
from foundation.jobs.overview import JobRun
from ledger.actors import CLOCK
from ledger.sealing import head, seal
from ledger.verification import heads_in, verify
from officers.models import DrugTest
from tests import database, make
from tests.config.launching import CHECKOUT
from tests.ledger import rows

pytestmark = pytest.mark.django_db(
    transaction=True, databases=["default", "migrator", "sequencer", "auditor"]
)


@pytest.fixture(autouse=True)
def _keys_as_before():
    """Servers that later tests start read them, and must trust the sessions that this process signs."""
    keys = settings.KEYS_DIR / "secret_keys"
    before = keys.read_text()
    yield
    keys.write_text(before)


@pytest.fixture
def command(monkeypatch, capsys):
    """`python -m config.backup` in this process, none of whose connections is in its way: (status, out, err)."""

    def call(*words, **environment):
        before = os.umask(0)
        with monkeypatch.context() as patch, database._alone():
            for name, value in environment.items():
                patch.setenv(name, value)
            capsys.readouterr()
            status = main([str(word) for word in words])
        os.umask(before)
        return (status, *capsys.readouterr())

    return call


@pytest.fixture
def succeeds(command):
    """A command that ends well; what it said."""

    def call(*words, **environment):
        status, said, error = command(*words, **environment)
        assert status == 0, error
        return said

    return call


@pytest.fixture
def refused(command):
    """What is said to a command that changes nothing: one line."""

    def call(*words, **environment):
        status, said, error = command(*words, **environment)
        assert status == 1, said
        assert len(error.splitlines()) == 1, error
        return error

    return call


@pytest.fixture(autouse=True)
def _nothing_of_other_tests():
    """This process's heads and files are those of many databases."""
    shutil.rmtree(settings.HEADS_FILE.parent, ignore_errors=True)
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)


@pytest.fixture
def places(tmp_path):
    return tmp_path / "backups", tmp_path / "keys"


@pytest.fixture
def backup(places, succeeds):
    """A sheet with two tests, a file and a head; and the backup of them."""
    sheet = make.sheet()
    make.test(sheet_=sheet)
    make.non_negative(sheet_=sheet)
    seal()
    keep(BytesIO(b"roll"), "imports", limit=100)
    succeeds("backup", "--to", places[0], "--keys", places[1])
    return manifest.find(places[0])


def test_what_was_backed_up_comes_back_and_people_go_on_working(backup, succeeds):
    kept = head()
    make.test()
    seal()
    (uploaded,) = kept_path("imports", "").iterdir()
    uploaded.unlink()

    said = succeeds("restore", "--from", backup, "--replace")

    assert f"The log is whole: head {kept}" in said
    assert DrugTest.objects.count() == 2
    assert uploaded.read_bytes() == b"roll"
    assert heads_in(settings.HEADS_FILE.read_text().splitlines()) == [kept]
    make.test()
    seal()
    assert verify(against=[kept, head()]) == []


def test_heads_written_since_the_backup_are_set_aside_and_show_what_is_lost(backup, succeeds):
    rows.put(CLOCK, 1)
    seal()
    newer = head()

    succeeds("restore", "--from", backup, "--replace")

    (aside,) = settings.HEADS_FILE.parent.glob("heads.log.before-*")
    assert newer in heads_in(aside.read_text().splitlines())
    assert [finding.kind for finding in verify(against=[newer])] == ["cut-tail"]


def test_a_database_with_data_is_not_written_over_unasked(backup, refused):
    make.test()

    assert "REPLACE=1" in refused("restore", "--from", backup)

    assert DrugTest.objects.count() == 3


def test_a_system_that_still_serves_is_not_restored_over(backup, superuser, refused):
    assert "sessions are open" in refused("restore", "--from", backup, "--replace")


@pytest.mark.parametrize("name", ["files.tar.gz", "heads.log", "database/toc.dat", "a table"])
def test_one_byte_that_was_changed_is_named_and_nothing_is_touched(backup, name, refused):
    largest = max((backup / "database").glob("*.dat.gz"), key=lambda path: path.stat().st_size)
    path = largest if name == "a table" else backup / name
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))

    said = refused("restore", "--from", backup, "--replace")

    assert "damaged or was altered" in said
    assert path.name in said
    assert DrugTest.objects.count() == 2


def test_a_manifest_that_was_made_to_fit_is_named(backup, refused):
    path = backup / "heads.log"
    path.write_text(f"7:{'ab' * 32}\n")
    told = json.loads((backup / manifest.NAME).read_text())
    told["files"]["heads.log"] = list(manifest.digests(backup, ["heads.log"])["heads.log"])
    (backup / manifest.NAME).write_text(json.dumps(told))

    assert "was altered" in refused("restore", "--from", backup, "--replace")


def test_a_part_that_is_missing_is_named(backup, refused):
    (backup / "database" / "toc.dat").unlink()

    assert "toc.dat is missing" in refused("restore", "--from", backup, "--replace")


def test_a_backup_of_a_later_release_is_refused(backup, refused):
    path = backup / manifest.NAME
    told = json.loads(path.read_text())
    path.write_text(json.dumps(told | {"release": "999.0.0"}))
    assert "release 999.0.0" in refused("restore", "--from", backup, "--replace")
    path.write_text(json.dumps(told | {"format": 999}))
    assert "later one" in refused("restore", "--from", backup, "--replace")
    path.write_text("{")
    assert "cannot be read" in refused("restore", "--from", backup, "--replace")


def test_a_backup_with_migrations_this_release_lacks_is_refused(backup, refused):
    path = backup / manifest.NAME
    told = manifest.read(backup)
    later = {**told.__dict__, "migrations": [*told.migrations, "officers.9999_later"]}
    manifest.write(manifest.Manifest(**later), backup, settings.PEPPER)

    assert "officers.9999_later" in refused("restore", "--from", path.parent, "--replace")
    assert DrugTest.objects.count() == 2


def test_the_keys_are_in_an_archive_of_their_own_and_nowhere_in_the_backup(backup, places):
    (archive,) = places[1].iterdir()
    assert archive.stat().st_mode & 0o777 == 0o600
    assert archive.stat().st_size > 0
    secrets = [settings.SECRET_KEY.encode(), settings.PEPPER, settings.PEPPER.hex().encode()]
    for path in backup.rglob("*"):
        assert path.is_dir() or not any(secret in path.read_bytes() for secret in secrets)
        assert path.stat().st_mode & 0o077 == 0


def test_data_is_not_restored_under_other_keys_than_its_own(backup, places, tmp_path, refused, succeeds):
    other = tmp_path / "other keys"
    elsewhere = {"PROBITY_KEYS": str(other)}

    assert "KEYS=" in refused("restore", "--from", backup, "--replace", **elsewhere)
    assert "no archive of keys" in refused("restore", "--from", backup, "--keys", backup, **elsewhere)
    succeeds("restore", "--from", backup, "--keys", places[1], "--replace", **elsewhere)
    assert (other / "pepper").read_text() == (settings.KEYS_DIR / "pepper").read_text()
    assert (other / "pepper").stat().st_mode & 0o777 == 0o600


def test_keys_that_were_rotated_since_still_open_the_backup(backup, succeeds):
    rotate_secret_key(settings.KEYS_DIR)

    succeeds("restore", "--from", backup, "--replace")


def test_other_keys_that_stand_there_are_set_aside_only_when_told(
    backup, places, tmp_path, refused, succeeds
):
    other = tmp_path / "other"
    elsewhere = {"PROBITY_KEYS": str(other)}
    load_keys(other)
    standing = (other / "pepper").read_text()

    assert "not those" in refused("restore", "--from", backup, "--keys", places[1], **elsewhere)
    assert (other / "pepper").read_text() == standing
    succeeds("restore", "--from", backup, "--keys", places[1], "--replace", **elsewhere)
    assert (other / "pepper.before").read_text() == standing


def test_keys_that_are_lost_for_good_are_done_without_when_told(backup, tmp_path, succeeds):
    succeeds("restore", "--from", backup, "--replace", "--new-keys", PROBITY_KEYS=str(tmp_path / "new"))


def test_the_keys_alone_are_backed_up_after_a_rotation(places, succeeds):
    rotate_secret_key(settings.KEYS_DIR)

    succeeds("backup", "--keys", places[1])

    (archive,) = places[1].iterdir()
    with tarfile.open(archive) as tar:
        assert {"secret_keys", "pepper"} <= set(tar.getnames())
    assert not places[0].exists()


def test_keys_and_data_are_not_kept_in_one_place(tmp_path, refused):
    assert "apart" in refused("backup", "--to", tmp_path, "--keys", tmp_path / "keys")


def test_what_is_missing_from_the_words_is_said(tmp_path, refused):
    assert "make backup TO=" in refused("backup")
    assert "make restore FROM=" in refused("restore")
    assert "no whole backup" in refused("restore", FROM=str(tmp_path))
    assert "KEEP is 'some'" in refused("backup", TO=str(tmp_path), KEEP="some")


def test_only_so_many_backups_are_kept_and_the_newest_stay(backup, places, succeeds):
    for day in ("20240101", "20240102"):
        backup.rename(older := backup.with_name(f"probity-{day}T000000Z"))
        backup = older
        succeeds("backup", "--to", places[0])
        backup = manifest.find(places[0])
    backup.rename(backup.with_name("probity-20240103T000000Z"))
    assert len(manifest.whole(places[0])) == 3

    succeeds("backup", "--to", places[0], KEEP="2")

    oldest, newest = manifest.whole(places[0])
    assert oldest.name == "probity-20240103T000000Z"
    assert newest.name > oldest.name


def test_a_backup_leaves_word_of_itself(backup):
    assert JobRun.objects.get(task="backup").succeeded


def started(*words):
    return subprocess.Popen(
        [sys.executable, "-m", "config.backup", *map(str, words)],
        cwd=CHECKOUT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )


def until(true):
    for _ in range(600):
        if true():
            return
        threading.Event().wait(0.05)  # another process does it
    raise AssertionError("it never came true")


def test_a_backup_that_was_cut_short_does_not_look_whole_and_the_next_clears_it_away(
    places, superuser, refused, succeeds
):
    superuser.execute("BEGIN")
    superuser.execute("LOCK TABLE officers_sheet IN ACCESS EXCLUSIVE MODE")
    running = started("backup", "--to", places[0])
    until(lambda: list(places[0].glob("*.unfinished/database")))
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    superuser.execute("ROLLBACK")

    assert manifest.whole(places[0]) == []
    assert "no whole backup" in refused("restore", "--from", places[0])
    succeeds("backup", "--to", places[0])
    assert len(manifest.whole(places[0])) == 1
    assert not list(places[0].glob("*.unfinished"))


def comment():
    """What the database says of itself, asked from outside it."""
    name = settings.DATABASES["migrator"]["NAME"]
    with database.postgres.connect() as server:
        said = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
        return server.execute(said, [name]).fetchone()[0]


def test_a_restore_that_was_cut_short_lets_nobody_in_and_is_repeated_with_the_same_words(backup, succeeds):
    with database._alone():
        running = started("restore", "--from", backup, "--replace")
        until(lambda: comment() == backed_up.UNFINISHED)
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        start = subprocess.run(
            [sys.executable, "-m", "config.embedded.prepare"],
            cwd=CHECKOUT,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"},
            capture_output=True,
            text=True,
            check=False,
        )
    assert start.returncode == 1
    assert "was not finished. Repeat it" in start.stderr
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(os.environ["DATABASE_URL"])

    until(lambda: not backed_up.in_use())
    succeeds("restore", "--from", backup)

    assert DrugTest.objects.count() == 2


@pytest.mark.bends_the_log
def test_a_restored_log_that_was_bent_lets_nobody_in(places, superuser, command, succeeds):
    rows.put(CLOCK, 1)
    seal()
    superuser.execute("ALTER TABLE officers_settingversion DISABLE TRIGGER capture_update")
    superuser.close()
    succeeds("backup", "--to", places[0])

    status, _, error = command("restore", "--from", places[0], "--replace")

    assert status == 1
    assert "disabled-trigger: officers_settingversion" in error
    assert "nobody is let in" in error
    assert backed_up.is_unfinished()
