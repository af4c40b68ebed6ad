"""The comparison and the report as tables that leave the system."""

from __future__ import annotations

from addons.crm_competitor.services.comparison import Comparison
from addons.crm_competitor.services.report import Report
from core.api import Environment, Sheet, SheetColumn, _, formats, formatter_for

_FIGURES = (
    ("met", _("Met"), "integer"),
    ("won", _("Won"), "integer"),
    ("lost", _("Lost to it"), "integer"),
    ("lost_otherwise", _("Lost otherwise"), "integer"),
    ("won_amount", _("Amount won"), "money"),
    ("lost_amount", _("Amount lost to it"), "money"),
    ("rate", _("Win rate %"), "decimal"),
)


def comparison_sheet(env: Environment, found: Comparison) -> Sheet:
    """Return the comparison as shown, the weighted totals in its last line."""
    text = formatter_for(env).text
    names = [text(_("Attribute")), text(_("Weight")), text(_("We")), *(row["name"] for row in found.columns)]
    rows = [[line.name, line.weight, *(cell.text for cell in line.cells)] for line in found.lines]
    totals = ["" if total is None else formats.number(total, env.lang, 2) for total in found.totals]
    rows.append([text(_("Weighted score")), None, *totals])
    columns = [SheetColumn(name, "decimal" if place == 1 else "char") for place, name in enumerate(names)]
    return Sheet(text(_("Comparison of competitors")), columns, rows)


def report_sheet(env: Environment, found: Report, unit: str) -> Sheet:
    """Return the report with one row a competitor, or one a competitor and period."""
    text = formatter_for(env).text
    columns = [SheetColumn(text(_("Competitor")), "char")]
    columns += [SheetColumn(text(_("Period")), "char")] if unit else []
    columns += [
        SheetColumn(text(label), kind, 2 if kind in ("money", "decimal") else None) for _name, label, kind in _FIGURES
    ]
    rows = []
    for line in found.lines:
        parts = [(formats.period(day, unit, env.lang), each) for day, each in line.periods.items()] if unit else []
        for period, figures in parts or [("", line.figures)]:
            rows.append(
                [line.name, *([period] if unit else []), *(getattr(figures, name) for name, *_rest in _FIGURES)]
            )
    return Sheet(text(_("Competitor report")), columns, rows)
