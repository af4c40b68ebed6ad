"""Sharing customers: colleagues read them, or follow up with the owner, who keeps them and their figures (BASE-35)."""

import datetime
from typing import Any

from addons.crm_base.services.ownership import CUSTOMER
from core.api import Environment, MissingRecord, _, grant_share, may_share, notify, system_of, withdraw_share

SHARE = "core.share"
ACCESS = {"read": _("Read"), "write": _("Follow up as well")}
"""What a colleague may do: with the second they record follow-ups, and change the customer."""
MOST = 500
_FIELDS = [
    "record_id",
    "user.name",
    "team.name",
    "department.name",
    "access",
    "until",
    "note",
    "created_by.name",
    "created_at",
]


def share(
    customer: Any,
    *,
    user: int | None = None,
    team: int | None = None,
    department: int | None = None,
    access: Any = "read",
    until: datetime.date | None = None,
    note: str | None = None,
) -> Any:
    """Share a customer with one user, team or department; a user is told. Return the record of ``core.share``.

    Args:
        customer: The record.
        user: Id of a user, or None.
        team: Id of a team, or None.
        department: Id of a department, or None.
        access: ``read``, or ``write`` to record follow-ups as well.
        until: The last day, included; None: without end.
        note: A remark, or None.

    Raises:
        AccessDenied: The user is neither owner nor superior nor administrator.
        ValidationError: Not exactly one of user, team and department, or another fault.
    """
    env: Environment = customer.env
    made = grant_share(
        env, customer, user=user, team=team, department=department, access=access, until=until, note=note
    )
    if user is not None and user != env.uid:
        title = _("%(who)s shares a customer with you: %(name)s", who=env.user.name, name=customer.name)
        notify(env, [user], title, text=note or "", url=f"/records/{CUSTOMER}/{customer.id}")
    return made


def unshare(env: Environment, number: int) -> int:
    """Withdraw a share of a customer and return the customer's id.

    Raises:
        MissingRecord: There is no such share of a customer.
        AccessDenied: The user is neither owner, superior nor giver.
    """
    found = env.browse(SHARE, number)
    if found is None or found.model != CUSTOMER:
        raise MissingRecord(_("There is no such share."))
    customer = int(found.record_id)
    withdraw_share(env, found)
    return customer


def may_share_customer(env: Environment, number: int) -> bool:
    """Whether the user may share a customer that they may read."""
    record = env[CUSTOMER].find(number)
    return record is not None and may_share(env, record)


def shares_of(env: Environment, customer: int) -> list[dict[str, Any]]:
    """Return the shares of a customer that the user may read, the newest first."""
    rows = system_of(env)[SHARE].read(
        [["model", "=", CUSTOMER], ["record_id", "=", customer]], _FIELDS, order="id desc", limit=MOST
    )
    return [_shown(row) for row in rows]


def all_shares(env: Environment) -> list[dict[str, Any]]:
    """Return the shares of all customers that the user may read, with the customers' names: for managers, and for everybody's own."""
    rows = env[SHARE].read([["model", "=", CUSTOMER]], _FIELDS, order="id desc", limit=MOST)
    names = env[CUSTOMER].read([["id", "in", [row["record_id"] for row in rows]]], ["name", "owner.name"])
    by_id = {row["id"]: row for row in names}
    return [
        {**_shown(row), "customer": by_id[row["record_id"]]["name"], "owner": by_id[row["record_id"]]["owner.name"]}
        for row in rows
        if row["record_id"] in by_id
    ]


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "record_id": row["record_id"],
        "whom": row["user.name"] or row["team.name"] or row["department.name"] or "",
        "access": ACCESS[row["access"]],
        "until": row["until"],
        "note": row["note"] or "",
        "by": row["created_by.name"] or "",
        "on": row["created_at"].date(),
    }
