"""First login, forgotten password, change of password, registration, profile (CORE-03 to CORE-08), as a browser without scripts sees them."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.test import Client as Browser

from core.app import Application
from core.base.services.parameters import set_parameter
from core.base.services.passwords import set_password
from core.jobs.runner import Runner
from core.plugins.markers import hookimpl
from core.testing.client import Client
from core.web.application import WebApplication

from .conftest import PASSWORD

HTML = {"Accept": "text/html,*/*;q=0.8"}
TAG = "/api/v1/web.tag"
NEW = "battery staple 9"


@pytest.fixture
def make_person(shop: Application) -> Callable[..., str]:
    """A factory of users with a password, ``(login, **values) -> login``; the one given the password by somebody else by default."""

    def make(login: str, *, must_change: bool = True, **values: Any) -> str:
        def create(env: Any) -> None:
            role = env["core.group"].search([["key", "=", "web_shop.clerk"]])[0]
            user = env["core.user"].create(
                {"name": login.title(), "login": login, "language": "en", "groups": [role], **values}
            )
            env.flush()
            set_password(env, user, PASSWORD, must_change=must_change)

        shop.run(create)
        return login

    return make


@pytest.fixture
def visitor(web: WebApplication) -> Browser:
    """A browser that keeps cookies and runs no script."""
    return Browser(web)


def enter(visitor: Browser, login: str, password: str = PASSWORD) -> Any:
    return visitor.post("/login", data={"login": login, "password": password}, headers=HTML)


def submit(visitor: Browser, path: str, **fields: Any) -> Any:
    """Open a page and send its form with the token it holds."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', visitor.get(path, headers=HTML).text)
    assert token is not None
    return visitor.post(path, data={"csrf_token": token[1], **fields}, headers=HTML)


def session_key(visitor: Browser) -> str:
    found = visitor.get_cookie("tangram_session")
    assert found is not None
    return found.value


@pytest.mark.rows("CORE-03")
def test_until_a_password_is_chosen_every_page_leads_to_the_choice(
    visitor: Browser, make_person: Callable[..., str], web: WebApplication
) -> None:
    login = make_person("newcomer")
    assert enter(visitor, login).status_code == 303
    for path in ("/", "/profile", "/password"):
        assert visitor.get(path, headers=HTML).headers["Location"] == "/first-login"
    assert visitor.post("/profile", data={}, headers=HTML).headers["Location"] == "/first-login"
    told = visitor.get(TAG)
    assert (told.status_code, told.json["type"]) == (403, "urn:tangram:error:account.must_change_password")
    assert visitor.post(TAG, json={"name": "x"}).json["type"] == told.json["type"]
    before = session_key(visitor)
    for fields, words in (
        ({"password": PASSWORD, "again": PASSWORD}, "must differ"),
        ({"password": "short", "again": "short"}, "at least 8"),
        ({"password": NEW, "again": "other"}, "two passwords differ"),
    ):
        answer = submit(visitor, "/first-login", **fields)
        assert (answer.status_code, words in answer.text) == (422, True)
    done = submit(visitor, "/first-login", password=NEW, again=NEW)
    assert (done.status_code, done.headers["Location"]) == (303, "/")
    assert session_key(visitor) != before
    assert visitor.get(TAG).status_code == 200
    assert visitor.get("/first-login", headers=HTML).headers["Location"] == "/"
    old = Browser(web, use_cookies=False)
    assert old.get(TAG, headers={"Cookie": f"tangram_session={before}"}).status_code == 401


def test_one_may_log_out_instead_of_choosing(visitor: Browser, make_person: Callable[..., str]) -> None:
    enter(visitor, make_person("leaver"))
    token = re.search(r'name="csrf_token" value="([^"]+)"', visitor.get("/first-login", headers=HTML).text)
    assert token is not None
    assert visitor.post("/logout", data={"csrf_token": token[1]}, headers=HTML).headers["Location"] == "/login"


