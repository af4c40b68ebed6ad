"""Uploading to a record, downloading with its rights, showing what is harmless (CORE-66)."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from core.app import Application
from core.base.services.parameters import set_parameter
from core.testing.client import Client

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


@pytest.fixture
def customer(ann: Client) -> int:
    """A customer of ann's."""
    me = ann.get_json("/api/v1/core.user", domain=[["login", "=", "ann"]])["records"][0]["id"]
    made: int = ann.post_json("/api/v1/web.customer", {"name": "Sun", "owner": me})["id"]
    return made


def send(client: Client, name: str, content: bytes, **fields: Any) -> Any:
    """Send a multipart form; made here, since Werkzeug leaves the temporary file of a large one open."""
    parts = [f'Content-Disposition: form-data; name="{key}"\r\n\r\n{value}'.encode() for key, value in fields.items()]
    head = f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    body = b"".join(b"--frontier\r\n" + part + b"\r\n" for part in [*parts, head + content]) + b"--frontier--\r\n"
    return client.request("POST", "/files", data=body, content_type="multipart/form-data; boundary=frontier")


def test_a_file_is_read_by_whoever_reads_its_record(ann: Client, client: Callable[..., Client], customer: int) -> None:
    made = send(ann, "报价 (1).txt", b"hello", model="web.customer", record=customer)
    assert made.status_code == 201
    url = made.json["url"]
    got = ann.get(url)
    assert (got.status_code, got.data) == (200, b"hello")
    assert got.headers["Content-Disposition"].startswith('attachment; filename="__ (1).txt"')
    assert quote("报价 (1).txt", safe="") in got.headers["Content-Disposition"]
    assert got.mimetype == "application/octet-stream"
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in got.headers["Content-Security-Policy"]
    assert got.headers["Cache-Control"] == "private, no-cache"
    assert ann.request("GET", url, headers={"If-None-Match": got.headers["ETag"]}).status_code == 304
    part = ann.request("GET", url, headers={"Range": "bytes=1-3"})
    assert (part.status_code, part.data) == (206, b"ell")
    hidden = client("bob").get(url)
    missing = client("bob").get("/files/999999/x.txt")
    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert hidden.json["detail"] == missing.json["detail"]
    assert client().get(url).status_code == 404
    assert client("boss").get(url).status_code == 200


@pytest.mark.parametrize(
    ("name", "content", "shown"),
    [
        ("a.png", PNG, "image/png"),
        ("a.pdf", PDF, "application/pdf"),
        ("a.txt", "客户".encode(), "text/plain"),
        ("a.png", b"<script>alert(1)</script>", None),
        ("a.html", b"<script>alert(1)</script>", None),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", None),
        ("a.txt", b"MZ\x00\x01", None),
        ("a.txt", PNG, None),
        ("a.csv", b"=1+1", None),
        ("a.pdf", b"<html>", None),
    ],
)
def test_only_what_is_harmless_is_shown_inside_the_browser(
    ann: Client, customer: int, name: str, content: bytes, shown: str | None
) -> None:
    url = send(ann, name, content, model="web.customer", record=customer).json["url"]
    plain, preview = ann.get(url), ann.get(f"{url}?preview=1")
    assert (plain.mimetype, preview.mimetype) == ("application/octet-stream", shown or "application/octet-stream")
    assert plain.headers["Content-Disposition"].startswith("attachment")
    assert preview.headers["Content-Disposition"].startswith("inline" if shown else "attachment")
    assert preview.data == content
    for answer in (plain, preview):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "script-src" not in answer.headers["Content-Security-Policy"]


def test_an_upload_needs_the_token_the_record_and_the_right(
    ann: Client, client: Callable[..., Client], customer: int
) -> None:
    record = {"model": "web.customer", "record": customer}
    data = {"file": (io.BytesIO(b"x"), "a.txt")}
    assert ann.request("POST", "/files", data=data, headers={"X-CSRF-Token": ""}).status_code == 403
    assert send(client(), "a.txt", b"x").status_code == 401
    assert send(client("bob"), "a.txt", b"x", **record).status_code == 404
    for wrong in (
        {"model": "web.customer", "record": 999999},
        {"model": "web.customer", "record": "x"},
        {"model": "web.nothing", "record": customer},
        {"model": "web.secret", "record": 1},
    ):
        assert send(ann, "a.txt", b"x", **wrong).status_code == 404, wrong
    assert send(ann, "a.txt", b"x", model="web.customer").status_code == 400
    assert ann.request("POST", "/files", data={"model": "web.customer"}).status_code == 400
    assert send(ann, "a.txt", b"x", **record, field="name").status_code == 422
    assert send(ann, "a.txt", b"x", **record, field="none").status_code == 422
    token = ann.headers["X-CSRF-Token"]
    by_field = ann.request(
        "POST",
        "/files",
        data={
            "csrf_token": token,
            "model": "web.customer",
            "record": str(customer),
            "file": (io.BytesIO(b"x"), "a.txt"),
        },
        headers={"X-CSRF-Token": ""},
    )
    assert by_field.status_code == 201


def test_an_upload_of_a_refused_kind_or_size_is_refused_whole(shop: Application, ann: Client, customer: int) -> None:
    record = {"model": "web.customer", "record": customer}
    refused = send(ann, "a.exe", b"x", **record)
    assert (refused.status_code, refused.json["code"]) == (422, "validation.file_kind")
    shop.run(lambda env: set_parameter(env, "base.attachment_max_mb", 1))
    try:
        large = send(ann, "a.txt", b"x" * (1 << 20) + b"x", **record)
        assert (large.status_code, large.json["code"]) == (422, "validation.file_size")
        assert send(ann, "a.txt", b"x" * (1 << 20), **record).status_code == 201
    finally:
        shop.run(lambda env: set_parameter(env, "base.attachment_max_mb", None))
    settings = shop.settings
    try:
        shop.settings = settings.model_copy(update={"attachment_max_mb": 16})
        assert send(ann, "a.txt", b"x" * (18 << 20), **record).status_code == 413
    finally:
        shop.settings = settings


def test_a_file_larger_than_other_bodies_may_be_is_taken(ann: Client, customer: int) -> None:
    content = b"0123456789abcdef" * (1 << 16) * 18
    made = send(ann, "large.txt", content, model="web.customer", record=customer)
    assert made.status_code == 201
    assert made.json["size"] == len(content)
    assert ann.get(made.json["url"]).data == content


def test_a_public_file_is_read_by_guests(
    shop: Application, client: Callable[..., Client], ann: Client, customer: int
) -> None:
    made = send(ann, "logo.png", PNG, model="web.customer", record=customer).json
    assert client().get(made["url"]).status_code == 404
    shop.run(lambda env: env["core.attachment"].get(made["id"]).update(public=True))
    assert client().get(f"{made['url']}?preview=1").mimetype == "image/png"


def test_a_file_sent_before_its_record_was_saved_becomes_the_records(client: Callable[..., Client]) -> None:
    boss = client("boss")
    sent = boss.request(
        "POST", "/files", data={"file": (io.BytesIO(PNG), "face.png")}, headers={"Accept": "application/json"}
    )
    number = sent.get_json()["id"]
    assert client("ann").get(f"/files/{number}/face.png").status_code == 404
    user = boss.post_json("/api/v1/core.user", {"name": "Pictured", "picture": number})
    kept = boss.get_json(f"/api/v1/core.attachment/{number}")
    assert (kept["model"], kept["record_id"], kept["field"]) == ("core.user", user["id"], "picture")
    assert client("ann").get(f"/files/{number}/face.png").status_code == 200
