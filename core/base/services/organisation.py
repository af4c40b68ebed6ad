"""Batches over the organisation: one position for many users in a single logged action (layer base; CORE-08)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from core.access import write_audit
from core.errors import MissingRecord, ValidationError, Where
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.environment import Environment

MOST = 1000
"""Users in one batch."""


def assign_position(
    env: Environment, users: Sequence[int], position: int, *, groups: Sequence[int] = (), department: int | None = None
) -> int:
    """Give many users one position, and on wish roles and a department, all of them or none; return how many.

    Args:
        env: The environment of somebody who may change users.
        users: Ids of users.
        position: Id of the position.
        groups: Ids of roles that all of them get beside those they hold.
        department: Id of the department; None leaves it.

    Raises:
        MissingRecord: One of them is not there.
        ValidationError: Nobody is named, or too many are.
        AccessDenied: The caller may not change users.
    """
    wanted = list(dict.fromkeys(users))
    if not wanted or len(wanted) > MOST:
        raise ValidationError(_("Choose 1 to %(count)s employees.", count=MOST), field="users")
    chosen = env["core.position"].get(position)
    place = env["core.department"].get(department) if department is not None else None
    roles = [env["core.group"].get(number) for number in groups]
    found: list[Any] = list(env["core.user"].search([["id", "in", wanted]]))
    if len(found) != len(wanted):
        missing = next(number for number in wanted if number not in {user.id for user in found})
        raise MissingRecord(_("There is no such employee."), where=Where(model="core.user", record=missing))
    for user in found:
        user.position = chosen
        if place is not None:
            user.department = place
        for role in roles:
            if role not in user.groups:
                user.groups.append(role)
    env.flush()
    detail = {"users": wanted, "position": chosen.id, "groups": list(groups), "department": department}
    reason = f"position {chosen.name} for {len(wanted)} employees"
    write_audit(env, "assign_position", reason, model="core.position", record=chosen.id, detail=detail)
    return len(wanted)
