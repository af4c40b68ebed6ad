"""Every kind of answer carries the headers by which a browser does with it only what we mean."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from werkzeug.datastructures import Headers

from core.app import Application
from core.base.services.attachments import store_attachment
from core.orm.environment import Environment
from core.testing.client import Client
from core.web.application import Limits, WebApplication
from core.web.ratelimit import Rate

HTML = {"Accept": "text/html"}
TAG = "/api/v1/web.tag"
UNSAFE = ("unsafe-inline", "unsafe-eval", "data: 'self'", "*")
CASES = {
    "page": ("GET", "/profile", {"headers": HTML}, 200),
    "card": ("GET", "/forgotten", {"headers": HTML}, 200),
    "data": ("GET", TAG, {}, 200),
    "redirect": ("GET", "/first-login", {"headers": HTML}, 303),
    "no content": ("POST", "/logout", {}, 204),
    "bad request": ("GET", TAG, {"query": {"domain": "["}}, 400),
    "no such page": ("GET", "/nowhere", {"headers": HTML}, 404),
    "no such data": ("GET", "/api/v1/none", {}, 404),
    "other method": ("DELETE", "/login", {}, 405),
    "forged": ("POST", TAG, {"json": {}, "headers": {"X-CSRF-Token": "x"}}, 403),
    "invalid": ("POST", TAG, {"json": {}}, 422),
    "stale link": ("GET", "/reset?token=x", {"headers": HTML}, 410),
    "static": ("GET", "/static/logo.svg", {}, 200),
    "no such static": ("GET", "/static/none.css", {}, 404),
    "health": ("GET", "/healthz", {}, 200),
}


@pytest.mark.parametrize("case", CASES)
def test_each_kind_of_answer_has_them(ann: Client, case: str) -> None:
    method, path, options, status = CASES[case]
    answer = ann.request(method, path, **options)
    assert answer.status_code == status
    check(answer.headers)
    if not path.startswith("/static/"):
        assert answer.headers["Cache-Control"] == "no-store"


def check(headers: Headers) -> None:
    found = dict(headers)
    assert found["X-Content-Type-Options"] == "nosniff"
    assert found["X-Frame-Options"] == "DENY"
    assert found["Referrer-Policy"] in ("same-origin", "no-referrer")
    assert found["Cross-Origin-Opener-Policy"] == "same-origin"
    policy = found["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert not any(word in policy for word in UNSAFE)


def test_a_download_and_what_failed_have_them_too(
    shop: Application, ann: Client, client: Callable[..., Client]
) -> None:
    def store(env: Environment) -> str:
        made = store_attachment(env, "logo.txt", b"hello", public=True)
        env.flush()
        return f"/files/{made.id}/logo.txt"

    path = shop.run(store)
    for query in ("", "?preview=1"):
        got = ann.get(path + query)
        assert got.status_code == 200
        check(got.headers)
    tag = ann.get(path).headers["ETag"]
    unchanged = ann.request("GET", path, headers={"If-None-Match": tag})
    assert unchanged.status_code == 304
    check(unchanged.headers)
    busy = WebApplication(shop, limits=Limits(*[Rate(0.001, 1)] * 3))
    bob = Client(shop, "bob", web=busy)
    statuses = [bob.get(TAG) for _number in range(2)]
    assert [answer.status_code for answer in statuses] == [200, 429]
    check(statuses[1].headers)


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_an_unexpected_error_has_them_and_tells_nothing(
    shop: Application, monkeypatch: pytest.MonkeyPatch, accept: str
) -> None:
    web = WebApplication(shop)
    monkeypatch.setattr(shop, "database", None)
    answer = Client(shop, web=web).request("GET", "/login", headers={"Accept": accept})
    assert answer.status_code == 500
    check(answer.headers)
    assert "NoneType" not in answer.text
