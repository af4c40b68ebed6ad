"""Finds a Chromium and starts it; needs no system packages (browser tests, screenshots).

The first of these that is there: the program that ``CHROMIUM`` names, one on PATH, the npm package @sparticuz/chromium, which brings its
libraries and is unpacked once below ``node_modules/.cache``.
"""

from __future__ import annotations

import fcntl
import io
import os
import shutil
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import brotli

from tools.faults import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

PACKAGE = ROOT / "node_modules" / "@sparticuz" / "chromium" / "bin"
UNPACKED = ROOT / "node_modules" / ".cache" / "chromium"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ("--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars", "--font-render-hinting=none")
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""
TARS = ("al2023", "fonts", "swiftshader")


class NoBrowserError(Exception):
    """There is no Chromium; the text says how to get one."""


def launch(playwright: Playwright) -> Browser:
    """Start the browser, without a window.

    Raises:
        NoBrowserError: There is none.
    """
    program, environment = find_chromium()
    return playwright.chromium.launch(
        executable_path=str(program), args=list(ARGUMENTS), env={**os.environ, **environment}
    )


def find_chromium() -> tuple[Path, dict[str, str]]:
    """Return the program and the variables it needs.

    Raises:
        NoBrowserError: There is none.
    """
    named = os.environ.get("CHROMIUM")
    if named:
        if not Path(named).is_file():
            raise NoBrowserError(f"CHROMIUM names {named}, which is not there")
        return Path(named), {}
    for name in PROGRAMS:
        found = shutil.which(name)
        if found:
            return Path(found), {}
    if not PACKAGE.is_dir():
        raise NoBrowserError("no Chromium: run make setup, which fetches one, or name one in CHROMIUM")
    return unpack()


def unpack(package: Path = PACKAGE, target: Path = UNPACKED) -> tuple[Path, dict[str, str]]:
    """Unpack the npm package unless that was done; return the program and the variables it needs.

    Several processes may call this at once; one works and the others wait.
    """
    target.mkdir(parents=True, exist_ok=True)
    program = target / "chromium"
    stamp = target / "stamp"
    wanted = str((package / "chromium.br").stat().st_size)
    with (target / "lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
            for name in TARS:
                packed = brotli.decompress((package / f"{name}.tar.br").read_bytes())
                with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
                    # Python before 3.11.4, such as that of Debian 12, has no filter.
                    safely: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
                    archive.extractall(target / name, **safely)  # noqa: S202 - of a package whose checksum is in the lock file
            program.write_bytes(brotli.decompress((package / "chromium.br").read_bytes()))
            program.chmod(0o755)
            stamp.write_text(wanted, encoding="utf-8")
    libraries = ":".join(str(path) for path in _library_folders(target))
    return program, {"LD_LIBRARY_PATH": libraries, **_fonts(target)}


def _library_folders(target: Path) -> list[Path]:
    return sorted({path.parent for name in ("al2023", "swiftshader") for path in (target / name).rglob("*.so*")})


def _fonts(target: Path) -> dict[str, str]:
    """Write what tells fontconfig of the package's fonts: its own file names the folders of a cloud service."""
    text = FONTS.format(fonts=target / "fonts", cache=target / "fonts-cache")
    path = target / "fonts.conf"
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
    return {"FONTCONFIG_FILE": str(path)}