@pytest.mark.rows("CORE-03")
def test_the_shipped_administrator_chooses_a_user_name_too(shop: Application, visitor: Browser) -> None:
    shop.run(lambda env: set_password(env, env.ref("base.admin"), PASSWORD, must_change=True))
    enter(visitor, "admin")
    assert 'name="login"' in visitor.get("/first-login", headers=HTML).text
    for login, words in (
        ("admin", "taken"),
        (" Admin ", "taken"),
        ("", "1 to 64"),
        ("ann", "taken"),
        ("a\tb", "1 to 64"),
    ):
        answer = submit(visitor, "/first-login", login=login, password=NEW, again=NEW)
        assert (answer.status_code, words in answer.text) == (422, True), login
    assert submit(visitor, "/first-login", login="wang.wei", password=NEW, again=NEW).status_code == 303
    fresh = Browser(visitor.application)
    assert enter(fresh, "admin").status_code == 401
    assert enter(fresh, "wang.wei", NEW).status_code == 303

    def back(env: Any) -> None:
        env.ref("base.admin").update(login="admin")

    shop.run(back)


@pytest.mark.rows("CORE-05")
def test_changing_the_password_ends_the_other_sessions_and_renews_this_one(
    visitor: Browser, make_person: Callable[..., str], web: WebApplication
) -> None:
    login = make_person("changer", must_change=False)
    other = Browser(web)
    enter(visitor, login)
    enter(other, login)
    before = session_key(visitor)
    for fields, words in (
        ({"old_password": "wrong", "password": NEW, "again": NEW}, "present password is wrong"),
        ({"old_password": PASSWORD, "password": PASSWORD, "again": PASSWORD}, "must differ"),
        ({"old_password": PASSWORD, "password": NEW, "again": "x"}, "two passwords differ"),
    ):
        answer = submit(visitor, "/password", **fields)
        assert (answer.status_code, words in answer.text) == (422, True)
    assert other.get(TAG).status_code == 200
    done = submit(visitor, "/password", old_password=PASSWORD, password=NEW, again=NEW)
    assert (done.status_code, done.headers["Location"]) == (303, "/profile")
    assert session_key(visitor) != before
    assert visitor.get(TAG).status_code == 200
    assert other.get(TAG).status_code == 401


def test_a_change_without_the_token_is_refused(visitor: Browser, make_person: Callable[..., str]) -> None:
    enter(visitor, make_person("forged", must_change=False))
    fields = {"old_password": PASSWORD, "password": NEW, "again": NEW}
    assert visitor.post("/password", data=fields, headers=HTML).status_code == 403
    assert visitor.post("/profile", data={"phone": "1"}, headers=HTML).status_code == 403


@pytest.mark.rows("CORE-04")
def test_the_form_tells_the_tries_left_and_then_the_wait(visitor: Browser, make_person: Callable[..., str]) -> None:
    login = make_person("typist", must_change=False)
    texts = [enter(visitor, login, "wrong") for _number in range(5)]
    assert [answer.status_code for answer in texts] == [401] * 5
    assert "4 more tries, then it is locked for 15 min." in texts[0].text
    assert "Wait 15 min" in texts[4].text
    locked = enter(visitor, login)
    assert (locked.status_code, int(locked.headers["Retry-After"]) > 800) == (429, True)
    assert "Too many attempts" in locked.text
    told = visitor.post("/login", json={"login": login, "password": PASSWORD})
    assert (told.status_code, told.json["type"]) == (429, "urn:tangram:error:account.locked")


def test_an_inactive_user_is_refused_in_the_same_words(visitor: Browser, make_person: Callable[..., str]) -> None:
    login = make_person("retired", must_change=False, active=False)
    answer = visitor.post("/login", json={"login": login, "password": PASSWORD})
    assert (answer.status_code, answer.json["detail"]) == (401, "The user name or the password is wrong.")


