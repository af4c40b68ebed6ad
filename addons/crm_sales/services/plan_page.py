"""Plain data for the pages of the sales plan (SALE-22, SALE-23)."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from addons.crm_base.api import PlainFigures
from addons.crm_sales.services.periods import first_month, month_after, month_end, quarter_on
from addons.crm_sales.services.plan_figures import PlanLine, read_periods, read_plan
from addons.crm_sales.services.target_page import read_month
from core.api import Environment, ValidationError, _, formats, records_url

ADDRESS = "/x/crm_sales/plan"


def plan_data(env: Environment, asked: Mapping[str, str]) -> dict[str, Any]:
    """Return what the page of a year's plan shows.

    Args:
        env: The environment of the reader.
        asked: ``year`` (fiscal) and ``month`` (such as ``2025-01``; none: the whole year) of the address.

    Raises:
        ValidationError: A parameter is wrong.
    """
    present = quarter_on(env, env.today()).year
    year = _year(asked.get("year"), present)
    start = dt.date(year, first_month(env), 1)
    month = read_month(asked.get("month"))
    if month is not None and not start <= month < month_after(start, 12):
        raise ValidationError(_("This month is not in the year of the plan."), field="month")
    first = month or start
    last = month_end(month or month_after(start, 11))
    shown = PlainFigures(env)
    lines = read_plan(env, year, first, last)
    query = {"year": year}
    return {
        "years": [
            {
                "key": each,
                "label": formats.fiscal_period(dt.date(each, start.month, 1), "fiscal_year", start.month, env.lang),
                "is_on": each == year,
            }
            for each in sorted({present - 1, present, present + 1, year})
        ],
        "months": [
            {"key": f"{each:%Y-%m}", "label": formats.period(each, "month", env.lang), "is_on": each == month}
            for each in (month_after(start, number) for number in range(12))
        ],
        "is_year": month is None,
        "rows": [
            {**_row(shown, line), "name": line.name, "depth": min(line.depth, 5), "url": f"{ADDRESS}/{line.id}"}
            for line in lines
        ],
        "plans_url": records_url("crm.sales.plan", domain=[["year", "=", year]]),
        "new_url": f"/records/crm.sales.plan/new?{urlencode(query)}",
        "may_set": bool(env.guard.has_group(env, "crm_base.manager")),
        "differences": sum(1 for line in lines if line.differences),
    }


def plan_part_data(env: Environment, number: int, asked: Mapping[str, str]) -> dict[str, Any]:
    """Return what the page of one part of a plan shows: its months, or the weeks of one.

    Raises:
        MissingRecord: There is no such part for the reader.
        ValidationError: ``month`` is none.
    """
    plan = env["crm.sales.plan"].get(number)
    month = read_month(asked.get("month"))
    shown = PlainFigures(env)
    found = read_periods(env, plan, by_weeks=month)
    rows = []
    for first, line in found:
        if month is None:
            label, url = (
                formats.period(first, "month", env.lang),
                f"{ADDRESS}/{number}?{urlencode({'month': f'{first:%Y-%m}'})}",
            )
        else:
            label, url = formats.date(first, env.lang), None
        rows.append({**_row(shown, line), "name": label, "url": url})
    total = _total([line for _first, line in found])
    return {
        "name": plan.name,
        "year": plan.year,
        "month": formats.period(month, "month", env.lang) if month else None,
        "rows": rows,
        "total": _row(shown, total) if total else None,
        "year_amount": shown.money(plan.amount),
        "not_in_months": shown.money(plan.months_difference) if plan.months_difference else None,
        "all_url": f"{ADDRESS}?{urlencode({'year': plan.year})}",
        "self_url": f"{ADDRESS}/{number}",
        "edit_url": f"/records/crm.sales.plan/{number}",
    }


def _total(lines: list[PlanLine]) -> PlanLine | None:
    if not lines:
        return None
    one = lines[0]
    return PlanLine(
        one.id,
        "",
        one.kind,
        0,
        one.year_amount,
        sum((line.plan for line in lines), start=lines[0].plan * 0),
        sum((line.actual for line in lines), start=lines[0].plan * 0),
        sum((line.expected for line in lines), start=lines[0].plan * 0),
    )


def _row(shown: PlainFigures, line: PlanLine) -> dict[str, Any]:
    return {
        "plan": shown.money(line.plan),
        "actual": shown.money(line.actual),
        "percent": shown.percent(line.percent),
        "share": min(1.0, float((line.percent or 0) / 100)),
        "gap": shown.money(line.gap),
        "is_behind": line.gap < 0,
        "forecast": shown.money(line.forecast),
        "differences": [shown.money(each) for each in line.differences],
    }


def _year(text: str | None, usual: int) -> int:
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) == 4 and 1900 <= int(text) <= 9000):
        raise ValidationError(_("“%(text)s” is no year.", text=text[:40]), field="year")
    return int(text)
