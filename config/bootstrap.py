# coding: utf-8
"""From a bare Python to a ready `.venv`, then on to the command: `python config/bootstrap.py GOAL`.

Standard library only, and written so that a Python far too old still reads it and says so in one sentence.
GOAL is `run`, `backup` or `restore` (what the system needs), or `environment` (what checking and testing need on top).
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys

OLDEST = (3, 12)
CHECKOUT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ENVIRONMENT = os.path.join(CHECKOUT, ".venv")
PYTHON = os.path.join(ENVIRONMENT, "bin", "python")
STAMP = os.path.join(ENVIRONMENT, "probity.json")
RUN, DEVELOP = "base.txt", "dev.txt"
GOALS = {
    "run": ["-m", "config.embedded", "run"],
    "backup": ["-m", "config.backup", "backup"],
    "restore": ["-m", "config.backup", "restore"],
    "environment": None,
}


def main(arguments):
    if sys.version_info < OLDEST:
        sys.exit(
            "Probity needs Python {}.{} or newer, and {} is {}: install one, or name it, as in "
            "`make run PYTHON=/path/to/python3`.".format(OLDEST[0], OLDEST[1], sys.executable, version())
        )
    if len(arguments) != 1 or arguments[0] not in GOALS:
        sys.exit("Say what for: python config/bootstrap.py {}.".format(", ".join(GOALS)))
    following = GOALS[arguments[0]]
    os.chdir(CHECKOUT)
    with Lock():
        make_environment(RUN if following else DEVELOP)
        build_assets()
        compile_catalogues()
    if following:
        os.execv(PYTHON, [PYTHON, *following])


def version():
    return ".".join(str(part) for part in sys.version_info[:3])


class Lock(object):
    """`make run` and `make test` may start at the same moment: one makes the environment, the other waits."""

    def __enter__(self):
        import fcntl

        self.file = open(os.path.join(CHECKOUT, ".bootstrap.lock"), "a")
        fcntl.flock(self.file, fcntl.LOCK_EX)

    def __exit__(self, *ignored):
        self.file.close()


def make_environment(lock):
    """Have `.venv` hold what `lock` names; does nothing when it does already."""
    stamp = read_stamp()
    if DEVELOP in stamp.get("locks", {}):
        lock = DEVELOP  # a developer's environment stays one: that lock holds all of the other
    if not usable(stamp):
        announce("Making the environment in .venv ({}) ...".format(version()))
        create()
        stamp = {}
        write_stamp({})
    digest = digest_of(lock)
    if stamp.get("locks", {}).get(lock) == digest:
        return
    announce("Installing the packages of requirements/{} (a few minutes the first time) ...".format(lock))
    install(lock)
    write_stamp({lock: digest})


def write_stamp(locks):
    with open(STAMP, "w") as file:
        json.dump({"prefix": ENVIRONMENT, "python": version(), "locks": locks}, file)


def read_stamp():
    try:
        with open(STAMP) as file:
            return json.load(file)
    except (IOError, ValueError):
        return {}


def usable(stamp):
    """Whether `.venv` was made by this program and this Python, stands where it was made, and still runs."""
    if stamp.get("prefix") != ENVIRONMENT or stamp.get("python") != version():
        return False
    try:
        return subprocess.call([PYTHON, "-c", ""], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def create():
    uv = shutil.which("uv")
    if os.path.islink(ENVIRONMENT) or os.path.isfile(ENVIRONMENT):
        os.unlink(ENVIRONMENT)
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    if uv:
        command = [uv, "venv", "--quiet", "--python", sys.executable, ENVIRONMENT]
    else:
        command = [sys.executable, "-m", "venv", ENVIRONMENT]
    run(command, "The environment could not be made (some systems keep `venv` in a package, python3-venv)")


def install(lock):
    uv = shutil.which("uv")
    path = os.path.join("requirements", lock)
    if uv:
        command = [uv, "pip", "sync", "--quiet", "--require-hashes", "--python", PYTHON, path]
    else:
        if subprocess.call([PYTHON, "-c", "import pip"], stderr=subprocess.DEVNULL):  # uv made it
            run([PYTHON, "-m", "ensurepip"], "pip could not be added to the environment")
        command = [PYTHON, "-m", "pip", "install", "-qq", "--require-hashes", "--no-deps"]
        command += ["--disable-pip-version-check", "--no-input", "-r", path]
    run(command, "The packages could not be installed")


def build_assets():
    """Stylesheets, scripts and fonts; the builder itself sees whether anything changed."""
    run([PYTHON, os.path.join("assets", "build.py")], "The assets could not be built")


def compile_catalogues():
    """The translations that changed since; without them every page and test speaks English."""
    run([PYTHON, "-m", "config.catalogues", "compile"], "The translations could not be compiled")


def digest_of(lock):
    with open(os.path.join(CHECKOUT, "requirements", lock), "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def run(command, sentence):
    status = subprocess.call(command, stdin=subprocess.DEVNULL)
    if status:
        sys.exit("{}: the reason stands above.".format(sentence))


def announce(text):
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