@pytest.fixture
def mailbox(shop: Application, tmp_path: Path) -> Iterator[Callable[[], list[Any]]]:
    """Runs the waiting jobs and returns the mails sent so far; while it is there, mails go to a folder."""
    settings = shop.settings
    folder = tmp_path / "mails"
    shop.settings = settings.model_copy(update={"mail_url": f"file://{folder}"})
    shop.database().settings = shop.settings

    def read() -> list[Any]:
        with shop.env() as env:
            waiting = [job.id for job in env["core.job"].search([["name", "=", "base.mail_password_links"]])]
        runner = Runner(shop, shop.carrier, watched=False)
        for number in waiting:
            runner.run("default", number)
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in folder.glob("*.eml")]

    yield read
    shop.settings = settings
    shop.database().settings = settings


def link_in(mail: Any) -> str:
    found = re.search(r"https?://\S+", mail.get_content())
    assert found is not None
    return found[0]


@pytest.mark.rows("CORE-06")
def test_a_link_by_mail_lets_one_choose_a_password_once(
    visitor: Browser, make_person: Callable[..., str], mailbox: Callable[[], list[Any]]
) -> None:
    login = make_person("forgetful", must_change=False, mail="Forgetful@Example.com")
    elsewhere = Browser(visitor.application)
    enter(elsewhere, login)
    known = visitor.post("/forgotten", data={"who": "forgetful@example.com"}, headers=HTML)
    unknown = visitor.post("/forgotten", data={"who": "nobody@example.com"}, headers=HTML)
    assert (known.status_code, known.text) == (unknown.status_code, unknown.text)
    (mail,) = mailbox()
    assert (mail["To"], mail["Subject"]) == ("Forgetful@Example.com", "Choose a new password")
    assert "forgetful" in mail.get_content()
    address = urlsplit(link_in(mail))
    assert (address.netloc, address.path) == ("localhost", "/reset")
    (token,) = parse_qs(address.query)["token"]
    path = f"/reset?token={token}"
    shown = visitor.get(path, headers=HTML)
    assert (shown.status_code, shown.headers["Referrer-Policy"]) == (200, "no-referrer")
    again = visitor.post("/reset", data={"token": token, "password": "short", "again": "short"}, headers=HTML)
    assert (again.status_code, "at least 8" in again.text) == (422, True)
    fields = {"token": token, "password": NEW, "again": NEW}
    assert visitor.post("/reset", data=fields, headers=HTML).headers["Location"] == "/login?done=reset"
    assert "Log in with the new one" in visitor.get("/login?done=reset", headers=HTML).text
    assert elsewhere.get(TAG).status_code == 401
    assert visitor.post("/reset", data=fields, headers=HTML).status_code == 410
    assert visitor.get(path, headers=HTML).status_code == 410
    assert enter(visitor, login, NEW).headers["Location"] == "/"


@pytest.mark.rows("CORE-06")
def test_a_link_ends_after_half_an_hour(
    shop: Application, visitor: Browser, make_person: Callable[..., str], mailbox: Callable[[], list[Any]]
) -> None:
    visitor.post("/forgotten", data={"who": make_person("late", mail="late@example.com")}, headers=HTML)
    path = link_in(mailbox()[0]).partition("localhost")[2]
    clock = shop.database().clock
    try:
        shop.database().clock = lambda: clock() + dt.timedelta(minutes=29)
        assert visitor.get(path, headers=HTML).status_code == 200
        shop.database().clock = lambda: clock() + dt.timedelta(minutes=30, seconds=1)
        assert visitor.get(path, headers=HTML).status_code == 410
    finally:
        shop.database().clock = clock


def test_one_account_gets_few_links_and_the_token_is_kept_hashed(
    shop: Application, visitor: Browser, make_person: Callable[..., str], mailbox: Callable[[], list[Any]]
) -> None:
    login = make_person("pestered", mail="pestered@example.com")
    for _number in range(5):
        assert visitor.post("/forgotten", data={"who": login}, headers=HTML).status_code == 200
        mails = mailbox()
    assert len(mails) == 3
    tokens = {parse_qs(urlsplit(link_in(mail)).query)["token"][0] for mail in mails}
    with shop.env() as env:
        rows = env.connection.execute(env.registry["core.password_link"].table.select()).mappings().all()
        jobs = env["core.job"].read([["name", "=", "base.mail_password_links"]], ["payload"])
    assert not any(token in str([dict(row) for row in rows]) + str(jobs) for token in tokens)


