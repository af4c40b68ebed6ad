"""Plain data for the page of cash flow (FIN-07)."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from addons.crm_base.api import PlainFigures
from addons.crm_finance.services.asked import account_choices, read_account, read_days
from addons.crm_finance.services.cash_flow import STEPS, CashFlow, FlowRow, next_start, read_flow
from addons.crm_finance.services.entries import ENTRY
from core.api import Cell, Chart, Environment, Line, ValidationError, _, formats, records_url

NONE = "–"
"""How a table of figures shows nothing."""
LABELS = {"day": _("Day"), "week": _("Week"), "month": _("Month"), "year": _("Year")}


def cash_flow_data(env: Environment, asked: Mapping[str, str]) -> dict[str, Any]:
    """Return what the page shows.

    Args:
        env: The environment of the reader.
        asked: ``account``, ``step``, ``from`` and ``to`` of the address; what is missing is as usual.

    Raises:
        ValidationError: A parameter is wrong.
        MissingRecord: There is no such account, or it is not for the reader.
    """
    step = asked.get("step") or "day"
    if step not in STEPS:
        raise ValidationError(_("Cash flow can't be shown by this."), field="step")
    account = read_account(env, asked.get("account"))
    first, last = read_days(env, asked)
    flow = read_flow(env, first, last, step, account)
    shown = PlainFigures(env)
    rows = [_row(env, shown, row, step, (first, last), account) for row in flow.rows]
    return {
        "accounts": account_choices(env, account),
        "steps": [{"key": key, "label": shown.text(label), "is_on": key == step} for key, label in LABELS.items()],
        "first": first.isoformat(),
        "last": last.isoformat(),
        "label": shown.text(LABELS[step]),
        "currency": account.currency if account is not None and env.company.many_currencies else "",
        "figures": _figures(shown, flow, account),
        "chart": _chart(shown, flow, rows, step),
        "rows": [row for row in rows if row["is_moved"]],
        "total": {"in": shown.money(flow.money_in), "out": shown.money(flow.money_out), "net": shown.money(flow.net)},
    }


def _figures(shown: PlainFigures, flow: CashFlow, account: Any) -> list[dict[str, Any]]:
    found = [
        (_("Opening balance"), flow.opening),
        (_("Income"), flow.money_in),
        (_("Spending"), flow.money_out),
        (_("Net cash flow"), flow.net),
    ]
    if account is None and flow.difference:
        found.append((_("Rate differences"), flow.difference))
    found.append((_("Closing balance"), flow.closing))
    return [{"label": shown.text(label), "value": shown.money(value), "is_low": value < 0} for label, value in found]


def _row(
    env: Environment, shown: PlainFigures, row: FlowRow, step: str, span: tuple[dt.date, dt.date], account: Any
) -> dict[str, Any]:
    domain: list[Any] = [["booked", "=", True], ["date", ">=", max(row.start, span[0])], ["kind", "!=", "opening"]]
    domain.append(["date", "<=", min(next_start(row.start, step) - dt.timedelta(days=1), span[1])])
    domain.append(["kind", "!=", "transfer"] if account is None else ["account", "=", account.id])
    return {
        "name": _name(row.start, step, env.lang),
        "in": shown.money(row.money_in) if row.money_in else NONE,
        "out": shown.money(row.money_out) if row.money_out else NONE,
        "net": shown.money(row.net) if row.net else NONE,
        "is_low": row.net < 0,
        "is_moved": bool(row.money_in or row.money_out),
        "url": records_url(ENTRY, domain=domain),
    }


def _chart(shown: PlainFigures, flow: CashFlow, rows: list[dict[str, Any]], step: str) -> Chart | None:
    if not any(row["is_moved"] for row in rows):
        return None

    def cell(value: Decimal, url: str) -> Cell:
        return Cell(shown.money(value), shown.large(value), float(value), url)

    lines = tuple(
        Line(plain["name"], tuple(cell(value, plain["url"]) for value in (row.money_in, row.money_out, row.net)))
        for row, plain in zip(flow.rows, rows, strict=True)
    )
    series = tuple(shown.text(label) for label in (_("Income"), _("Spending"), _("Net cash flow")))
    return Chart("line", shown.text(_("Cash flow")), shown.text(LABELS[step]), series, lines, is_dated=True)


def _name(start: dt.date, step: str, lang: str) -> str:
    if step == "year":
        return str(start.year)
    return f"{start:%Y-%m}" if step == "month" else formats.date(start, lang)
