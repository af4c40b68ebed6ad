"""Logging in and out, cookies, tokens, API keys (CORE-04, CORE-05)."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import Client as Browser

from core.app import Application
from core.testing.client import Client
from core.web.application import Limits, WebApplication
from core.web.ratelimit import Rate

from .conftest import PASSWORD

IDLE_MINUTES = 480
HTML = {"Accept": "text/html,*/*;q=0.8"}
TAG = "/api/v1/web.tag"


@pytest.fixture
def visitor(web: WebApplication) -> Browser:
    """A visitor that keeps cookies."""
    return Browser(web)


def cookie(answer: Any) -> str:
    found = [value for value in answer.headers.getlist("Set-Cookie") if value.startswith("tangram_session=")]
    return found[0] if found else ""


def log_in(
    visitor: Browser, login: str = "ann", password: str = PASSWORD, *, remember: bool = False, **options: Any
) -> Any:
    body = {"login": login, "password": password, "remember": remember}
    return visitor.post("/login", json=body, **options)


def test_a_login_opens_a_session_and_its_token_allows_changes(visitor: Browser) -> None:
    answer = log_in(visitor)
    assert answer.status_code == 200
    assert answer.json["user"]["login"] == "ann"
    assert not answer.json["must_change_password"]
    for word in ("HttpOnly", "SameSite=Lax", "Path=/"):
        assert word in cookie(answer)
    assert "Max-Age" not in cookie(answer)
    assert "Max-Age=604800" in cookie(log_in(Browser(visitor.application), remember=True))
    assert visitor.get(TAG).status_code == 200
    assert visitor.post(TAG, json={"name": "without token"}).status_code == 403
    wrong = visitor.post(TAG, json={"name": "wrong token"}, headers={"X-CSRF-Token": "x"})
    assert (wrong.status_code, wrong.json["type"]) == (403, "urn:tangram:error:request.csrf")
    right = {"X-CSRF-Token": answer.json["csrf"]}
    assert visitor.post(TAG, json={"name": "with token"}, headers=right).status_code == 201
    for foreign in ({"Origin": "https://elsewhere.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        assert visitor.post(TAG, json={"name": "foreign"}, headers={**right, **foreign}).status_code == 403
    near = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert visitor.post(TAG, json={"name": "near"}, headers={**right, **near}).status_code == 201


def test_a_login_changes_the_key_and_ends_the_session_before(visitor: Browser, web: WebApplication) -> None:
    first = cookie(log_in(visitor)).partition(";")[0]
    second = cookie(log_in(visitor)).partition(";")[0]
    assert first != second
    old = Browser(web, use_cookies=False)
    assert old.get(TAG, headers={"Cookie": first}).status_code == 401
    assert old.get(TAG, headers={"Cookie": second}).status_code == 200


def test_a_key_set_by_somebody_else_is_worth_nothing(visitor: Browser) -> None:
    visitor.set_cookie("tangram_session", "chosen-by-an-attacker", domain="localhost")
    assert visitor.get(TAG).status_code == 401
    assert "chosen-by-an-attacker" not in cookie(log_in(visitor))


def test_logging_out_ends_the_session_at_once(visitor: Browser, web: WebApplication) -> None:
    answer = log_in(visitor)
    kept = cookie(answer).partition(";")[0]
    assert visitor.post("/logout", headers={"Accept": "application/json"}).status_code == 403
    out = visitor.post("/logout", headers={"X-CSRF-Token": answer.json["csrf"], "Accept": "application/json"})
    assert (out.status_code, "Max-Age=0" in cookie(out)) == (204, True)
    assert Browser(web, use_cookies=False).get(TAG, headers={"Cookie": kept}).status_code == 401


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("ann", "wrong"),
        ("nobody", PASSWORD),
        ("", ""),
        ("ann", ""),
        ("a\x00nn", "x"),
        ("ann", "\ud800"),
        ("x" * 5000, "x"),
        ("ann", "x" * 5000),
    ],
    ids=lambda text: repr(text[:12]),
)
def test_every_refused_login_is_told_in_the_same_words(visitor: Browser, login: str, password: str) -> None:
    answer = log_in(visitor, login, password)
    assert answer.status_code == 401
    assert answer.json["detail"] == "The user name or the password is wrong."
    assert cookie(answer) == ""


def test_a_refused_login_is_in_the_log(visitor: Browser, boss: Client) -> None:
    log_in(visitor, "mallory", "guess")
    found = boss.get_json("/api/v1/core.login.log", domain=[["login", "=", "mallory"]], fields="result,reason")
    assert [row["result"] for row in found["records"]] == ["refused"]


@pytest.mark.parametrize("body", [{}, {"login": "ann"}, {"login": 5, "password": 5}, [], None, "x"], ids=str)
def test_a_login_without_name_or_password_is_400(visitor: Browser, body: Any) -> None:
    assert visitor.post("/login", json=body).status_code == 400


def test_a_login_from_another_site_is_refused(visitor: Browser) -> None:
    assert log_in(visitor, headers={"Origin": "https://elsewhere.example"}).status_code == 403


def test_the_form_goes_on_to_where_one_wanted_to_be(visitor: Browser) -> None:
    asked = visitor.get("/?a=1", headers=HTML)
    assert (asked.status_code, asked.headers["Location"]) == (303, "/login?next=/%3Fa%3D1")
    shown = visitor.get(asked.headers["Location"], headers=HTML)
    assert '<input type="hidden" name="next" value="/?a=1">' in shown.text
    form = {"login": "ann", "password": PASSWORD, "next": "/?a=1"}
    answer = visitor.post("/login", data=form, headers=HTML)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/?a=1")
    assert visitor.get("/login", headers=HTML).status_code == 303


@pytest.mark.parametrize(
    "target",
    ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", "\\\\x", "javascript:x", "/a\r\nb"],
)
def test_nobody_is_sent_to_another_site(visitor: Browser, target: str) -> None:
    answer = visitor.post("/login", data={"login": "ann", "password": PASSWORD, "next": target}, headers=HTML)
    assert answer.headers["Location"] == "/"


def test_a_refused_form_is_shown_again_without_the_password(visitor: Browser) -> None:
    answer = visitor.post("/login", data={"login": "<b>ann", "password": "pass-word-typed"}, headers=HTML)
    assert answer.status_code == 401
    assert "The user name or the password is wrong." in answer.text
    assert "&lt;b&gt;ann" in answer.text
    assert "pass-word-typed" not in answer.text


def test_the_login_page_speaks_the_language_of_the_guest(visitor: Browser) -> None:
    assert 'lang="en"' in visitor.get("/login", headers=HTML).text
    assert 'lang="zh-CN"' in visitor.get("/login", headers={**HTML, "Accept-Language": "zh"}).text
    chosen = visitor.get("/login?lang=zh_CN", headers=HTML)
    assert 'lang="zh-CN"' in chosen.text
    assert 'lang="zh-CN"' in visitor.get("/login", headers=HTML).text


def test_an_idle_session_and_an_inactive_user_are_out(
    shop: Application, boss: Client, client: Callable[..., Client]
) -> None:
    made = boss.post_json("/api/v1/core.user", {"name": "Leaving", "login": "leaving"})
    leaving = client("leaving")
    assert leaving.get("/api/v1/openapi.json").status_code == 200
    boss.patch_json(f"/api/v1/core.user/{made['id']}", {"active": False})
    assert leaving.get("/api/v1/openapi.json").status_code == 401
    ann = client("ann")
    clock = shop.database().clock
    try:
        shop.database().clock = lambda: clock() + datetime.timedelta(minutes=IDLE_MINUTES + 1)
        assert ann.get(TAG).status_code == 401
    finally:
        shop.database().clock = clock


def test_a_key_speaks_for_its_user_without_a_token(client: Callable[..., Client], key_of: Callable[..., str]) -> None:
    caller = client(key=key_of("ann"))
    assert caller.post(TAG, {"name": "by key"}).status_code == 201
    assert caller.get("/api/v1/web.secret").status_code == 404


def test_the_use_of_a_key_is_noted(boss: Client, client: Callable[..., Client], key_of: Callable[..., str]) -> None:
    key = key_of("ann")
    client(key=key).get(TAG)
    row = boss.get_json("/api/v1/core.api_key", domain=[["prefix", "=", key[:10]]])["records"][0]
    assert row["last_used"] is not None


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer x", "Basic YTpi", "tg_x", "Bearer " + "x" * 600, "Bearer \xe4"]
)
def test_a_wrong_key_is_401_even_with_a_session(ann: Client, header: str) -> None:
    answer = ann.request("GET", TAG, headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_an_ended_key_is_401_and_logged(
    boss: Client, client: Callable[..., Client], key_of: Callable[..., str]
) -> None:
    key = key_of("ann", expires_at=datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
    assert client(key=key).get(TAG).status_code == 401
    found = boss.get_json("/api/v1/core.login.log", domain=[["login", "=", key[:10]]], fields="kind,reason")["records"]
    assert [(row["kind"], row["reason"]) for row in found] == [("key", "expired")]


def test_who_asks_too_often_waits(shop: Application) -> None:
    now = [0.0]
    limits = Limits(Rate(1, 3), Rate(1, 2), Rate(1, 2))
    web = WebApplication(shop, limits=limits, clock=lambda: now[0])
    ann, bob = Client(shop, "ann", web=web), Client(shop, "bob", web=web)
    assert [ann.get(TAG).status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    refused = ann.get(TAG)
    assert (refused.json["type"], refused.headers["Retry-After"]) == ("urn:tangram:error:request.rate", "1")
    assert bob.get(TAG).status_code == 200
    now[0] += 1.5
    assert ann.get(TAG).status_code == 200
    guess = {"login": "x", "password": "x"}
    assert [Client(shop, web=web).post("/login", guess).status_code for _ in range(3)] == [401, 401, 429]
    wrong = [Client(shop, key=f"tg_{number}", web=web).get(TAG).status_code for number in range(4)]
    assert wrong == [401, 401, 429, 429]


def test_a_secure_deployment_marks_its_cookies(shop: Application) -> None:
    settings = shop.settings
    try:
        shop.settings = settings.model_copy(update={"secure_cookies": True})
        web = WebApplication(shop)
        visitor = Browser(web)
        answer = log_in(visitor)
        (sent,) = answer.headers.getlist("Set-Cookie")
        assert sent.startswith("__Host-tangram_session=")
        assert "Secure" in sent
        key = sent.partition(";")[0].partition("=")[2]
        by_name = [
            Browser(web, use_cookies=False).get(TAG, headers={"Cookie": f"{name}={key}"}).status_code
            for name in ("__Host-tangram_session", "tangram_session")
        ]
        assert by_name == [200, 401]
        assert "max-age" in answer.headers["Strict-Transport-Security"]
    finally:
        shop.settings = settings
