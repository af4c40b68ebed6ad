"""Copies of roles (CORE-23)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core.base.services.roles import copy_role
from core.errors import AccessDenied, ConflictError
from core.orm.environment import Environment
from tests.integration.base.conftest import Clock, group


@pytest.mark.rows("CORE-23")
def test_a_copy_of_an_own_role_has_its_rights_and_not_its_members(
    env: Environment, create_user: Callable[..., Any]
) -> None:
    role = env["core.group"].create({"key": "own.tellers", "label": "Tellers", "implies": [group(env, "base.user")]})
    li, wang = create_user("Li", groups=[role]), create_user("Wang")
    env.flush()
    for operation in ("read", "create"):
        env["core.model_right"].create({"model": "sample.customer", "operation": operation, "group": role})
    env["core.special_grant"].create({"right": "base.reassign", "group": role})
    env["core.data_grant"].create({"group": role, "employee": wang, "access": "read"})
    env["sample.customer"].create({"name": "C", "owner": wang})
    env.flush()
    as_admin = env.as_user("admin")
    copy = copy_role(as_admin, as_admin["core.group"].get(role.id))
    assert (copy.key, copy.label, list(copy.users)) == ("own.tellers_copy", "Tellers (copy)", [])
    zhao = create_user("Zhao", groups=[copy.id])
    env.flush()
    as_li, as_zhao = env.as_user(li), env.as_user(zhao)
    assert as_zhao["sample.customer"].count() == as_li["sample.customer"].count() == 1
    assert as_zhao.has_right("base.reassign")
    # Each goes its own way from here on.
    env["core.special_grant"].search([["group", "=", copy.id]])[0].update(allowed=False)
    env.flush()
    assert not env.as_user(zhao).has_right("base.reassign")
    assert env.as_user(li).has_right("base.reassign")
    audit = env["core.audit"].search([["kind", "=", "copy_role"]])[0]
    assert (audit.user.login, audit.detail["from"], audit.detail["rows"]) == ("admin", "own.tellers", 4)


@pytest.mark.rows("CORE-23")
def test_a_copy_of_an_addons_role_keeps_to_its_row_rules(env: Environment, create_user: Callable[..., Any]) -> None:
    li = create_user("Li")
    env["sample.customer"].create([{"name": "A", "owner": li}, {"name": "B", "owner": create_user("Wang")}])
    env.flush()
    copy = copy_role(env, group(env, "sample.clerk"))
    assert copy_role(env, group(env, "sample.clerk")).key == "sample.clerk_copy_2"
    zhao = create_user("Zhao", groups=[copy])
    env["sample.customer"].create({"name": "C", "owner": zhao})
    env.flush()
    assert [customer.name for customer in env.as_user(zhao)["sample.customer"].search()] == ["C"]


@pytest.mark.rows("CORE-23")
def test_the_role_of_administrators_is_not_copied_and_others_copy_nothing(
    env: Environment, create_user: Callable[..., Any]
) -> None:
    with pytest.raises(ConflictError, match="can't be copied"):
        copy_role(env, group(env, "base.administrator"))
    li = create_user("Li")
    env.flush()
    as_li = env.as_user(li)
    with pytest.raises(AccessDenied):
        copy_role(as_li, as_li["core.group"].search([["key", "=", "sample.clerk"]])[0])


@pytest.mark.rows("CORE-13")
def test_a_department_that_anybody_belonged_to_stays_and_an_unused_one_goes(
    env: Environment, create_user: Callable[..., Any], clock: Clock
) -> None:
    used, unused = env["core.department"].create([{"name": "North"}, {"name": "By mistake"}])
    li = create_user("Li", department=used)
    env.flush()
    clock.forward(days=1)
    li.update(active=False, department=None)
    env.flush()
    with pytest.raises(ConflictError):
        used.delete()
    unused.delete()
    env.flush()
    assert [department.name for department in env["core.department"].search()] == ["North"]
