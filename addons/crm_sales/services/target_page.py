"""Plain data for the page of targets and their attainment (SALE-21)."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from addons.crm_base.api import PlainFigures
from addons.crm_sales.services.periods import month_after
from addons.crm_sales.services.target_figures import SOURCES, TargetLine, read_targets
from core.api import Environment, ValidationError, _, formats, records_url

MONTHS_BACK, MONTHS_AHEAD = 12, 2
SCOPES = (("person", _("Employees")), ("team", _("Teams")), ("department", _("Departments")))


def targets_data(env: Environment, asked: Mapping[str, str]) -> dict[str, Any]:
    """Return what the page shows.

    Args:
        env: The environment of the reader.
        asked: ``measure`` and ``month`` (such as ``2025-01``) of the address; what is missing is amount and the present month.

    Raises:
        ValidationError: A parameter is wrong.
    """
    measure = asked.get("measure") or "amount"
    if measure not in SOURCES:
        raise ValidationError(_("“%(name)s” is nothing that can be chosen here.", name=measure[:80]), field="measure")
    month = read_month(asked.get("month")) or env.today().replace(day=1)
    shown = PlainFigures(env)
    lines = read_targets(env, measure, month)
    field: Any = env.registry["crm.target"].fields["measure"]
    return {
        "measures": [
            {"key": key, "label": shown.text(_(label)), "is_on": key == measure} for key, label in field.options.items()
        ],
        "months": month_choices(env, month),
        "tables": [
            {"label": shown.text(label), "rows": [_row(shown, measure, line) for line in lines if line.scope == scope]}
            for scope, label in SCOPES
            if any(line.scope == scope for line in lines)
        ],
        "targets_url": records_url("crm.target", domain=[["measure", "=", measure], ["month", "=", month]]),
        "may_set": bool(env.guard.has_group(env, "crm_base.manager")),
    }


def read_month(text: str | None) -> dt.date | None:
    """Return the first day of a month such as ``2025-01``; None for nothing.

    Raises:
        ValidationError: It is no month.
    """
    if not text:
        return None
    try:
        return dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        raise ValidationError(_("“%(text)s” is no month, such as 2025-01.", text=text[:40]), field="month") from None


def month_choices(env: Environment, chosen: dt.date) -> list[dict[str, Any]]:
    """Return the months around the present one, and the one chosen."""
    this = env.today().replace(day=1)
    found = {month_after(this, number) for number in range(-MONTHS_BACK, MONTHS_AHEAD + 1)} | {chosen}
    return [
        {"key": f"{each:%Y-%m}", "label": formats.period(each, "month", env.lang), "is_on": each == chosen}
        for each in sorted(found)
    ]


def _row(shown: PlainFigures, measure: str, line: TargetLine) -> dict[str, Any]:
    figure = shown.money if measure in ("amount", "receipts") else shown.number
    return {
        "rank": line.rank,
        "name": line.name,
        "target": figure(line.target),
        "actual": figure(line.actual),
        "percent": shown.percent(line.percent),
        "share": min(1.0, float((line.percent or 0) / 100)),
        "gap": figure(line.gap),
        "is_behind": line.gap < 0,
    }
