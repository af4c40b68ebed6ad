"""Plain data for the page of the forecast (SALE-17 to 20)."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from addons.crm_base.api import PlainFigures
from addons.crm_sales.services.forecast import Figures, Forecast, quarter_domain, read_forecast
from addons.crm_sales.services.lead_shortage import Shortage, read_shortages
from addons.crm_sales.services.people import COMPANY_RIGHT, Circle, circle_for
from addons.crm_sales.services.periods import first_month, month_after, quarter, quarter_on
from core.api import Environment, FiscalPeriod, ValidationError, _, formats, has_right, id_of, records_url

ADDRESS = "/x/crm_sales/forecast"
AROUND = (-4, 2)
"""Quarters offered before and after the present one."""
MOST_SHORTAGES = 50
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "closed": ("closed",),
    "expected": ("expected",),
    "expected_total": ("closed", "expected"),
    "best": ("best",),
    "best_total": ("closed", "expected", "best"),
    "pipeline": ("pipeline",),
    "left_out": ("left_out",),
}
"""Figure → forecast categories behind it."""


def forecast_data(env: Environment, asked: Mapping[str, str]) -> dict[str, Any]:
    """Return what the page shows.

    Args:
        env: The environment of the reader.
        asked: ``quarter`` (such as ``2025-1``) and ``of`` (id of somebody below, or ``company``) of the address.

    Raises:
        ValidationError: A parameter is wrong.
        MissingRecord: The person is not below the reader.
    """
    today = env.today()
    present = quarter_on(env, today)
    chosen = _quarter(env, asked.get("quarter")) or present
    of = asked.get("of") or ""
    person = id_of(of)
    if of and of != "company" and person is None:
        raise ValidationError(_("This is no id of a record."), field="of")
    circle = circle_for(env, person, whole_company=of == "company")
    forecast = read_forecast(env, chosen, circle)
    shown = PlainFigures(env)
    shortages = read_shortages(env, circle.members, today) if chosen == present else []
    return {
        "quarters": _quarters(env, present, chosen),
        "of": of,
        "label": circle.label,
        "is_mine": circle.head == env.uid,
        "sees_company": has_right(env, COMPANY_RIGHT),
        "lines": _lines(env, shown, forecast),
        "total": _figures(shown, forecast.total, chosen, circle, None),
        "has_parts": len(forecast.lines) > 1,
        "shortages": _shortages(shown, circle, shortages),
        "span": f"{formats.date(chosen.first, env.lang)} – {formats.date(chosen.last, env.lang)}",
        "may_set": _may_set(env),
        "quotas_url": records_url(
            "crm.quota", domain=[["year", "=", chosen.year], ["quarter", "=", str(chosen.number)]]
        ),
    }


def _may_set(env: Environment) -> bool:
    return bool(env.guard.has_group(env, "crm_base.manager"))


def _quarter(env: Environment, text: str | None) -> FiscalPeriod | None:
    if not text:
        return None
    year, _dash, number = text.partition("-")
    if not (year.isascii() and year.isdigit() and number.isascii() and number.isdigit() and len(text) < 8):
        raise ValidationError(_("“%(text)s” is no quarter, such as 2025-1.", text=text[:40]), field="quarter")
    return quarter(env, int(year), int(number))


def _quarters(env: Environment, present: FiscalPeriod, chosen: FiscalPeriod) -> list[dict[str, Any]]:
    found = {quarter_on(env, month_after(present.first, 3 * number)) for number in range(AROUND[0], AROUND[1] + 1)} | {
        chosen
    }
    start = first_month(env)
    return [
        {
            "key": f"{each.year}-{each.number}",
            "label": formats.fiscal_period(each.first, "fiscal_quarter", start, env.lang),
            "is_on": each == chosen,
        }
        for each in sorted(found, key=lambda each: each.first)
    ]


def _lines(env: Environment, shown: PlainFigures, forecast: Forecast) -> list[dict[str, Any]]:
    found = []
    for line in forecast.lines:
        branch = line.branch
        below = len(branch.members) - 1
        figures = _figures(shown, line.figures, forecast.quarter, forecast.circle, branch.members)
        quarter_key = f"{forecast.quarter.year}-{forecast.quarter.number}"
        opens = branch.user is not None and below and not branch.is_own
        found.append(
            {
                "label": branch.label,
                "is_own": branch.is_own,
                "below": below if not branch.is_own else 0,
                "url": f"{ADDRESS}?{urlencode({'quarter': quarter_key, 'of': branch.user})}" if opens else None,
                **figures,
            }
        )
    return found


def _figures(
    shown: PlainFigures, figures: Figures, period: FiscalPeriod, circle: Circle, members: frozenset[int] | None
) -> dict[str, Any]:
    people = sorted(circle.members if members is None else members)
    cells = {}
    for name, categories in COLUMNS.items():
        value = getattr(figures, name)
        domain = [quarter_domain(period, categories), ["owner", "in", people]]
        cells[name] = {
            "text": shown.money(value),
            "url": records_url("crm.opportunity", domain=domain) if value else None,
        }
    reached = figures.quota_percent
    return {
        "cells": cells,
        "quota": shown.money(figures.quota),
        "percent": shown.percent(reached),
        "share": min(1.0, float(reached / 100)) if reached is not None else None,
        "left": shown.money(figures.left),
    }


def _shortages(shown: PlainFigures, circle: Circle, shortages: list[Shortage]) -> list[dict[str, Any]]:
    names = {branch.user: branch.label for branch in circle.branches}
    rows = sorted((each for each in shortages if each.missing), key=lambda each: -each.missing)
    return [
        {
            "name": names.get(each.user) or "",
            "user": each.user,
            "left": shown.money(each.left),
            "mean": shown.money(each.mean_won),
            "rate": shown.percent(each.lead_win_rate),
            "deals": each.deals,
            "needed": each.needed,
            "open": each.open,
            "missing": each.missing,
            "url": records_url("crm.lead", domain=[["owner", "=", each.user], ["state", "in", ["new", "working"]]]),
        }
        for each in rows[:MOST_SHORTAGES]
    ]
