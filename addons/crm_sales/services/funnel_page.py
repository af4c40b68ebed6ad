"""Plain data for the page of the funnel (SALE-15, SALE-16)."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from addons.crm_base.api import PlainFigures, percent
from addons.crm_sales.services.conversion import Conversion, read_conversion, usual_period
from addons.crm_sales.services.funnel import Funnel, funnel_domain, read_funnel, read_processes
from addons.crm_sales.services.scopes import Scope, scope_named, scopes_for
from core.api import Cell, Chart, Environment, Line, ValidationError, _, formats, records_url

SCOPE_GROUPS = (("", ""), ("department", _("Departments")), ("team", _("Teams")), ("person", _("Employees")))


def funnel_data(env: Environment, asked: Mapping[str, str]) -> dict[str, Any]:
    """Return what the page shows.

    Args:
        env: The environment of the reader.
        asked: ``scope``, ``process``, ``from`` and ``to`` of the address; what is missing is as usual.

    Raises:
        ValidationError: A parameter is wrong.
    """
    processes = read_processes(env)
    scopes = scopes_for(env)
    scope = scope_named(scopes, asked.get("scope"))
    first, last = read_period(env, asked)
    shown = PlainFigures(env)
    data: dict[str, Any] = {
        "scopes": scope_choices(shown, scopes, scope),
        "processes": processes,
        "first": first.isoformat(),
        "last": last.isoformat(),
        "span": f"{formats.date(first, env.lang)} – {formats.date(last, env.lang)}",
        "steps": [],
        "chart": None,
        "conversion": None,
        "forecast_url": "/x/crm_sales/forecast",
    }
    if not processes:
        return data
    process = _process(processes, asked.get("process"))
    funnel = read_funnel(env, process, scope.opportunities)
    conversion = read_conversion(
        env, first, last, process=process, opportunities=scope.opportunities, leads=scope.leads
    )
    domain = funnel_domain(process, scope.opportunities)
    data |= {
        "process": process,
        "steps": [_step(shown, step, domain) for step in funnel.steps],
        "total": {
            "count": funnel.count,
            "amount": shown.money(funnel.amount),
            "expected": shown.money(funnel.expected),
            "mean": shown.percent(percent(funnel.expected, funnel.amount)),
            "url": records_url("crm.opportunity", domain=domain),
        },
        "chart": _chart(shown, funnel, domain) if funnel.count else None,
        "conversion": _conversion(shown, conversion, scope, process, first, last),
    }
    return data


def scope_choices(shown: PlainFigures, scopes: Mapping[str, Scope], chosen: Scope) -> list[dict[str, Any]]:
    """Return the choices of whose figures are shown, in groups with a heading."""
    found = []
    for prefix, label in SCOPE_GROUPS:
        options = [
            {"key": scope.key, "label": shown.text(scope.label), "is_on": scope.key == chosen.key}
            for scope in scopes.values()
            if scope.key.partition("-")[0 if "-" in scope.key else 1] == prefix
        ]
        if options:
            found.append({"label": shown.text(label) if label else "", "options": options})
    return found


def _step(shown: PlainFigures, step: Any, domain: list[Any]) -> dict[str, Any]:
    return {
        "name": step.name,
        "probability": f"{step.probability}%",
        "count": step.count,
        "amount": shown.money(step.amount),
        "expected": shown.money(step.expected),
        "url": records_url("crm.opportunity", domain=[*domain, ["stage", "=", step.stage]]) if step.count else None,
    }


def _chart(shown: PlainFigures, funnel: Funnel, domain: list[Any]) -> Chart:
    lines = tuple(
        Line(
            step.name,
            (
                Cell(
                    shown.money(step.amount),
                    shown.large(step.amount),
                    float(step.amount),
                    records_url("crm.opportunity", domain=[*domain, ["stage", "=", step.stage]]),
                ),
            ),
        )
        for step in funnel.steps
    )
    return Chart("funnel", shown.text(_("Amount")), shown.text(_("Stage")), (shown.text(_("Amount")),), lines)


def _conversion(
    shown: PlainFigures, found: Conversion, scope: Scope, process: int, first: dt.date, last: dt.date
) -> dict[str, Any]:
    leads = [["date", ">=", first], ["date", "<=", last], *scope.leads]
    opened = [["process", "=", process], ["opened_on", ">=", first], ["opened_on", "<=", last], *scope.opportunities]
    return {
        "is_empty": not found.leads and not found.opportunities,
        "leads": found.leads,
        "leads_url": records_url("crm.lead", domain=leads),
        "lead_rate": shown.percent(found.lead_rate),
        "lead_opportunities": found.lead_opportunities,
        "lead_win_rate": shown.percent(found.lead_win_rate),
        "leads_won": found.leads_won,
        "opportunities": found.opportunities,
        "opportunities_url": records_url("crm.opportunity", domain=opened),
        "won": found.won,
        "won_url": records_url("crm.opportunity", domain=[*opened, ["state", "=", "won"]]),
        "lost": found.lost,
        "win_rate": shown.percent(found.win_rate),
        "mean_won": shown.money(found.mean_won),
        "steps": [
            {
                "name": step.name,
                "reached": step.reached,
                "went_on": step.went_on,
                "rate": shown.percent(step.rate),
                "share": float((step.rate or 0) / 100),
            }
            for step in found.steps
        ],
    }


def read_period(env: Environment, asked: Mapping[str, str], *, until_today: bool = False) -> tuple[dt.date, dt.date]:
    """Return the first and the last day that ``from`` and ``to`` of an address name; what is missing is as usual.

    Args:
        env: The environment of the reader.
        asked: Parameters of the address.
        until_today: The usual period ends today instead of with the month before.

    Raises:
        ValidationError: One is no day, or the period ends before it begins.
    """
    usual = usual_period(env)
    first = _day(asked.get("from"), usual[0])
    last = _day(asked.get("to"), env.today() if until_today else usual[1])
    if first > last:
        raise ValidationError(_("The period ends before it begins."), field="to")
    return first, last


def _day(text: str | None, usual: dt.date) -> dt.date:
    if not text:
        return usual
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ValidationError(_("“%(text)s” is no day, such as 2025-01-31.", text=text[:40]), field="from") from None


def _process(processes: list[dict[str, Any]], asked: str | None) -> int:
    known = [str(row["id"]) for row in processes]
    if asked and asked not in known:
        raise ValidationError(_("There is no such sales process."), field="process")
    return int(asked or known[0])
