"""Login, passwords, sessions, API keys and their log (CORE-04, 05, 68, 70)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from core.base.services.authentication import authenticate, make_key, refusal, verify_key
from core.base.services.passwords import change_password, set_password
from core.base.services.sessions import (
    end_session,
    end_session_of_other,
    find_session,
    online_users,
    save_session_data,
    start_session,
)
from core.errors import AccessDenied, ValidationError
from core.orm.environment import Environment
from tests.integration.base.conftest import Clock


def reasons(env: Environment) -> list[str | None]:
    """Return the reasons in the login log, the oldest first."""
    return [entry.reason for entry in env["core.login.log"].search([], order="id")]


def test_right_and_wrong_passwords(env: Environment, create_user: Callable[..., Any]) -> None:
    li = create_user("Li")
    env.flush()
    set_password(env, li, "correct horse")
    assert authenticate(env, " li ", "correct horse", address="10.0.0.1") == li.id
    assert authenticate(env, "li", "wrong") is None
    assert authenticate(env, "nobody", "wrong") is None
    li.update(active=False)
    env.flush()
    assert authenticate(env, "li", "correct horse") is None
    assert reasons(env) == [None, "password", "unknown", "inactive"]
    assert str(refusal()) == "The user name or the password is wrong."


def test_an_account_is_locked_for_a_while(env: Environment, create_user: Callable[..., Any], clock: Clock) -> None:
    li = create_user("Li")
    env.flush()
    set_password(env, li, "correct horse")
    for _attempt in range(env.settings.login_attempts):
        assert authenticate(env, "li", "wrong") is None
    assert authenticate(env, "li", "correct horse") is None
    assert reasons(env)[-1] == "locked"
    clock.forward(minutes=env.settings.login_lock_minutes + 1)
    assert authenticate(env, "li", "correct horse") == li.id


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
    assert authenticate(env, "li", "battery staple") == li.id
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
    clock.forward(minutes=env.settings.session_idle_minutes + 1)
    assert find_session(env, idle) is None


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