def test_an_address_that_asks_too_often_waits(visitor: Browser, mailbox: Callable[[], list[Any]], boss: Client) -> None:
    there = {"REMOTE_ADDR": "10.9.8.7"}
    asked = [
        visitor.post("/forgotten", data={"who": f"x{number}"}, headers=HTML, environ_overrides=there).status_code
        for number in range(21)
    ]
    assert asked == [200] * 20 + [429]
    found = boss.get_json("/api/v1/core.login.log", domain=[["address", "=", "10.9.8.7"]], fields="kind")
    assert {row["kind"] for row in found["records"]} == {"link"}


def test_a_link_never_leads_where_a_request_claims_to_be_addressed(
    shop: Application, make_person: Callable[..., str], web: WebApplication, mailbox: Callable[[], list[Any]]
) -> None:
    login = make_person("targeted", mail="targeted@example.com")
    visitor = Browser(web)
    foreign = {"base_url": "http://evil.example"}
    answer = visitor.post("/forgotten", data={"who": login}, headers=HTML, **foreign)
    assert "administrator" in answer.text
    assert mailbox() == []
    shop.settings = shop.settings.model_copy(update={"public_url": "https://crm.example.com"})
    visitor.post("/forgotten", data={"who": login}, headers=HTML, **foreign)
    assert link_in(mailbox()[0]).startswith("https://crm.example.com/reset?token=")


def test_without_mail_the_page_says_that_the_administrator_helps(visitor: Browser) -> None:
    shown = visitor.get("/forgotten", headers=HTML)
    assert (shown.status_code, "administrator" in shown.text, "<form" in shown.text) == (200, True, False)


@pytest.mark.rows("CORE-08")
def test_who_registers_can_do_nothing_until_given_a_position_and_a_role(
    shop: Application, visitor: Browser, boss: Client
) -> None:
    assert visitor.get("/register", headers=HTML).status_code == 404
    fields = {"name": "Zhao Min", "login": "zhao", "mail": "zhao@example.com", "password": NEW, "again": NEW}
    assert visitor.post("/register", data=fields, headers=HTML).status_code == 404
    shop.run(lambda env: set_parameter(env, "base.self_registration", True))
    try:
        assert 'href="/register"' in visitor.get("/login", headers=HTML).text
        for wrong in ({"login": "ann"}, {"login": ""}, {"name": ""}, {"mail": "x"}, {"password": "x", "again": "x"}):
            answer = visitor.post("/register", data={**fields, **wrong}, headers=HTML)
            assert (answer.status_code, 'aria-invalid="true"' in answer.text) == (422, True), wrong
        done = visitor.post("/register", data=fields, headers=HTML)
        assert done.headers["Location"] == "/login?done=registered"
    finally:
        shop.run(lambda env: set_parameter(env, "base.self_registration", None))
    assert enter(visitor, "zhao", NEW).status_code == 303
    assert visitor.get("/", headers=HTML).status_code == 200
    assert visitor.get(TAG).status_code == 404
    assert visitor.get("/api/v1/core.user").status_code == 404
    assert submit(visitor, "/profile", phone="1").status_code == 403
    assert visitor.get("/profile", headers=HTML).status_code == 200
    user = boss.get_json("/api/v1/core.user", domain=[["login", "=", "zhao"]])["records"][0]["id"]
    clerk = boss.get_json("/api/v1/core.group", domain=[["key", "=", "web_shop.clerk"]])["records"][0]["id"]
    early = boss.request("PATCH", f"/api/v1/core.user/{user}", json={"groups": [clerk]})
    assert (early.status_code, early.json["field"]) == (422, "position")
    post = boss.post_json("/api/v1/core.position", {"name": "Trainee"})["id"]
    boss.patch_json(f"/api/v1/core.user/{user}", {"groups": [clerk], "position": post})
    assert visitor.get(TAG).status_code == 200


