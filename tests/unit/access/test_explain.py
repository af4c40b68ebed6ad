"""explain, who_can, effective_rights and shares tell what the guard does, and why."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import sqlalchemy as sa

from core.access import (
    Assumption,
    effective_rights,
    explain,
    grant_share,
    log_elevation,
    may_share,
    who_can,
    withdraw_share,
)
from core.errors import AccessDenied, MissingRecord, ValidationError

from .world import TODAY, Maker


def test_an_owner_is_explained_with_role_conditions_and_reason(env: Any, make: Maker) -> None:
    ann = make.user("test.manager", name="Ann")
    row = make.customer(ann, region="south")
    found = explain(env, ann, row, "update")
    assert found
    assert (found.user_name, found.deciding.id, found.right) == ("Ann", "base.owner", True)
    assert str(found.deciding.detail) == "The owner is Ann."
    assert {step.id for step in found.rights if step.holds} == {"test.seller", "test.manager"}
    seller = next(step for step in found.rights if step.id == "test.seller")
    assert seller.source == "test/hooks.py"
    assert "Manager → Seller" in str(seller.detail)
    assert {step.id: step.holds for step in found.globals} == {
        "test.amount_limit": True,
        "base.company_scope": True,
        "base.not_deleted": True,
    }
    assert {step.id: step.holds for step in found.grants} == {
        "base.owner": True,
        "test.region_north": False,
        "base.position_above": False,
        "base.team_led": False,
        "base.data_grant": False,
        "base.sharing_mode": False,
        "base.record_share": False,
    }
    assert found.operations == {
        "create": True,
        "read": True,
        "update": True,
        "delete": True,
        "export": True,
        "print": True,
        "import": False,
        "approve": False,
        "assign": False,
    }
    assert "owner_id" in found.sql


def test_a_refusal_names_what_fails(env: Any, make: Maker) -> None:
    ann, bo, clerk = make.user("test.seller"), make.user("test.seller"), make.user("test.clerk")
    row = make.customer(bo)
    refused = explain(env, ann, row)
    assert not refused.allowed
    assert refused.deciding is None
    assert str(refused.summary) == "No rule opens this record to the user."
    assert not explain(env, clerk, row).right
    huge = make.customer(ann, amount=5_000_000)
    failed = explain(env, ann, huge)
    assert (failed.allowed, failed.deciding.id) == (False, "test.amount_limit")
    gone = explain(env, ann, ("test.customer", 10**6))
    assert (gone.allowed, gone.exists, str(gone.summary)) == (False, False, "There is no such record.")


def test_a_rule_shows_its_domain_with_the_users_values(env: Any, make: Maker) -> None:
    ann = make.user("test.seller")
    note = env["test.note"].create({"name": "n", "customer": make.customer(ann)})
    found = explain(env, ann, note)
    step = next(step for step in found.grants if step.id == "test.note_of_own")
    assert (step.holds, step.domain) == (True, [["customer.owner", "=", ann.id]])
    missing = next(step for step in found.grants if step.id == "test.note_of_department")
    assert (missing.holds, missing.domain) == (False, [["customer.owner.department", "=", None]])


def test_hidden_fields_and_special_rights_are_listed(env: Any, make: Maker) -> None:
    found = explain(env, make.user("test.finance"), make.customer(None))
    assert found.allowed
    assert [(field.name, field.holders) for field in found.hidden] == [("secret", ("test.manager",))]
    assert found.special == ("test.see_cost",)


def test_a_deleted_record_is_explained_as_such(env: Any, make: Maker) -> None:
    ann = make.user("test.manager")
    row = make.customer(ann)
    number = row.id
    row.delete()
    env.flush()
    found = explain(env, ann, ("test.customer", number))
    assert (found.exists, found.allowed, found.deciding.id) == (True, False, "base.not_deleted")
    assert who_can(env, ("test.customer", number)) == []


def test_what_if(env: Any, make: Maker) -> None:
    top = make.position("top")
    ann = make.user("test.seller")
    bo = make.user("test.seller", position=make.position("low", top))
    row = make.customer(bo)
    share = grant_share(env, row, user=ann)
    assert explain(env, ann, row).deciding.id == "base.record_share"
    assert not explain(env, ann, row, assume=Assumption(without_shares=(share.id,)))
    assert explain(env, ann, row, "update", assume=Assumption(position=top.id)).deciding.id == "base.position_above"
    assert explain(env, ann, row, "update", assume=Assumption(mode="public_write"))
    assert explain(env, ann, row, "delete", assume_groups=["base.administrator"])
    assert not explain(env, ann, row, assume_groups=["test.clerk"])
    assert not explain(env, ann, row, "update")


def test_who_can_gives_everybody_with_the_first_reason(env: Any, make: Maker) -> None:
    top = make.position("top")
    chief = make.user("test.seller", position=top)
    owner = make.user("test.seller", position=make.position("low", top))
    finance, admin = make.user("test.finance"), make.user("base.administrator")
    make.user("test.seller")
    make.user("test.seller", active=False, position=top)
    row = make.customer(owner)
    found = {viewer.user: (viewer.fragment, viewer.writes) for viewer in who_can(env, row)}
    assert found == {
        chief.id: ("base.position_above", True),
        owner.id: ("base.owner", True),
        finance.id: ("test.finance_all", False),
        admin.id: ("base.administrator", True),
    }
    assert {user for user, _reason in who_can(env, row, "delete")} == {admin.id}


def test_who_can_asks_a_hundred_users_at_once(env: Any, make: Maker) -> None:
    owner = make.user("test.seller")
    for _ in range(120):
        make.user("test.seller")
    row = make.customer(owner)
    who_can(env, row)
    executed: list[str] = []
    sa.event.listen(env.connection, "before_cursor_execute", lambda *args: executed.append(args[2]))
    assert [viewer.user for viewer in who_can(env, row)] == [owner.id]
    assert len(executed) == 5


@pytest.mark.rows("CORE-28")
def test_owner_and_superior_share_with_an_end_and_withdraw(env: Any, make: Maker) -> None:
    top = make.position("top")
    chief = make.user("test.seller", position=top, name="Chief")
    owner = make.user("test.seller", position=make.position("low", top), name="Owner")
    other, third = make.user("test.seller"), make.user("test.seller")
    row = make.customer(owner)
    as_owner, as_chief, as_other = (env.as_user(user.id) for user in (owner, chief, other))
    assert may_share(as_chief, as_chief["test.customer"].get(row.id))
    with pytest.raises(AccessDenied):
        grant_share(as_other, as_other.browse("test.customer", row.id), user=third.id)
    share = grant_share(as_owner, as_owner["test.customer"].get(row.id), user=other.id, until=TODAY)
    assert as_other["test.customer"].count() == 1
    assert explain(env, other, row).deciding.id == "base.record_share"
    assert "Owner" in str(explain(env, other, row).deciding.detail)
    assert len(as_other["test.customer"].search(operation="update")) == 0
    with pytest.raises(AccessDenied):
        withdraw_share(as_other, share.id)
    withdraw_share(as_chief, share.id)
    assert as_other["test.customer"].count() == 0
    with pytest.raises(MissingRecord):
        withdraw_share(as_chief, share.id)
    log = env["core.audit"].read(
        [["kind", "in", ["share", "withdraw_share"]]], ["kind", "user", "record_id"], order="id"
    )
    assert [(entry["kind"], entry["user"], entry["record_id"]) for entry in log] == [
        ("share", owner.id, row.id),
        ("withdraw_share", chief.id, row.id),
    ]


@pytest.mark.rows("CORE-28")
def test_shares_reach_teams_and_departments_and_end(env: Any, make: Maker) -> None:
    upper = make.department("upper")
    member = make.user("test.seller")
    inside = make.user("test.seller", department=make.department("lower", upper))
    team = env["core.team"].create({"name": "T", "members": [member]})
    row = make.customer(None)
    grant_share(env, row, team=team, access="write")
    late = grant_share(env, row, department=upper)
    for user, update in ((member, 1), (inside, 0)):
        seen = env.as_user(user.id)["test.customer"]
        assert (seen.count(), len(seen.search(operation="update"))) == (1, update)
    late.update(until=TODAY - datetime.timedelta(days=1))
    env.flush()
    assert env.as_user(inside.id)["test.customer"].count() == 0


def test_a_share_needs_one_holder_a_known_access_and_a_future(env: Any, make: Maker) -> None:
    row, user = make.customer(None), make.user()
    for wrong in (
        {},
        {"user": user, "team": 1},
        {"user": user, "access": "delete"},
        {"user": user, "until": datetime.date(2020, 1, 1)},
    ):
        with pytest.raises(ValidationError):
            grant_share(env, row, **wrong)


@pytest.mark.rows("CORE-27")
def test_rights_in_detail_name_their_source(env: Any, make: Maker) -> None:
    ann = make.user("test.manager")
    env["core.model_right"].create({"model": "test.note", "operation": "export", "user": ann})
    found = effective_rights(env, ann)
    deleting = [row for row in found if (row.model, row.operation) == ("test.customer", "delete")]
    assert [(row.group, row.group_label, row.scope) for row in deleting] == [("test.manager", "Manager", "own")]
    reading = [row.group for row in found if (row.model, row.operation) == ("test.customer", "read")]
    assert reading == ["test.manager", "test.seller"]
    personal = next(row for row in found if (row.model, row.operation) == ("test.note", "export"))
    assert personal.group is None
    assert personal.source.startswith("core.model_right #")
    finance = effective_rights(env, make.user("test.finance"))
    assert [row.operation for row in finance if row.model == ""] == ["test.see_cost"]
    assert [row.scope for row in finance if row.model == "test.customer"] == ["all"]


def test_an_elevation_is_logged_once_and_the_system_itself_is_not(env: Any, make: Maker) -> None:
    ann = make.user("test.seller")
    log_elevation(env.as_user(ann.id), "because")
    log_elevation(env, "system")
    assert env["core.audit"].read([], ["user", "reason"]) == [
        {"id": env["core.audit"].search()[0].id, "user": ann.id, "reason": "because"}
    ]
