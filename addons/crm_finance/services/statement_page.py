"""Plain data for the page of a customer's monthly statement (FIN-21)."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from addons.crm_base.api import PlainFigures
from addons.crm_finance.services.asked import customer_choices
from addons.crm_finance.services.statement import read_statement
from core.api import Environment, ValidationError, _, formats, id_of

KINDS = {"new": _("New receivable"), "receipt": _("Received"), "prepayment": _("From prepayment")}


def statement_data(env: Environment, asked: Mapping[str, str]) -> dict[str, Any]:
    """Return what the page shows.

    Args:
        env: The environment of the reader.
        asked: ``customer`` (id) and ``month`` (such as ``2025-07``; none: the present one) of the address.

    Raises:
        ValidationError: The month is none.
        MissingRecord: There is no such customer for the reader.
    """
    first, last = read_month(env, asked.get("month"))
    number = id_of(asked.get("customer", ""))
    data: dict[str, Any] = {
        "month": f"{first:%Y-%m}",
        "month_label": formats.period(first, "month", env.lang),
        "customers": customer_choices(env, "", number),
        "customer": number,
        "statement": None,
    }
    if number is None:
        return data
    customer = env["crm.customer"].get(number)
    found, shown = read_statement(env, number, first, last), PlainFigures(env)
    balance, lines = found.opening, []
    for line in found.lines:
        balance += line["amount"]
        lines.append(
            {
                "date": formats.date(line["date"], env.lang),
                "kind": shown.text(KINDS[line["kind"]]),
                "label": line["label"],
                "url": line["url"],
                "new": shown.money(line["amount"]) if line["kind"] == "new" else "",
                "settled": shown.money(-line["amount"]) if line["kind"] != "new" else "",
                "balance": shown.money(balance),
            }
        )
    data["statement"] = {
        "name": customer.name,
        "company": env.company.name if env.company else "",
        "opening": shown.money(found.opening),
        "new": shown.money(found.new),
        "settled": shown.money(found.settled),
        "closing": shown.money(found.closing),
        "lines": lines,
        "url": f"/records/crm.customer/{number}",
    }
    return data


def read_month(env: Environment, text: str | None) -> tuple[dt.date, dt.date]:
    """Return the first and last day of a month such as ``2025-07``; nothing asked is the present one."""
    try:
        first = dt.date.fromisoformat(f"{text}-01") if text else env.today().replace(day=1)
    except ValueError:
        raise ValidationError(_("“%(text)s” is no month.", text=str(text)[:40]), field="month") from None
    following = (first + dt.timedelta(days=32)).replace(day=1)
    return first, following - dt.timedelta(days=1)
