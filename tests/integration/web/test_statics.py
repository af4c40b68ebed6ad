"""Static files: names with a digest, caching, types, the packed variant, the borders of the folders; packed pages and data."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from werkzeug.test import EnvironBuilder

from core.errors import MissingRecord
from core.testing.client import Client
from core.web.request import Request, Response
from core.web.statics import StaticFiles

TOKEN = re.compile(r"[\w-]{86}==")
"""A masked token, another one in each page."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files of the core and of the addon ``shop``, and a secret outside both."""
    core = tmp_path / "core"
    for name, content in {
        "core/app.css": "@font-face{src:url(fonts/a.woff2)}b{background:url('none.png')}a{color:red}" * 20,
        "core/app.js": "f();\n" * 500,
        "core/tiny.js": "f()",
        "core/page.mjs": "export {}",
        "core/mark.svg": "<svg/>",
        "core/list.json": "[]",
        "core/fonts/a.woff2": "font" * 500,
        "core/.hidden.css": "a{}",
        "shop/order.js": "g()",
        "secret.txt": "secret",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    (core / "way_out.txt").symlink_to(tmp_path / "secret.txt")
    return core


@pytest.fixture
def statics(folder: Path) -> StaticFiles:
    return StaticFiles(lambda: {"shop": folder.parent / "shop"}, folder)


def ask(statics: StaticFiles, address: str, method: str = "GET", **headers: str) -> Response:
    """Return the answer."""
    builder = EnvironBuilder(address, method=method, headers={k.replace("_", "-"): v for k, v in headers.items()})
    return statics.send(Request(builder.get_environ()), address.removeprefix("/static/"))


def test_the_name_with_the_digest_is_kept_for_good_and_changes_with_the_content(
    statics: StaticFiles, folder: Path
) -> None:
    address = statics.url("app.js")
    assert re.fullmatch(r"/static/app\.[0-9a-f]{12}\.js", address)
    assert ask(statics, address).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert ask(statics, "/static/app.js").headers["Cache-Control"] == "public, max-age=300"
    (folder / "app.js").write_text("other();")
    assert statics.url("app.js") != address
    # The page of an older process gets the file of today, and is not told to keep it under that name.
    answer = ask(statics, address)
    assert (answer.data, answer.headers["Cache-Control"]) == (b"other();", "public, max-age=300")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("app.css", "text/css; charset=utf-8"),
        ("app.js", "text/javascript; charset=utf-8"),
        ("page.mjs", "text/javascript; charset=utf-8"),
        ("mark.svg", "image/svg+xml"),
        ("list.json", "application/json"),
        ("fonts/a.woff2", "font/woff2"),
    ],
)
def test_each_kind_of_file_has_its_type(statics: StaticFiles, name: str, kind: str) -> None:
    assert ask(statics, statics.url(name)).headers["Content-Type"] == kind


def test_a_style_sheet_names_its_fonts_by_their_digest(statics: StaticFiles) -> None:
    sheet = ask(statics, statics.url("app.css")).get_data(as_text=True)
    assert f"url({statics.url('fonts/a.woff2').removeprefix('/static/')})" in sheet
    assert "url('none.png')" in sheet


def test_text_is_packed_for_who_takes_it_and_fonts_never(statics: StaticFiles) -> None:
    plain, packed = (ask(statics, "/static/app.js", Accept_Encoding=words) for words in ("identity", "br, gzip"))
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 5
    for name in ("tiny.js", "fonts/a.woff2"):
        assert "Content-Encoding" not in ask(statics, f"/static/{name}", Accept_Encoding="gzip").headers


def test_what_the_browser_has_is_not_sent_again_and_a_part_can_be_asked_for(statics: StaticFiles) -> None:
    tag = ask(statics, "/static/app.js").headers["ETag"]
    again = ask(statics, "/static/app.js", If_None_Match=tag)
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    part = ask(statics, "/static/app.js", Range="bytes=0-3")
    assert (part.status_code, part.data) == (206, b"f();")
    assert ask(statics, "/static/app.js", "HEAD").data == b""


def test_an_addons_files_lie_below_its_name(statics: StaticFiles) -> None:
    assert ask(statics, statics.url("shop/order.js")).data == b"g()"
    with pytest.raises(MissingRecord):
        statics.url("other/order.js")


@pytest.mark.parametrize(
    "name",
    [
        "../secret.txt",
        "fonts/../../secret.txt",
        "shop/../../secret.txt",
        "way_out.txt",
        ".hidden.css",
        "fonts",
        "shop",
        "",
        "/etc/passwd",
        "..\\secret.txt",
        "none.js",
        "app.js\0",
        "app.0123456789ab.css.css",
        "shop/../core/app.js",
    ],
)
def test_nothing_outside_the_folders_can_be_had(statics: StaticFiles, name: str) -> None:
    with pytest.raises(MissingRecord):
        statics.send(Request(EnvironBuilder("/").get_environ()), name)


def test_what_was_made_goes_with_the_object(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made = tmp_path / "made"
    made.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(made))
    statics = StaticFiles(folder=folder)
    statics.url("app.js")
    assert list(made.iterdir())
    del statics
    assert not list(made.iterdir())


def test_pages_and_data_are_packed_for_who_takes_it(client: Callable[..., Client]) -> None:
    ann = client("ann")
    for path in ("/", "/api/v1/openapi.json"):
        plain = ann.request("GET", path, headers={"Accept": "text/html, application/json"})
        packed = ann.request("GET", path, headers={"Accept": "text/html, application/json", "Accept-Encoding": "gzip"})
        assert "Content-Encoding" not in plain.headers
        assert packed.headers["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in plain.headers["Vary"]
        assert "Accept-Encoding" in packed.headers["Vary"]
        assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data)
        unpacked = gzip.decompress(packed.data).decode()
        assert TOKEN.sub("", unpacked) == TOKEN.sub("", plain.text)
    short = ann.request("GET", "/healthz", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in short.headers
    assert ann.request("GET", "/", headers={"Accept-Encoding": "gzip;q=0"}).headers.get("Content-Encoding") is None
