"""The start page, static files, headers, health, logs."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.app import Application
from core.orm import bookkeeping
from core.testing.client import Client
from core.web.accesslog import JsonLines

from .conftest import make_application

HTML = {"Accept": "text/html"}
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:", re.IGNORECASE)


def test_a_page_tells_who_you_are_which_addons_are_enabled_and_how_programs_call(client: Callable[..., Client]) -> None:
    page = client("ann").request("GET", "/about", headers=HTML)
    assert page.status_code == 200
    for word in ("Ann", "Clerk", "Web shop", "1.2.3", "/api/v1/openapi.json", "tangram user key ann"):
        assert word in page.text


def test_the_start_page_has_the_menus_that_are_open_to_you(client: Callable[..., Client]) -> None:
    assert "/records/web.customer" in client("ann").request("GET", "/records/web.customer", headers=HTML).text
    assert "/records/web.secret" not in client("ann").request("GET", "/records/web.customer", headers=HTML).text
    assert "/records/web.secret" in client("boss").request("GET", "/records/web.customer", headers=HTML).text


def test_only_who_may_open_the_apps_is_led_to_them(client: Callable[..., Client], boss: Client) -> None:
    assert '<a href="/apps">' in boss.request("GET", "/", headers=HTML).text
    assert 'href="/apps"' not in client("ann").request("GET", "/", headers=HTML).text


@pytest.mark.rows("CORE-49")
def test_the_start_page_is_in_the_users_language(client: Callable[..., Client], boss: Client) -> None:
    user = boss.get_json("/api/v1/core.user", domain=[["login", "=", "bob"]])["records"][0]["id"]
    boss.patch_json(f"/api/v1/core.user/{user}", {"language": "zh_CN"})
    page = client("bob").request("GET", "/", headers=HTML).text
    assert '<html lang="zh-CN"' in page
    assert "小店" in page
    assert "客户" in page


@pytest.mark.parametrize("path", ["/login", "/", "/nowhere"])
def test_pages_have_nothing_inline_and_a_strict_policy(ann: Client, client: Callable[..., Client], path: str) -> None:
    answer = (client() if path == "/login" else ann).request("GET", path, headers=HTML)
    assert not INLINE.search(answer.text)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store"
    for url in re.findall(r'(?:src|href)="(/static/[^"]+)"', answer.text):
        file = ann.get(url)
        assert file.status_code == 200
        assert "immutable" in file.headers["Cache-Control"]
        assert file.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/api/v1/web.tag", "/healthz", "/static/app.css", "/api/v1/none", "/login"])
def test_every_answer_has_the_headers(ann: Client, path: str) -> None:
    headers = ann.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Request-Id"]


@pytest.mark.parametrize("name", ["../application.py", "..%2fapplication.py", "none.css", "", "/etc/passwd"])
def test_only_static_files_are_served(ann: Client, name: str) -> None:
    assert ann.get(f"/static/{name}").status_code == 404


def test_a_static_file_that_has_not_changed_is_not_sent_again(ann: Client) -> None:
    tag = ann.get("/static/app.css").headers["ETag"]
    assert ann.request("GET", "/static/app.css", headers={"If-None-Match": tag}).status_code == 304


def test_an_error_of_a_page_is_a_page(ann: Client) -> None:
    answer = ann.request("GET", "/nowhere", headers=HTML)
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert answer.headers["X-Request-Id"] in answer.text
    # An address of the API answers with data whoever asks.
    assert ann.request("GET", "/api/v1/none", headers=HTML).mimetype == "application/problem+json"


def test_health(ann: Client) -> None:
    assert ann.get_json("/healthz") == {"status": "ok"}
    assert ann.get_json("/readyz") == {"status": "ready"}


def test_a_database_that_is_not_there_is_not_ready(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    empty = Client(make_application(f"sqlite:///{tmp_path / 'empty.db'}", tmp_path))
    answer = empty.get("/readyz")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    missing = Client(make_application(f"sqlite:///{tmp_path / 'no folder' / 'x.db'}", tmp_path))
    assert missing.get("/readyz").status_code == 503
    assert missing.get("/healthz").status_code == 200
    broken = missing.get("/api/v1/web.tag")
    assert broken.status_code in (401, 500)
    assert str(tmp_path) not in broken.text


def test_a_database_without_a_column_of_the_code_is_not_ready_and_says_what_helps(
    shop: Application, ann: Client, caplog: pytest.LogCaptureFixture
) -> None:
    def rename(old: str, new: str) -> None:
        with shop.database().engine.begin() as connection:
            connection.execute(sa.text(f"ALTER TABLE web_tag RENAME COLUMN {old} TO {new}"))
            bookkeeping.bump_sequence(connection)

    rename("name", "name_of_old")
    try:
        answer = ann.get("/readyz")
        assert answer.status_code == 503 and "tangram addons upgrade" in answer.text and "web_tag" not in answer.text
        assert "lacks web_tag.name" in caplog.text
        failed = ann.get("/api/v1/web.tag")
        assert failed.status_code == 500 and "tangram addons upgrade" in failed.text
    finally:
        rename("name_of_old", "name")
    assert ann.get_json("/readyz") == {"status": "ready"}


def test_a_request_is_one_line_of_json_without_parameters(ann: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "core.web.access"):
        ann.request("GET", "/api/v1/web.tag", query={"domain": "[]"}, headers={"X-Request-Id": "from-the-proxy-1"})
    line = JsonLines().format([each for each in caplog.records if each.name == "core.web.access"][-1])
    assert "\n" not in line
    data = json.loads(line)
    assert (data["request_id"], data["path"], data["status"], data["method"]) == (
        "from-the-proxy-1",
        "/api/v1/web.tag",
        200,
        "GET",
    )
    assert data["database"] == "default"
    assert data["user"] > 1
    assert "domain" not in line


def test_a_strange_request_id_is_not_taken_over(ann: Client) -> None:
    answer = ann.request("GET", "/healthz", headers={"X-Request-Id": "a b\tc"})
    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["X-Request-Id"])


def test_the_host_name_chooses_the_database(shop: Application, tmp_path: Path) -> None:
    settings = shop.settings.model_copy(
        update={"databases": {"other": f"sqlite:///{tmp_path / 'other.db'}"}, "hosts": {"other.example": "other"}}
    )
    app = Application(settings)
    app.lifecycle("other").install([])
    try:
        mine, other = Client(app, "ann"), Client(app, base_url="http://other.example:8069")
        assert mine.get("/api/v1/web.tag").status_code == 200
        # The session of one database is worth nothing on the other.
        key = mine._werkzeug.get_cookie("tangram_session", domain="localhost")
        assert key is not None
        other._werkzeug.set_cookie("tangram_session", key.value, domain="other.example")
        assert other.get("/api/v1/core.user").status_code == 401
    finally:
        app.close()
