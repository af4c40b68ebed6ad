"""Plain data for the page of ageing, and the table it leaves the system as (FIN-19, FIN-20, FIN-32)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from addons.crm_base.api import PlainFigures, percent
from addons.crm_finance.services.ageing import GROUPS, AgeingRow, due_domain, read_ageing
from addons.crm_finance.services.asked import find_customers, read_day
from addons.crm_finance.services.customer_money import excess
from core.api import Environment, Sheet, SheetColumn, ValidationError, _, records_url

ADDRESS = "/x/crm_finance/ageing"
PAGE = 50
MOST_ROWS = 100_000
MOST_FOUND = 500
"""Customers whose name has what was looked for."""
MODELS = {"customer": "crm.customer", "owner": "core.user", "order": "crm.order"}
BY = {"customer": _("Customer"), "owner": _("Salesperson"), "order": _("Contract")}
PARTS = (
    _("Not due"),
    _("Up to 30 days"),
    _("30-60 days"),
    _("60-90 days"),
    _("90-180 days"),
    _("Over 180 days"),
)


def ageing_data(env: Environment, asked: Mapping[str, str], forms: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Return what the page shows.

    Args:
        env: The environment of the reader.
        asked: ``by``, ``day``, ``find`` (part of a customer's name) and ``page`` (from 1) of the address.
        forms: Formats of `sheet_formats`.

    Raises:
        ValidationError: A parameter is wrong.
    """
    by, day = read_by(asked.get("by")), read_day(asked.get("day"), "day") or env.today()
    page = int(asked["page"]) if asked.get("page", "").isdecimal() and len(asked["page"]) < 7 else 1
    find = asked.get("find", "").strip()
    among = find_customers(env, find, MOST_FOUND) if find else None
    found = read_ageing(env, by, day, among=among, limit=PAGE, offset=(max(page, 1) - 1) * PAGE)
    shown = PlainFigures(env)
    heads = _heads(env, by, [row.key for row in found.rows if row.key is not None])
    largest = max((row.total for row in found.rows), default=Decimal(0))
    query = {"by": by, "day": day.isoformat(), **({"find": find} if find else {})}
    scope = [["customer", "in", among]] if among is not None else []
    pages = -(-found.count // PAGE)
    return {
        "groups": [
            {"label": shown.text(label), "is_on": key == by, "url": _url({**query, "by": key})}
            for key, label in BY.items()
        ],
        "by": by,
        "by_label": shown.text(BY[by]),
        "day": day.isoformat(),
        "find": find,
        "parts": [shown.text(part) for part in PARTS],
        "total": _plain(shown, found.total, day, scope, found.total.total),
        "rows": [
            {
                **_plain(shown, row, day, [*scope, _is(by, row.key)], largest),
                **_limit(shown, by, row, heads.get(row.key, {})),
                "name": heads.get(row.key, {}).get("name") or "–",
                "second": heads.get(row.key, {}).get("second") or "",
                "url": heads.get(row.key, {}).get("url"),
                "share": shown.percent(percent(row.total, found.total.total)),
            }
            for row in found.rows
        ],
        "count": found.count,
        "late_share": shown.percent(percent(found.total.overdue, found.total.total)),
        "previous_url": _url({**query, "page": page - 1}) if page > 1 else None,
        "next_url": _url({**query, "page": page + 1}) if page < pages else None,
        "page": page,
        "pages": pages,
        "exports": [
            {"label": form["label"], "url": f"{ADDRESS}/export/{form['name']}?{urlencode(query)}"} for form in forms
        ],
        "today_url": _open_url([["due_date", "=", env.today()]]),
        "week_url": _open_url([["due_date", "=", {"this": "week"}]]),
        "statement_url": "/x/crm_finance/statement",
    }


def ageing_sheet(env: Environment, asked: Mapping[str, str]) -> Sheet:
    """Return the table of the page, all rows of it, at most `MOST_ROWS`."""
    by, day = read_by(asked.get("by")), read_day(asked.get("day"), "day") or env.today()
    find = asked.get("find", "").strip()
    found = read_ageing(env, by, day, among=find_customers(env, find, MOST_FOUND) if find else None, limit=MOST_ROWS)
    shown = PlainFigures(env)
    heads = _heads(env, by, [row.key for row in found.rows if row.key is not None])
    columns = [SheetColumn(shown.text(BY[by]), "char")]
    columns += [SheetColumn(shown.text(part), "money", 2) for part in (*PARTS, _("Overdue"), _("Total"))]
    columns.append(SheetColumn(shown.text(_("Most days overdue")), "integer"))
    rows = [
        [heads.get(row.key, {}).get("name") or "–", *row.parts, row.overdue, row.total, _days(row, day)]
        for row in found.rows
    ]
    return Sheet(shown.text(_("Ageing of receivables")), columns, rows)


def read_by(text: str | None) -> str:
    """Return what is grouped by; nothing asked is the customer."""
    if not text:
        return GROUPS[0]
    if text not in GROUPS:
        raise ValidationError(_("Receivables can't be grouped by this."), field="by")
    return text


def _heads(env: Environment, by: str, ids: list[int]) -> dict[Any, dict[str, Any]]:
    """Return what the rows are called and led to, as far as the reader may see it: one statement."""
    model, fields = MODELS[by], {"customer": ["owner.name", "overdue_limit"], "order": ["customer.name"], "owner": []}
    name = "number" if by == "order" else "name"
    found: dict[Any, dict[str, Any]] = {}
    for start in range(0, len(ids), 500):
        for row in env[model].read([["id", "in", ids[start : start + 500]]], [name, *fields[by]]):
            found[row["id"]] = {
                "name": row[name],
                "second": row.get("owner.name") or row.get("customer.name"),
                "limit": row.get("overdue_limit"),
                "url": None if by == "owner" else f"/records/{model}/{row['id']}",
            }
    return found


def _plain(shown: PlainFigures, row: AgeingRow, day: dt.date, domain: list[Any], whole: Decimal) -> dict[str, Any]:
    x, bars = 0.0, []
    for place, part in enumerate(row.parts):
        width = float(part * 100 / whole) if whole else 0.0
        if part:
            bars.append({"place": place, "x": f"{x:.2f}", "width": f"{width:.2f}"})
        x += width
    days = _days(row, day)
    return {
        "parts": [
            {
                "amount": shown.money(part) if part else "–",
                "url": _open_url([*domain, *due_domain(place, day)]) if part else None,
                "share": shown.percent(percent(part, row.total)) if row.total else "",
            }
            for place, part in enumerate(row.parts)
        ],
        "bars": bars,
        "amount": shown.money(row.total),
        "all_url": _open_url(domain),
        "overdue": shown.money(row.overdue) if row.overdue else None,
        "days": shown.text(_("%(days)s days", days=days)) if days else "–",
        "is_old": days > 60,
    }


def _limit(shown: PlainFigures, by: str, row: AgeingRow, head: Mapping[str, Any]) -> dict[str, Any]:
    limit = head.get("limit") if by == "customer" else None
    if limit is None:
        return {"limit": None, "excess": None, "used": None}
    over = excess(row.overdue, limit)
    used = percent(row.overdue, limit)
    return {
        "limit": shown.large(limit),
        "excess": shown.text(_("over by %(amount)s", amount=shown.money(over))) if over else None,
        "used": shown.percent(used),
        "used_share": f"{min(1.0, float((used or 0) / 100)):.4f}",
    }


def _days(row: AgeingRow, day: dt.date) -> int:
    return max(0, (day - row.oldest).days) if row.oldest else 0


def _is(by: str, key: int | None) -> list[Any]:
    return [by, "=", key] if key is not None else [by, "is_not_set"]


def _open_url(domain: list[Any]) -> str:
    return records_url("crm.receivable", domain=[["open_base", ">", 0], *domain])


def _url(query: Mapping[str, Any]) -> str:
    return f"{ADDRESS}?{urlencode(query)}"