@pytest.mark.rows("CORE-07")
def test_one_edits_what_is_personal_and_nothing_else(
    visitor: Browser, make_person: Callable[..., str], boss: Client
) -> None:
    login = make_person("profiled", must_change=False)
    enter(visitor, login)
    page = visitor.get("/profile", headers=HTML).text
    assert "Clerk" in page
    for name in ("login", "name", "groups", "department", "position"):
        assert f'name="{name}"' not in page
    done = submit(
        visitor,
        "/profile",
        phone="13800138000",
        mail="p@example.com",
        signature="<b>Best</b><script>alert(1)</script>",
        language="en",
        theme="dark",
        density="compact",
        page_size="100",
        login="stolen",
        groups="1",
        active="",
    )
    assert (done.status_code, done.headers["Location"]) == (303, "/profile")
    row = boss.get_json("/api/v1/core.user", domain=[["login", "=", login]])["records"][0]
    assert (row["phone"], row["mail"], row["signature"]) == ("13800138000", "p@example.com", "<b>Best</b>")
    page = visitor.get("/profile", headers=HTML).text
    assert 'data-theme="dark"' in page
    assert 'data-density="compact"' in page
    wrong = submit(visitor, "/profile", phone="x" * 300, theme="dark", density="compact", page_size="100")
    assert (wrong.status_code, "at most" in wrong.text) == (422, True)
    for wish in ({"theme": "pink"}, {"page_size": "7"}, {"language": "xx"}):
        fields = {"phone": "9", "theme": "light", "density": "compact", "page_size": "20", **wish}
        assert submit(visitor, "/profile", **fields).status_code == 422
    row = boss.get_json("/api/v1/core.user", domain=[["login", "=", login]])["records"][0]
    assert row["phone"] == "13800138000"
    assert 'data-theme="dark"' in visitor.get("/profile", headers=HTML).text


@pytest.mark.parametrize("path", ["/login", "/forgotten", "/reset?token=x", "/register", "/first-login"])
@pytest.mark.parametrize("lang", ["en", "zh_CN"])
def test_cards_are_in_both_languages_with_nothing_inline(
    shop: Application, visitor: Browser, make_person: Callable[..., str], path: str, lang: str
) -> None:
    if path == "/first-login":
        enter(visitor, make_person(f"card_{lang.lower()}", language=None))
    shop.run(lambda env: set_parameter(env, "base.self_registration", True))
    try:
        answer = visitor.get(f"{path}{'&' if '?' in path else '?'}lang={lang}", headers=HTML)
    finally:
        shop.run(lambda env: set_parameter(env, "base.self_registration", None))
    assert f'<html lang="{lang.replace("_", "-")}"' in answer.text
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:", answer.text)
    assert ("密码" in answer.text) == (lang == "zh_CN")
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


@pytest.mark.rows("CORE-49")
def test_a_guest_and_then_a_user_choose_traditional_chinese(visitor: Browser, make_person: Callable[..., str]) -> None:
    page = visitor.get("/login?lang=zh_TW", headers=HTML).text
    assert '<html lang="zh-TW"' in page
    assert "密碼" in page
    assert "密码" not in page
    enter(visitor, make_person("taiwan", language=None, must_change=False))
    submit(visitor, "/profile", language="zh_TW")
    for path, words in (("/profile", ["個人資料", "繁體中文"]), ("/help/base", ["系統"])):
        page = visitor.get(path, headers={**HTML, "Accept-Language": "en"}).text
        assert [word for word in words if word not in page] == [], path


