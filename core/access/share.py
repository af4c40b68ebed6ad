"""Sharing one record with a user, a team or a department (CORE-28). Layer: access."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa

from core.access.elevation import write_audit
from core.access.guard import guard_of
from core.access.ownership import superior_or_owner
from core.errors import AccessDenied, MissingRecord, ValidationError, Where
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.environment import Environment

__all__ = ["grant_share", "may_share", "withdraw_share"]


def may_share(env: Environment, record: Any) -> bool:
    """Tell whether the user may share a record: its owner, a superior of the owner, or an administrator.

    A model without an owner that is marked ``_shareable = True`` may be shared by whoever may update the record.
    """
    info = record._info
    if env.is_elevated:
        return True
    guard = guard_of(env)
    if not guard.may(env, info, "read"):
        return False
    if guard.principal(env).is_administrator:
        return True
    if not info.owner_field:
        return bool(getattr(info.cls, "_shareable", False)) and bool(env.may(record, "update"))
    env.before_query()
    condition = superior_or_owner(guard.scope(env, info, "update", info.table))
    statement = sa.select(info.table.c.id).where(info.table.c.id == record.id, condition)
    return env.connection.execute(statement).first() is not None


def grant_share(
    env: Environment,
    record: Any,
    *,
    user: Any = None,
    team: Any = None,
    department: Any = None,
    access: Literal["read", "write"] = "read",
    until: datetime.date | None = None,
    note: str | None = None,
) -> Any:
    """Share a record with exactly one of user, team and department (records or ids); written to the audit log.

    Args:
        env: Who shares.
        record: The record.
        user: A user.
        team: A team: its members.
        department: A department: its people and those of its sub-departments.
        access: ``read`` (also export and print) or ``write`` (also update); never more than the function rights of the other side.
        until: The last day, included; None means without end.
        note: A remark, or None.

    Returns:
        The record of ``core.share``.

    Raises:
        AccessDenied: The user is neither owner nor superior.
        ValidationError: Not exactly one holder, an unknown access, or an end in the past.
    """
    info = record._info
    holders = {"user": user, "team": team, "department": department}
    named = {name: getattr(value, "id", value) for name, value in holders.items() if value is not None}
    if len(named) != 1:
        raise ValidationError(_("A share needs exactly one of user, team and department."), field="user")
    if access not in ("read", "write"):
        raise ValidationError(_("A share gives read or write."), field="access")
    if until is not None and until < env.today():
        raise ValidationError(_("The share would have ended already."), field="until")
    _require(env, record)
    reason = f"share {info.name} {record.id}"
    with env.elevated(reason=reason):
        values = {"model": info.name, "record_id": record.id, "access": access, "until": until, "note": note, **named}
        share = env["core.share"].create(values)
        env.flush()
    detail = {"share": share.id, "access": access, "until": until.isoformat() if until else None, **named}
    write_audit(env, "share", reason, model=info.name, record=record.id, detail=detail)
    return share


def withdraw_share(env: Environment, share: Any) -> None:
    """Withdraw a share at once; written to the audit log. Whoever may share the record may do so, and who gave the share.

    Args:
        env: Who withdraws.
        share: Record or id of ``core.share``.

    Raises:
        MissingRecord: There is no such share.
        AccessDenied: The user is neither owner, superior nor giver.
    """
    number = getattr(share, "id", share)
    found = env.browse("core.share", number)
    if found is None:
        raise MissingRecord(_("There is no such share."), where=Where(model="core.share", record=number))
    record = env.browse(found.model, found.record_id) if found.model in env else None
    if record is not None and found.created_by_id != env.uid:
        _require(env, record)
    reason = f"withdraw share {number} of {found.model} {found.record_id}"
    detail = {"share": number, "user": found.user_id, "team": found.team_id, "department": found.department_id}
    write_audit(env, "withdraw_share", reason, model=found.model, record=found.record_id, detail=detail)
    with env.elevated(reason=reason):
        found.delete()
        env.flush()


def _require(env: Environment, record: Any) -> None:
    if not may_share(env, record):
        raise AccessDenied(
            _("Only the owner of a record and the owner's superiors may share it."),
            code="access_denied.share",
            where=Where(model=record._info.name, record=record.id),
        )
