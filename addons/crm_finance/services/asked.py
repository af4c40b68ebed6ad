"""What the pages of finance are asked for in their address, or by what was typed on them."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from addons.crm_finance.services.entries import ACCOUNT
from core.api import Environment, ValidationError, _, id_of

MOST_CUSTOMERS = 200
"""Offered to choose from."""


def read_days(env: Environment, asked: Mapping[str, str]) -> tuple[dt.date, dt.date]:
    """Return the first and last day; nothing asked is this month until today.

    Raises:
        ValidationError: One is no day, or the period ends before it begins.
    """
    today = env.today()
    first = read_day(asked.get("from"), "from") or today.replace(day=1)
    last = read_day(asked.get("to"), "from") or max(today, first)
    if first > last:
        raise ValidationError(_("The period ends before it begins."), field="to")
    return first, last


def read_account(env: Environment, text: str | None) -> Any:
    """Return the account asked for, as far as the reader may see it; None is all of them.

    Raises:
        MissingRecord: There is none.
    """
    if not text:
        return None
    return env[ACCOUNT].get(id_of(text) or 0)


def account_choices(env: Environment, chosen: Any) -> list[dict[str, Any]]:
    """Return the accounts that the reader may see: ``id``, ``name``, ``is_on``."""
    rows = env[ACCOUNT].read([], ["name"], order="sequence, name")
    return [
        {"id": row["id"], "name": row["name"], "is_on": chosen is not None and row["id"] == chosen.id} for row in rows
    ]


def customer_choices(env: Environment, find: str, chosen: int | None) -> list[dict[str, Any]]:
    """Return the customers whose name has ``find``, else those that owe most, and the chosen one: ``id``, ``name``, ``is_on``."""
    if find:
        ids = find_customers(env, find, MOST_CUSTOMERS)
    else:
        rows = env["crm.receivable"].aggregate(
            [["open_base", ">", 0]], {"open_base": "sum"}, ["customer"], order="open_base desc", limit=MOST_CUSTOMERS
        )
        ids = [row["customer"] for row in rows]
    if chosen is not None and chosen not in ids:
        ids.append(chosen)
    named = env["crm.customer"].read([["id", "in", ids]], ["name"], order="name")
    return [{"id": row["id"], "name": row["name"], "is_on": row["id"] == chosen} for row in named]


def find_customers(env: Environment, find: str, limit: int) -> list[int]:
    """Return the ids of customers whose name has ``find``, by name."""
    found = env["crm.customer"].read([["name", "ilike", find]], ["name"], order="name", limit=limit)
    return [row["id"] for row in found]


def read_day(text: str | None, field: str) -> dt.date | None:
    """Return a day such as ``2025-07-01``; None where nothing is asked.

    Raises:
        ValidationError: It is no day.
    """
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ValidationError(_("“%(text)s” is no day.", text=text[:40]), field=field) from None
