"""Managers assign, take back, transfer and redistribute customers (BASE-29, BASE-34, BASE-36)."""

from collections.abc import Collection, Sequence
from typing import Any

from addons.crm_base.services.ownership import CUSTOMER, change_owner
from core.api import AccessDenied, Environment, MissingRecord, ValidationError, _

MOST = 1000
"""Customers of one change."""
TASKS = "tasks"
_PASSING = (
    ("crm.task", [["state", "not_in", ["done", "cancelled"]]]),
    ("crm.activity", [["state", "in", ["planned", "approved"]]]),
)


def choices_along(env: Environment) -> dict[str, str]:
    """Return what may pass along with a customer, key → label; what is not a task or an activity comes from other addons."""
    found: dict[str, str] = {TASKS: _("Open tasks and planned activities")}
    for told in env.hook.choose_along():
        found |= told
    return found


def may_assign(env: Environment) -> bool:
    """Whether the user may give customers to others at all."""
    return "owner" not in env.hidden_fields(env.registry[CUSTOMER], "update")


def assign(env: Environment, customers: Sequence[int], owner: Any, note: str | None = None) -> int:
    """Give customers to a salesperson, from the pool or from somebody else; no limit holds and no claim counts (D8).

    Raises:
        AccessDenied: The user may not assign one of them.
    """
    return _pass_on(env, customers, owner, "assigned", note)


def recall(env: Environment, customers: Sequence[int], note: str | None = None) -> int:
    """Take customers back into the pool; a protection does not keep them."""
    return _pass_on(env, customers, None, "recalled", note)


def transfer(env: Environment, customers: Sequence[int], owner: Any, along: Collection[str], note: str) -> int:
    """Pass customers to another salesperson, with what goes along.

    Args:
        env: The environment of somebody who may assign them.
        customers: Ids.
        owner: Record or id of the taker.
        along: Keys of `choices_along`.
        note: The reason; needed.

    Raises:
        AccessDenied: The user may not assign one of them.
        ValidationError: No reason, or something unknown is to go along.
    """
    if not note.strip():
        raise ValidationError(_("A transfer needs a reason."), field="note")
    if unknown := sorted(set(along) - choices_along(env).keys()):
        raise ValidationError(_('"%(name)s" can\'t go along.', name=unknown[0]), field="along")
    records = _records(env, customers)
    givers = {record.id: record.owner_id for record in records}
    change_owner(records, owner, "transferred", note.strip())
    if TASKS in along:
        _pass_tasks(env, givers, owner)
    env.hook.customer_transferred(
        env=env, customers=records, givers=givers, owner=_user(env, owner), along=frozenset(along)
    )
    return len(records)


def redistribute(env: Environment, customers: Sequence[int], owners: Sequence[Any], note: str | None = None) -> int:
    """Give customers to one person, or evenly to several in turn; their follow-ups stay with them.

    Raises:
        AccessDenied: The user may not assign one of them.
        ValidationError: Nobody is to take them.
    """
    takers = list(dict.fromkeys(getattr(owner, "id", owner) for owner in owners))
    if not takers:
        raise ValidationError(_("Choose who takes the customers."), field="owners")
    records = _records(env, customers)
    for place, taker in enumerate(takers):
        change_owner(records[place :: len(takers)], taker, "redistributed", note)
    return len(records)


def _pass_on(env: Environment, customers: Sequence[int], owner: Any, reason: str, note: str | None) -> int:
    records = _records(env, customers)
    change_owner(records, owner, reason, note)
    return len(records)


def _records(env: Environment, customers: Sequence[int]) -> list[Any]:
    wanted = sorted(set(customers))
    if not 0 < len(wanted) <= MOST:
        raise ValidationError(_("Choose 1 to %(count)s customers.", count=MOST))
    if not may_assign(env):
        raise AccessDenied(_("You may not give customers to others."))
    found = list(env[CUSTOMER].search([["id", "in", wanted]], order="id", operation="update"))
    if len(found) < len(wanted):
        readable = env[CUSTOMER].count([["id", "in", wanted]])
        if readable < len(wanted):
            raise MissingRecord(_("One of the customers is not there."))
        raise AccessDenied(_("You may not give one of these customers to others."))
    return found


def _pass_tasks(env: Environment, givers: dict[int, int | None], owner: Any) -> None:
    """Give open tasks and planned activities of the customers that their giver had to the taker."""
    taker = _user(env, owner)
    with env.elevated(reason="open tasks pass along with their customers") as system:
        for model, is_open in _PASSING:
            domain = [["customer", "in", list(givers)], ["owner", "!=", taker.id], *is_open]
            for record in system[model].search(domain):
                if record.owner_id == givers[record.customer_id]:
                    record.update(owner=taker)


def _user(env: Environment, owner: Any) -> Any:
    return env.browse("core.user", getattr(owner, "id", owner))
