"""Plain data for the templates of the comparison and the report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from addons.crm_competitor.services.comparison import Comparison
from addons.crm_competitor.services.report import MET, UNITS, Figures, Report
from core.api import Environment, _, formats, formatter_for, records_url

BASE = "/x/crm_competitor"
UNIT_LABELS = {"": _("the whole time"), "month": _("month"), "quarter": _("quarter"), "year": _("year")}


def comparison_data(
    env: Environment, found: Comparison, chosen: Sequence[int], exports: Sequence[Mapping[str, str]]
) -> dict[str, Any]:
    """Return what the page of the comparison shows."""
    query = urlencode([("c", number) for number in chosen])
    return {
        "columns": [{**row, "url": f"{BASE}/competitor/{row['id']}"} for row in found.columns],
        "lines": [
            {
                "name": line.name,
                "weight": None if line.weight is None else formats.number(line.weight, env.lang),
                "cells": [
                    {
                        "text": cell.text,
                        "date": formats.date(cell.date, env.lang) if cell.date else None,
                        "is_best": cell.is_best,
                    }
                    for cell in line.cells
                ],
            }
            for line in found.lines
        ],
        "totals": [None if total is None else formats.number(total, env.lang, 2) for total in found.totals],
        "ours_url": records_url("crm.competitor.value", domain=[["competitor", "is_not_set"]]),
        "exports": _exports("comparison", exports, query),
    }


def report_data(
    env: Environment,
    found: Report,
    first: dt.date,
    last: dt.date,
    unit: str,
    product: int | None,
    exports: Sequence[Mapping[str, str]],
) -> dict[str, Any]:
    """Return what the page of the report shows."""
    query = urlencode({"from": first, "to": last, "unit": unit, **({"product": product} if product else {})})
    chosen = env["crm.product"].read([["id", "=", product]], ["display_name"]) if product else []
    return {
        "first": first.isoformat(),
        "last": last.isoformat(),
        "units": [(name, formatter_for(env).text(UNIT_LABELS[name]), name == unit) for name in UNITS],
        "product": (product, chosen[0]["display_name"]) if chosen else None,
        "lines": [
            {
                "name": line.name,
                "threat": line.threat,
                "url": f"{BASE}/competitor/{line.id}",
                "met_url": records_url(MET, domain=[["competitor", "=", line.id]]),
                "cells": cells_of(env, line.figures),
                "periods": [
                    {"label": formats.period(day, unit, env.lang), "cells": cells_of(env, figures)}
                    for day, figures in line.periods.items()
                ],
            }
            for line in found.lines
        ],
        "total": cells_of(env, found.total),
        "exports": _exports("report", exports, query),
    }


def cells_of(env: Environment, figures: Figures) -> dict[str, str]:
    """Return the figures of a line in words."""
    return {
        **{name: formats.number(getattr(figures, name), env.lang) for name in ("met", "won", "lost", "lost_otherwise")},
        **{name: formats.number(getattr(figures, name), env.lang, 2) for name in ("won_amount", "lost_amount")},
        "rate": "–" if figures.rate is None else formats.percent(figures.rate / 100, env.lang),
    }


def _exports(page: str, forms: Sequence[Mapping[str, str]], query: str) -> list[dict[str, str]]:
    return [{"label": each["label"], "url": f"{BASE}/{page}/export/{each['name']}?{query}"} for each in forms]
