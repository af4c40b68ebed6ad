"""Login, passwords, sessions, API keys and their log (CORE-04, 05, 68, 70)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from core.base.services.authentication import authenticate, make_key, refusal, verify_key
from core.base.services.parameters import set_parameter
from core.base.services.passwords import change_password, reset_password, set_password
from core.base.services.sessions import (
    end_session,
    end_session_of_other,
    find_session,
    online_users,
    renew_session,
    save_session_data,
    start_session,
)
from core.errors import AccessDenied, ValidationError
from core.orm.environment import Environment
from tests.integration.base.conftest import Clock


def reasons(env: Environment) -> list[str | None]:
    """Return the reasons in the login log, the oldest first."""
    return [entry.reason for entry in env["core.login.log"].search([], order="id")]


@pytest.mark.rows("CORE-68")
def test_right_and_wrong_passwords(env: Environment, create_user: Callable[..., Any]) -> None:
    li = create_user("Li")
    env.flush()
    set_password(env, li, "correct horse")
    assert authenticate(env, " li ", "correct horse", address="10.0.0.1").user_id == li.id
    assert authenticate(env, "li", "wrong").user_id is None
    assert authenticate(env, "nobody", "wrong").user_id is None
    li.update(active=False)
    env.flush()
    assert authenticate(env, "li", "correct horse").user_id is None
    assert reasons(env) == [None, "password", "unknown", "inactive"]
    assert str(refusal()) == "The user name or the password is wrong."


def test_an_account_is_locked_for_a_while_and_each_failure_doubles_it(
    env: Environment, create_user: Callable[..., Any], clock: Clock
) -> None:
    li = create_user("Li")
    env.flush()
    set_password(env, li, "correct horse")
    clock.forward(minutes=1)
    for left in (4, 3, 2, 1):
        attempt = authenticate(env, "li", "wrong")
        assert (attempt.left, attempt.wait_s, attempt.was_locked) == (left, 0, False)
    assert authenticate(env, "li", "wrong").wait_s == 15 * 60
    locked = authenticate(env, "li", "correct horse")
    assert (locked.user_id, locked.was_locked, reasons(env)[-1]) == (None, True, "locked")
    clock.forward(minutes=15)
    again = authenticate(env, "li", "wrong")
    assert (again.was_locked, again.wait_s) == (False, 30 * 60)
    clock.forward(minutes=31)
    assert authenticate(env, "li", "correct horse").user_id == li.id
    assert authenticate(env, "li", "wrong").left == 4


def test_a_lock_lasts_a_day_at_most(env: Environment, create_user: Callable[..., Any], clock: Clock) -> None:
    create_user("Li")
    env.flush()
    waits = []
    for _number in range(12):
        waits.append(authenticate(env, "li", "wrong").wait_s)
        clock.forward(seconds=waits[-1])
    assert max(waits) <= 24 * 3600
    clock.forward(days=1)
    assert authenticate(env, "li", "wrong").left == 4


def test_a_name_that_nobody_has_is_locked_like_any(env: Environment) -> None:
    for _number in range(5):
        authenticate(env, "nobody", "wrong")
    assert authenticate(env, "nobody", "wrong").was_locked


def test_a_new_password_ends_the_lock(env: Environment, create_user: Callable[..., Any], clock: Clock) -> None:
    li = create_user("Li")
    env.flush()
    for _number in range(6):
        authenticate(env, "li", "wrong")
    clock.forward(seconds=1)
    set_password(env, li, "correct horse")
    assert authenticate(env, "li", "correct horse").user_id == li.id


def test_an_address_is_locked_whatever_the_accounts(
    env: Environment, create_user: Callable[..., Any], clock: Clock
) -> None:
    li = create_user("Li")
    env.flush()
    set_password(env, li, "correct horse")
    set_parameter(env, "base.address_attempts", 10)
    for number in range(10):
        assert not authenticate(env, f"guess{number}", "wrong", address="10.0.0.66").was_locked
        clock.forward(seconds=1)
    locked = authenticate(env, "li", "correct horse", address="10.0.0.66")
    assert (locked.was_locked, locked.wait_s) == (True, 15 * 60 - 10)
    assert authenticate(env, "li", "correct horse", address="10.0.0.7").user_id == li.id
    clock.forward(minutes=15)
    assert authenticate(env, "li", "correct horse", address="10.0.0.66").user_id == li.id


@pytest.mark.parametrize("login", ["a\x00b", "\ud800", "x" * 5000, ""], ids=repr)
def test_whatever_was_typed_is_refused_and_logged(env: Environment, login: str) -> None:
    assert authenticate(env, login, "\ud800").user_id is None
    assert reasons(env) == ["unknown"]


def test_changing_the_own_password(env: Environment, create_user: Callable[..., Any]) -> None:
    li = create_user("Li")
    env.flush()
    set_password(env, li, "correct horse", must_change=True)
    here, there = (start_session(env, li.id) for _number in range(2))
    as_li = env.as_user(li)
    kept = find_session(env, here)
    assert kept is not None
    for old, new, text in (
        ("wrong", "battery staple", "present password is wrong"),
        ("correct horse", "correct horse", "must differ"),
        ("correct horse", "short", "at least 8"),
        ("correct horse", "x" * 2000, "at most"),
    ):
        with pytest.raises(ValidationError, match=text):
            change_password(as_li, old, new)
    change_password(as_li, "correct horse", "battery staple", keep_session=kept.id)
    assert find_session(env, here) is not None
    assert find_session(env, there) is None
    assert authenticate(env, "li", "battery staple").user_id == li.id
    assert not env["core.user"].get(li.id).must_change_password


def test_nobody_reads_a_password_hash(env: Environment, create_user: Callable[..., Any]) -> None:
    li = create_user("Li")
    env.flush()
    set_password(env, li, "correct horse")
    as_admin = env.as_user("admin")
    with pytest.raises(AccessDenied):
        as_admin["core.user"].read([["id", "=", li.id]], ["password_hash"])
    with pytest.raises(AccessDenied):
        as_admin["core.user"].search([["password_hash", "like", "$argon2"]])
    with pytest.raises(AccessDenied):
        as_admin["core.user"].get(li.id).update(password_hash="x")
    assert "password_hash" not in as_admin["core.user"].read([["id", "=", li.id]])[0]


def test_an_employee_changes_only_what_is_personal(env: Environment, create_user: Callable[..., Any]) -> None:
    li, wang = create_user("Li"), create_user("Wang")
    env.flush()
    as_li = env.as_user(li)
    as_li["core.user"].get(li.id).update(phone="13800138000", language="zh_CN")
    as_li.flush()
    for values in ({"login": "boss"}, {"groups": []}, {"active": False}):
        with pytest.raises(AccessDenied):
            as_li["core.user"].get(li.id).update(**values)
    with pytest.raises(AccessDenied):
        as_li["core.user"].get(wang.id).update(phone="1")
        as_li.flush()


@pytest.mark.rows("CORE-70")
def test_sessions_end(env: Environment, create_user: Callable[..., Any], clock: Clock) -> None:
    li = create_user("Li")
    env.flush()
    key = start_session(env, li.id, address="10.0.0.1", agent="Browser")
    session = find_session(env, key)
    assert session is not None
    assert session.user_id == li.id
    save_session_data(env, session.id, {"note": 1})
    clock.forward(minutes=5)
    again = find_session(env, key)
    assert again is not None
    assert again.data == {"note": 1}
    assert find_session(env, "guess") is None
    as_admin = env.as_user("admin")
    assert [row["user.login"] for row in online_users(as_admin)] == ["li"]
    end_session(env, session.id)
    assert find_session(env, key) is None
    assert [entry.kind for entry in env["core.login.log"].search([])] == ["logout"]

    idle = start_session(env, li.id)
    remembered = start_session(env, li.id, remember=True)
    clock.forward(minutes=479)
    assert find_session(env, idle, touch=False) is not None
    clock.forward(minutes=1)
    assert find_session(env, idle) is None
    assert find_session(env, remembered) is not None
    clock.forward(days=7)
    assert find_session(env, remembered) is None


def test_a_session_ends_in_any_case_after_its_hours(
    env: Environment, create_user: Callable[..., Any], clock: Clock
) -> None:
    li = create_user("Li")
    env.flush()
    key = start_session(env, li.id)
    for _hour in range(23):
        clock.forward(hours=1)
        assert find_session(env, key) is not None
    clock.forward(hours=1)
    assert find_session(env, key) is None


def test_a_renewed_session_has_another_key_and_token(env: Environment, create_user: Callable[..., Any]) -> None:
    li = create_user("Li")
    env.flush()
    old = start_session(env, li.id)
    before = find_session(env, old)
    assert before is not None
    new = renew_session(env, before.id)
    after = find_session(env, new)
    assert after is not None
    assert (after.id, after.csrf != before.csrf, find_session(env, old)) == (before.id, True, None)


@pytest.mark.rows("CORE-70")
def test_an_administrator_ends_a_session(env: Environment, create_user: Callable[..., Any]) -> None:
    li, wang = create_user("Li"), create_user("Wang")
    env.flush()
    key = start_session(env, li.id)
    session = find_session(env, key)
    assert session is not None
    with pytest.raises(AccessDenied):
        end_session_of_other(env.as_user(wang), session.id)
    end_session_of_other(env.as_user("admin"), session.id)
    assert find_session(env, key) is None
    assert env["core.login.log"].search([])[0].kind == "ended"


def test_deactivating_ends_sessions_and_keys(env: Environment, create_user: Callable[..., Any]) -> None:
    li = create_user("Li")
    env.flush()
    session, key = start_session(env, li.id), make_key(env, li, "ERP")
    li.update(active=False)
    env.flush()
    assert find_session(env, session) is None
    assert verify_key(env, key) is None
    assert reasons(env)[-1] == "inactive"


def test_api_keys(env: Environment, create_user: Callable[..., Any], clock: Clock) -> None:
    li, wang = create_user("Li"), create_user("Wang")
    env.flush()
    as_li = env.as_user(li)
    key = make_key(as_li, as_li.user, "ERP", expires_at=clock.now + dt.timedelta(days=1))
    assert verify_key(env, key) == li.id
    record = env["core.api_key"].search([])[0]
    assert (record.prefix, record.last_used) == (key[:10], clock.now)
    assert key not in (record.key_hash, record.name)
    assert verify_key(env, key + "x") is None
    with pytest.raises(AccessDenied):
        make_key(as_li, wang, "stolen")
    with pytest.raises(ValidationError, match="no active account"):
        make_key(env, create_user("Zhang", login=None), "none")
    clock.forward(days=2)
    assert verify_key(env, key) is None
    record.update(expires_at=None, active=False)
    env.flush()
    assert verify_key(env, key) is None
    assert reasons(env) == ["key", "expired", "key"]


def test_a_password_has_as_many_kinds_of_characters_as_the_parameter_says(
    env: Environment, create_user: Callable[..., Any]
) -> None:
    li = create_user("Li")
    env.flush()
    set_parameter(env, "base.password_kinds", 3)
    with pytest.raises(ValidationError, match="needs 3 of these"):
        set_password(env, li, "onlysmall1")
    set_password(env, li, "Small1Capital")


@pytest.mark.rows("CORE-06")
def test_an_administrator_resets_a_password_and_the_next_login_asks_for_another(
    env: Environment, create_user: Callable[..., Any]
) -> None:
    li, wang = create_user("Li"), create_user("Wang")
    env.flush()
    key = start_session(env, li.id)
    set_parameter(env, "base.password_min_length", 40)
    set_parameter(env, "base.password_kinds", 4)
    as_admin = env.as_user("admin")
    password = as_admin["core.user"].get(li.id).reset_password()["password"]
    as_admin.flush()
    assert find_session(env, key) is None
    assert authenticate(env, "li", password).user_id == li.id
    session = find_session(env, start_session(env, li.id))
    assert session is not None
    assert session.must_change
    with pytest.raises(AccessDenied):
        env.as_user(wang)["core.user"].get(li.id).reset_password()
    with pytest.raises(AccessDenied):
        reset_password(env.as_user(wang), li)
