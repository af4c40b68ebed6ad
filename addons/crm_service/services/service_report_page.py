"""Plain data for the service report (SERV-27): the same figures as chart and table."""

from collections.abc import Mapping
from typing import Any

from addons.crm_base.api import PlainFigures
from addons.crm_service.services.service_report import PERIODS, ReportLine, read_report, totals
from core.api import Cell, Chart, Environment, Line, ValidationError, _, records_url

COLUMNS = (
    ("feedback", "count", _("Feedback received")),
    ("feedback", "handled", _("Feedback handled")),
    ("complaint", "count", _("Complaints received")),
    ("complaint", "handled", _("Complaints handled")),
    ("service", "count", _("Service tasks")),
    ("service", "handled", _("Service tasks done")),
)
"""Kind of ticket, figure and heading."""
CHARTED = 4
"""So many of the columns are drawn: feedback and complaints."""
LABELS = {"month": _("Calendar months"), "fiscal_month": _("Fiscal months"), "fiscal_year": _("Fiscal years")}


def service_report_data(env: Environment, asked: Mapping[str, str]) -> dict[str, Any]:
    """Return what the page shows.

    Args:
        env: The environment of the reader.
        asked: ``by`` and ``year`` of the address; what is missing is calendar months and the present year.

    Raises:
        ValidationError: A parameter is wrong.
    """
    by = asked.get("by") or "month"
    if by not in PERIODS:
        raise ValidationError(_("“%(name)s” is nothing that can be chosen here.", name=by[:80]), field="by")
    year = _year(env, asked)
    lines = read_report(env, by, year)
    sums = totals(lines)
    shown = PlainFigures(env)
    return {
        "periods": [{"key": key, "label": shown.text(LABELS[key]), "is_on": key == by} for key in PERIODS],
        "year": year,
        "chart": _chart(shown, lines) if sums["total"] else None,
        "dimension": shown.text(LABELS[by]),
        "columns": [shown.text(label) for _kind, _figure, label in COLUMNS],
        "rows": [
            {
                "name": _name(shown, line),
                "cells": [getattr(line, figure)[kind] for kind, figure, _label in COLUMNS],
                "total": line.total,
                "url": _url(line),
            }
            for line in lines
        ],
        "sums": [sums[figure][kind] for kind, figure, _label in COLUMNS],
        "total": sums["total"],
    }


def _year(env: Environment, asked: Mapping[str, str]) -> int:
    text = asked.get("year") or str(env.today().year)
    if not text.isascii() or not text.isdigit() or not 1950 <= int(text) <= 9000:
        raise ValidationError(_("A year such as 2025 is needed."), field="year")
    return int(text)


def _chart(shown: PlainFigures, lines: list[ReportLine]) -> Chart:
    drawn = COLUMNS[:CHARTED]
    return Chart(
        "bar",
        shown.text(_("Tickets")),
        shown.text(_("Period")),
        tuple(shown.text(label) for _kind, _figure, label in drawn),
        tuple(
            Line(_name(shown, line), tuple(_cell(line, kind, figure) for kind, figure, _label in drawn))
            for line in lines
        ),
    )


def _cell(line: ReportLine, kind: str, figure: str) -> Cell:
    value = getattr(line, figure)[kind]
    return Cell(str(value), str(value), float(value), _url(line, kind))


def _name(shown: PlainFigures, line: ReportLine) -> str:
    return line.label or shown.month(line.first)


def _url(line: ReportLine, kind: str | None = None) -> str:
    domain: list[Any] = [["received_at", ">=", line.first], ["received_at", "<=", line.last]]
    return records_url("crm.ticket", domain=[*domain, ["kind", "=", kind]] if kind else domain)
