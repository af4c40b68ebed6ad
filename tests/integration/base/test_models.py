"""Rules of the organisation's models: trees, the last administrator, roles, logs (CORE-03, 13–18, 23, 68, 69)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from core.base.services.employment import employment_on
from core.base.services.fiscal import fiscal_period
from core.errors import AccessDenied, ConflictError, ValidationError
from core.orm.environment import Environment
from tests.integration.base.conftest import Clock, group


@pytest.mark.rows("CORE-13")
def test_a_department_never_stands_above_itself(env: Environment) -> None:
    top = env["core.department"].create({"number": "1", "name": "Sales"})
    middle = env["core.department"].create({"number": "11", "name": "South", "parent": top})
    low = env["core.department"].create({"number": "111", "name": "Shenzhen", "parent": middle})
    with pytest.raises(ValidationError, match="can't stand below itself"):
        top.update(parent=low)
        env.flush()
    assert env["core.department"].get(top.id).parent is None


@pytest.mark.rows("CORE-13")
def test_a_department_in_use_is_kept(env: Environment, create_user: Callable[..., Any]) -> None:
    sales = env["core.department"].create({"number": "1", "name": "Sales"})
    create_user("Li", department=sales)
    env.flush()
    with pytest.raises(ConflictError):
        sales.delete()
    empty = env["core.department"].create({"number": "2", "name": "Empty"})
    empty.delete()
    assert env["core.department"].count([["number", "=", "2"]]) == 0


@pytest.mark.rows("CORE-18")
def test_positions_are_kept_by_the_administrator_and_go_only_when_empty(
    env: Environment, create_user: Callable[..., Any]
) -> None:
    as_admin, as_li = env.as_user("admin"), env.as_user(create_user("Li"))
    head = as_admin["core.position"].create({"name": "Head"})
    clerk = as_admin["core.position"].create({"name": "Clerk", "parent": head})
    as_admin.flush()
    create_user("Wang", position=clerk.id)
    env.flush()
    for values in ({"name": "Boss"}, {"parent": clerk.id}):
        with pytest.raises(AccessDenied):
            as_li["core.position"].get(head.id).update(values)
            as_li.flush()
    with pytest.raises(ValidationError, match="can't stand below itself"):
        head.update(parent=clerk)
        as_admin.flush()
    for held in (head, clerk):
        with pytest.raises(ConflictError):
            as_admin["core.position"].get(held.id).delete()
    empty = as_admin["core.position"].create({"name": "Empty", "parent": clerk})
    as_admin.flush()
    empty.delete()
    assert as_admin["core.position"].search().mapped("name") == ["Clerk", "Head"]


@pytest.mark.rows("CORE-10")
def test_the_organisation_profile_is_edited_by_administrators_only(
    env: Environment, create_user: Callable[..., Any]
) -> None:
    as_admin, as_li = env.as_user("admin"), env.as_user(create_user("Li"))
    company = as_admin["core.company"].search([], limit=1)[0]
    profile = {
        "name": "Hua Yang",
        "address": "Nanshan",
        "bank_name": "ICBC",
        "bank_account": "6222",
        "fiscal_year_start": 7,
    }
    company.update(profile)
    as_admin.flush()
    assert env["core.company"].read([["id", "=", company.id]], list(profile)) == [{"id": company.id, **profile}]
    with pytest.raises(AccessDenied):
        as_li["core.company"].get(company.id).update(name="Mine")
        as_li.flush()


@pytest.mark.rows("CORE-03")
def test_the_last_administrator_stays(env: Environment, create_user: Callable[..., Any]) -> None:
    admin = env["core.user"].search([["login", "=", "admin"]])[0]
    for change in ({"active": False}, {"login": None}, {"groups": []}):
        with pytest.raises(ConflictError, match="last active administrator"):
            admin.update(**change)
            env.flush()
    with pytest.raises(ConflictError, match="last active administrator"):
        group(env, "base.administrator").update(users=[])
        env.flush()
    create_user("Second", groups=[group(env, "base.administrator")])
    admin.update(active=False)
    env.flush()
    assert not env["core.user"].get(admin.id).active


@pytest.mark.rows("CORE-15")
def test_users_are_never_deleted(env: Environment, create_user: Callable[..., Any]) -> None:
    li = create_user("Li")
    env.flush()
    with pytest.raises(ConflictError, match="never deleted"):
        li.delete()


@pytest.mark.rows("CORE-23")
def test_roles_held_or_shipped_are_kept(env: Environment, create_user: Callable[..., Any]) -> None:
    own = env["core.group"].create({"key": "custom.night", "label": "Night shift"})
    li = create_user("Li", groups=[own])
    env.flush()
    as_admin = env.as_user("admin")
    with pytest.raises(ConflictError, match="still held"):
        as_admin["core.group"].get(own.id).delete()
    with pytest.raises(ConflictError, match="belongs to the addon"):
        as_admin["core.group"].get(group(env, "sample.clerk").id).delete()
    li.update(groups=[])
    env.flush()
    as_admin["core.group"].get(own.id).delete()
    assert env["core.group"].count([["key", "=", "custom.night"]]) == 0


@pytest.mark.rows("CORE-68", "CORE-69")
def test_logs_are_not_editable_even_by_administrators(env: Environment) -> None:
    as_admin = env.as_user("admin")
    entry = as_admin["core.history"].search([], limit=1)[0]
    with pytest.raises(AccessDenied):
        entry.update(operation="deleted")
        as_admin.flush()
    with pytest.raises(AccessDenied):
        as_admin["core.history"].get(entry.id).delete()
    with pytest.raises(AccessDenied):
        as_admin["core.audit"].create({"kind": "x", "reason": "forged", "at": env.now()})


@pytest.mark.rows("CORE-14")
def test_department_history(env: Environment, create_user: Callable[..., Any], clock: Clock) -> None:
    one = env["core.department"].create({"number": "1", "name": "One"})
    two = env["core.department"].create({"number": "2", "name": "Two"})
    li = create_user("Li", department=one, hire_date=dt.date(2026, 1, 5))
    env.flush()
    clock.forward(days=10)
    li.update(department=two)
    env.flush()
    li.update(position=env["core.position"].create({"name": "Clerk"}))
    env.flush()
    assert len(env["core.employment"].search([["user", "=", li.id]])) == 2
    assert employment_on(env, li.id, dt.date(2026, 8, 9))["department"] == one.id
    assert employment_on(env, li.id, dt.date(2026, 8, 10))["department"] == two.id
    assert employment_on(env, li.id, dt.date(2026, 1, 4)) == dict.fromkeys(
        ["company", "department", "position", "team"]
    )


@pytest.mark.parametrize(
    ("model", "values", "text"),
    [
        ("core.share", {"model": "sample.customer", "record_id": 1}, "one user, one team or one department"),
        ("core.data_grant", {"employee": 1}, "one user or one role"),
        ("core.data_grant", {"user": 1}, "one employee or one department"),
        ("core.special_grant", {"right": "base.share"}, "one role, one department or one user"),
        ("core.numbering", {"code": "x", "label": "X", "pattern": "{YYYY}"}, "exactly one counter"),
        ("core.numbering", {"code": "x", "label": "X", "pattern": "{3}", "reset": "day"}, "numbers come twice"),
        ("core.field_rule", {"model": "sample.customer", "field": "phone", "pattern": "("}, "no regular expression"),
        ("core.duplicate_rule", {"model": "sample.customer", "field_names": []}, "at least one field"),
        ("core.user", {"name": "A", "hire_date": "2026-02-01", "leave_date": "2026-01-01"}, "before being hired"),
        ("core.user", {"name": "A", "login": " a"}, "no spaces"),
        ("core.company", {"name": "A", "fiscal_year_start": 13}, "between 1 and 12"),
    ],
)
def test_refused(env: Environment, model: str, values: dict[str, Any], text: str) -> None:
    with pytest.raises(ValidationError, match=text):
        env[model].create(values)
        env.flush()


@pytest.mark.rows("CORE-11")
def test_figures_are_grouped_by_fiscal_and_by_calendar_periods(
    env: Environment, create_user: Callable[..., Any]
) -> None:
    company = env["core.company"].search([])[0]
    company.update(fiscal_year_start=4)
    user = create_user("Li", company=company, groups=[group(env, "base.administrator")])
    days = ("2026-02-28", "2026-03-31", "2026-04-01", "2026-05-31", "2026-12-31", "2027-03-31")
    for number, day in enumerate(days):
        create_user(f"U{number}", hire_date=dt.date.fromisoformat(day))
    env.flush()
    users = env.as_user(user)["core.user"]

    def counts(period: str) -> dict[str, int]:
        rows = users.aggregate([["hire_date", "is_set"]], {"id": "count"}, by=[f"hire_date:{period}"])
        return {row[f"hire_date:{period}"].isoformat(): row["id"] for row in rows}

    assert counts("fiscal_year") == {"2025-04-01": 2, "2026-04-01": 4}
    assert counts("fiscal_quarter") == {"2026-01-01": 2, "2026-04-01": 2, "2026-10-01": 1, "2027-01-01": 1}
    assert counts("fiscal_month") == counts("month")
    assert counts("year") == {"2026-01-01": 5, "2027-01-01": 1}
    company.update(fiscal_year_start=2)
    env.flush()
    for day in days:
        date = dt.date.fromisoformat(day)
        for unit in ("quarter", "year"):
            assert fiscal_period(date, unit, 2).first.isoformat() in counts(f"fiscal_{unit}")
