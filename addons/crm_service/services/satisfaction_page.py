"""Plain data for the page of satisfaction (SERV-22)."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from addons.crm_base.api import PlainFigures
from addons.crm_service.services.satisfaction import COUNTED, GROUPS, Satisfaction, read_satisfaction
from core.api import Environment, ValidationError, _, get_parameter, records_url

LABELS = {"owner": _("Handler"), "product": _("Product"), "customer": _("Customer"), "month": _("Month")}


def satisfaction_data(env: Environment, asked: Mapping[str, str]) -> dict[str, Any]:
    """Return what the page shows.

    Args:
        env: The environment of the reader.
        asked: ``by``, ``from`` and ``to`` of the address; what is missing is the handler and this year until today.

    Raises:
        ValidationError: A parameter is wrong.
    """
    by = asked.get("by") or "owner"
    if by not in GROUPS:
        raise ValidationError(_("“%(name)s” is nothing that can be chosen here.", name=by[:80]), field="by")
    first, last = read_days(env, asked)
    lines, total = read_satisfaction(env, by, first, last)
    limit = get_parameter(env, "crm_service.satisfaction_limit")
    shown = PlainFigures(env)
    domain = [["date", ">=", first], ["date", "<=", last], *COUNTED]
    return {
        "groups": [{"key": key, "label": shown.text(LABELS[key]), "is_on": key == by} for key in GROUPS],
        "label": shown.text(LABELS[by]),
        "first": first.isoformat(),
        "last": last.isoformat(),
        "limit": shown.number(limit, 2),
        "rows": [_row(shown, by, line, domain, limit) for line in lines],
        "total": _row(shown, "", total, domain, limit),
        "low": sum(line.mean is not None and line.mean < limit for line in lines),
    }


def read_days(env: Environment, asked: Mapping[str, str]) -> tuple[dt.date, dt.date]:
    """Return the first and last day that an address names; without any, the first of January and today.

    Raises:
        ValidationError: One is no date, or the first comes after the last.
    """
    today = env.today()
    try:
        first = dt.date.fromisoformat(asked["from"]) if asked.get("from") else today.replace(month=1, day=1)
        last = dt.date.fromisoformat(asked["to"]) if asked.get("to") else today
    except ValueError:
        raise ValidationError(_("A date such as 2025-06-30 is needed."), field="from") from None
    if first > last:
        raise ValidationError(_("The first day comes after the last."), field="from")
    return first, last


def _row(shown: PlainFigures, by: str, line: Satisfaction, domain: list[Any], limit: Any) -> dict[str, Any]:
    own = domain
    if by and by != "month":
        own = [*domain, [by, "is_not_set"] if line.key is None else [by, "=", line.key]]
    name = shown.month(line.name) if by == "month" else line.name
    return {
        "name": name or shown.text(_("None")),
        "url": None if by == "month" else records_url("crm.survey", domain=own),
        "asked": line.asked,
        "answered": line.answered,
        "rate": shown.percent(line.answer_rate),
        "mean": shown.number(line.mean, 2),
        "satisfied": shown.percent(line.satisfied_share),
        "is_low": line.mean is not None and line.mean < limit,
    }