def test_an_addon_that_takes_mails_gets_the_link_instead(
    shop: Application, visitor: Browser, make_person: Callable[..., str], mailbox: Callable[[], list[Any]]
) -> None:
    taken: list[tuple[str, str, str]] = []

    @hookimpl
    def send_mail(to: str, subject: str, text: str) -> bool:
        taken.append((to, subject, text))
        return True

    login = make_person("hooked", mail="hooked@example.com", language="zh_CN")
    hooks = shop.database().registry().hooks
    assert hooks is not None
    with hooks.registered({"send_mail": send_mail}):
        visitor.post("/forgotten", data={"who": login}, headers=HTML)
        assert mailbox() == []
    ((to, subject, text),) = taken
    assert (to, subject, "/reset?token=" in text) == ("hooked@example.com", "设置新密码", True)


@pytest.mark.rows("CORE-07")
def test_a_picture_is_what_its_bytes_say_and_shown_inline(
    visitor: Browser, make_person: Callable[..., str], client: Callable[..., Client]
) -> None:
    login = make_person("pictured", must_change=False)
    enter(visitor, login)
    wishes = {"theme": "auto", "density": "normal", "page_size": "50"}
    for content, name in ((b"<svg/>", "me.svg"), (b"<html>", "me.png")):
        answer = submit(visitor, "/profile", **wishes, picture=(io.BytesIO(content), name))
        assert (answer.status_code, "picture-fault" in answer.text) == (422, True), name
    png = b"\x89PNG\r\n\x1a\n" + b"0" * 100
    assert submit(visitor, "/profile", **wishes, picture=(io.BytesIO(png), "我.gif")).status_code == 303
    found = re.search(r'src="(/files/[^"]+)"', visitor.get("/profile", headers=HTML).text)
    assert found is not None
    shown = visitor.get(found[1], buffered=True)
    assert (shown.mimetype, shown.data) == ("image/png", png)
    assert client("ann").get(found[1]).status_code == 200
    assert submit(visitor, "/profile", **wishes, no_picture="1").status_code == 303
    assert "/files/" not in visitor.get("/profile", headers=HTML).text


@pytest.mark.rows("CORE-03")
def test_the_last_administrator_can_not_be_removed_by_any_request(shop: Application, boss: Client) -> None:
    users = boss.get_json("/api/v1/core.user", domain=[["login", "in", ["boss", "admin"]]], fields="login")["records"]
    ids = {row["login"]: row["id"] for row in users}
    boss.patch_json(f"/api/v1/core.user/{ids['admin']}", {"active": False})
    path = f"/api/v1/core.user/{ids['boss']}"
    group = boss.get_json("/api/v1/core.group", domain=[["key", "=", "base.administrator"]])["records"][0]["id"]
    try:
        for method, address, body in (
            ("PATCH", path, {"active": False}),
            ("PATCH", path, {"groups": []}),
            ("PATCH", path, {"login": None}),
            ("DELETE", path, ...),
            ("PATCH", f"/api/v1/core.group/{group}", {"users": []}),
            ("DELETE", f"/api/v1/core.group/{group}", ...),
        ):
            answer = boss.request(method, address, json=body)
            assert answer.status_code == 409, (method, address, body, answer.text)
        assert boss.get_json(path)["active"]
    finally:
        boss.patch_json(f"/api/v1/core.user/{ids['admin']}", {"active": True})


def test_one_preference_is_kept_at_once_and_a_wrong_one_refused(ann: Client) -> None:
    assert ann.post("/preferences", {"key": "nav_collapsed", "value": True}).status_code == 204
    assert "collapsed" in ann.request("GET", "/records/web.customer", headers={"Accept": "text/html"}).get_data(
        as_text=True
    )
    assert ann.post("/preferences", {"key": "nav_collapsed", "value": None}).status_code == 204
    assert ann.post("/preferences", {"key": "nav_collapsed", "value": "maybe"}).status_code == 422
    assert ann.post("/preferences", {"key": "nav_colapsed", "value": True}).status_code == 422
    assert ann.post("/preferences", {"key": "theme"}).status_code == 400
