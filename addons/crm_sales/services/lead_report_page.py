"""Plain data for the report on leads (SALE-04)."""

from collections.abc import Mapping
from typing import Any

from addons.crm_base.api import PlainFigures
from addons.crm_sales.services.funnel_page import read_period, scope_choices
from addons.crm_sales.services.lead_report import GROUPS, LeadLine, read_leads
from addons.crm_sales.services.scopes import scope_named, scopes_for
from core.api import Environment, ValidationError, _, formats, records_url

LABELS = {
    "source": _("Source"),
    "campaign": _("Campaign"),
    "owner": _("Owner"),
    "region": _("Region"),
    "month": _("Month"),
}


def lead_report_data(env: Environment, asked: Mapping[str, str]) -> dict[str, Any]:
    """Return what the page shows.

    Args:
        env: The environment of the reader.
        asked: ``by``, ``scope``, ``from`` and ``to`` of the address; what is missing is as usual.

    Raises:
        ValidationError: A parameter is wrong.
    """
    by = asked.get("by") or "source"
    if by not in GROUPS:
        raise ValidationError(_("“%(name)s” is nothing that can be chosen here.", name=by[:80]), field="by")
    scopes = scopes_for(env)
    scope = scope_named(scopes, asked.get("scope"))
    first, last = read_period(env, asked, until_today=True)
    lines, total = read_leads(env, by, first, last, scope.leads)
    shown = PlainFigures(env)
    domain = [["date", ">=", first], ["date", "<=", last], *scope.leads]
    return {
        "groups": [{"key": key, "label": shown.text(LABELS[key]), "is_on": key == by} for key in GROUPS],
        "label": shown.text(LABELS[by]),
        "scopes": scope_choices(shown, scopes, scope),
        "first": first.isoformat(),
        "last": last.isoformat(),
        "rows": [_row(env, shown, by, line, domain) for line in lines],
        "total": _row(env, shown, "", total, domain),
    }


def _row(env: Environment, shown: PlainFigures, by: str, line: LeadLine, domain: list[Any]) -> dict[str, Any]:
    name = formats.period(line.name, "month", env.lang) if by == "month" and line.name else line.name
    own = domain
    if by and by != "month":
        own = [*domain, [by, "is_not_set"] if line.key is None else [by, "=", line.key]]
    return {
        "name": name or shown.text(_("None")),
        "url": records_url("crm.lead", domain=own) if by != "month" else None,
        "count": line.count,
        "open": line.open,
        "converted": line.converted,
        "dropped": line.dropped,
        "rate": shown.percent(line.rate),
        "share": float((line.rate or 0) / 100),
        "days": shown.number(line.mean_days, 2),
    }
