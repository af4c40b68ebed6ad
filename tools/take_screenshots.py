"""Take pictures of the pages with the demo data: those of the README into ``docs/images``, with ``--all`` every page in each look.

A database is made for it in a folder that is deleted afterwards; ``--all`` writes to ``build/screenshots``. Names of pages may be given
to take only these.
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import Browser, TimeoutError, sync_playwright

from tools.browser import launch
from tools.faults import ROOT
from tools.pages import LOOKS, SIZES, VISITS, Look, Visit, visit

IMAGES = ROOT / "docs" / "images"
EVERYTHING = ROOT / "build" / "screenshots"
LOGIN = ("admin", "tangram-demo")
TANGRAM = Path(sys.executable).with_name("tangram")
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def main(arguments: list[str]) -> int:
    """Take them; return the exit status."""
    names = [each for each in arguments if not each.startswith("-")]
    take_all = "--all" in arguments
    visits = [each for each in VISITS if not names or each.name in names]
    with demo_site() as address, sync_playwright() as playwright:
        browser = launch(playwright)
        for look in LOOKS:
            wanted = [each for each in visits if take_all or look in each.shown]
            take(browser, address, look, wanted, EVERYTHING if take_all else IMAGES)
        browser.close()
    return 0


@contextmanager
def demo_site() -> Iterator[str]:
    """Serve a new database with all addons and the demo data; yield its address."""
    with tempfile.TemporaryDirectory(prefix="tangram-pictures-") as folder:
        environment = {**os.environ, "TANGRAM_DATA_DIR": folder, "TANGRAM_LOG_LEVEL": "warning"}
        words = [str(TANGRAM), "init", "--profile", "full", "--demo", "--admin-password", LOGIN[1]]
        subprocess.run(words, check=True, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        server = subprocess.Popen(
            [str(TANGRAM), "serve", "--port", "0"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
        )
        try:
            yield address_told(server)
        finally:
            server.terminate()
            server.wait(30)


def address_told(server: subprocess.Popen[str]) -> str:
    """Return the address that the server prints first.

    Raises:
        RuntimeError: It ended instead.
    """
    assert server.stdout is not None
    for line in server.stdout:
        start = line.find("http://")
        if start >= 0:
            return line[start:].split()[0].rstrip("/")
    raise RuntimeError("the server did not start; what it wrote stands above")


def take(browser: Browser, address: str, look: Look, visits: list[Visit], folder: Path) -> None:
    """Log in and take a picture of each page in this look."""
    if not visits:
        return
    folder.mkdir(parents=True, exist_ok=True)
    width, height = SIZES[look.size]
    context = browser.new_context(
        base_url=address,
        viewport={"width": width, "height": height},
        color_scheme="dark" if look.scheme == "dark" else "light",
        locale=look.lang.replace("_", "-"),
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(f"/login?lang={look.lang}")
    for selector, text in zip(("#login", "#password"), LOGIN, strict=True):
        page.locator(selector).fill(text)
    page.locator("#password").press("Enter")
    page.wait_for_url("**/")
    for each in visits:
        visit(page, each)
        # A search that a later letter takes the place of is never told to be over; what the page is to show is there already.
        with suppress(TimeoutError):
            page.wait_for_load_state("networkidle", timeout=10_000)
        path = folder / f"{each.name}-{look}.png"
        path.write_bytes(packed(page.screenshot(animations="disabled", caret="hide")))
        print(path.relative_to(ROOT), f"{path.stat().st_size / 1000:.0f} KB")
    context.close()


def packed(picture: bytes) -> bytes:
    """Return a PNG with its pixels packed as well as zlib can."""
    assert picture.startswith(SIGNATURE)
    chunks: list[tuple[bytes, bytes]] = []
    at = len(SIGNATURE)
    while at < len(picture):
        (length,) = struct.unpack(">I", picture[at : at + 4])
        chunks.append((picture[at + 4 : at + 8], picture[at + 8 : at + 8 + length]))
        at += 12 + length
    pixels = zlib.decompress(b"".join(data for kind, data in chunks if kind == b"IDAT"))
    kept = [(kind, data) for kind, data in chunks if kind in (b"IHDR", b"PLTE", b"tRNS")]
    kept += [(b"IDAT", zlib.compress(pixels, 9)), (b"IEND", b"")]
    return SIGNATURE + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in kept
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
