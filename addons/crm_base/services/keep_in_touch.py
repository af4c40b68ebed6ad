"""Making return visits: one open task for each customer with an interval, the next when it is finished (BASE-21)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from core.api import Environment, _

CUSTOMER = "crm.customer"
TASK = "crm.task"
CHUNK = 500
OPEN = ["open", "in_progress", "submitted"]


def category_days(env: Environment) -> dict[int, int]:
    """Return category → days between contacts; one statement."""
    rows = env["crm.contact.interval"].read([["contact_days", "is_set"]], ["category", "contact_days"])
    return {row["category"]: row["contact_days"] for row in rows}


def make_return_visits(env: Environment, limit: int = CHUNK) -> int:
    """Make the tasks of customers with an owner and an interval that have none open; return how many.

    Args:
        env: An environment of the system.
        limit: Customers at most; call again while as many are returned.
    """
    days = category_days(env)
    wants: list[Any] = [["contact_interval", ">", 0]]
    if days:
        wants.append({"all": [["contact_interval", "is_not_set"], ["category", "in", list(days)]]})
    domain = [["owner", "is_set"], ["active", "=", True], ["return_visit", "is_not_set"], {"any": wants}]
    customers = env[CUSTOMER].search(domain, order="id", limit=limit)
    _make(env, customers, {each.id: _interval(each, days) for each in customers}, from_last_contact=True)
    return len(customers)


def _interval(customer: Any, days: Mapping[int, int]) -> int:
    if customer.contact_interval is not None:
        return int(customer.contact_interval)
    return days.get(customer.category_id or 0, 0)


def _make(env: Environment, customers: Sequence[Any], intervals: Mapping[int, int], *, from_last_contact: bool) -> None:
    today, values = env.today(), []
    for customer in customers:
        last = (customer.last_contact or today) if from_last_contact else today
        due = max(last + datetime.timedelta(days=intervals[customer.id]), today)
        text = env.services.text(
            _("Return visit: %(customer)s", customer=customer.name), customer.owner.language or env.default_lang
        )
        values.append(
            {
                "name": str(text)[:255],
                "owner": customer.owner,
                "giver": None,
                "customer": customer,
                "due": due,
                "is_return_visit": True,
            }
        )
    if values:
        for customer, task in zip(customers, env[TASK].create(values), strict=True):
            customer.return_visit = task
        env.flush()


def finish_return_visit(task: Any) -> None:
    """Set the next return visit, when one was done or called off. Without an interval or owner there is none."""
    if not task.is_return_visit or task.customer is None:
        return
    with task.env.elevated(reason="the next return visit") as env:
        customer = task.customer
        customer.return_visit = None
        interval = _interval(customer, category_days(env))
        if interval > 0 and customer.owner is not None and customer.active:
            _make(env, [customer], {customer.id: interval}, from_last_contact=False)


def on_saved(env: Environment, model: str, changed: Mapping[int, Mapping[str, Any]]) -> None:
    """Let open return visits follow their customer: to another owner, and away with the last one or the interval."""
    if model != CUSTOMER:
        return
    moved = [number for number, old in changed.items() if old.keys() & {"owner", "contact_interval"}]
    held = [customer for customer in env.load(CUSTOMER, moved) if customer.return_visit is not None]
    if not held:
        return
    days = category_days(env)
    with env.system_changes():
        for customer in held:
            task, interval = customer.return_visit, _interval(customer, days)
            if customer.owner is None or interval <= 0:
                customer.return_visit = None
                task.state = "cancelled"
                continue
            if task.owner is not customer.owner:
                task.owner = customer.owner
            if "contact_interval" in changed[customer.id]:
                last = customer.last_contact or env.today()
                task.due = max(last + datetime.timedelta(days=interval), env.today())
