"""Rankings of customers by a figure over a period; ties share a rank (BASE-61)."""

import datetime as dt
from decimal import Decimal
from typing import Any

from addons.crm_base.services.customer_figures import CustomerFigure, figures_for
from addons.crm_base.services.percent import percent
from core.api import Environment, Request, ValidationError, _, formats, formatter_for

PERIODS = {
    "month": _("This month"),
    "last_month": _("Last month"),
    "quarter": _("This quarter"),
    "year": _("This year"),
    "last_year": _("Last year"),
    "all": _("Any time"),
    "own": _("From – to"),
}
_DOMAINS: dict[str, Any] = {
    "month": {"this": "month"},
    "last_month": {"last": "month"},
    "quarter": {"this": "quarter"},
    "year": {"this": "year"},
    "last_year": {"last": "year"},
}
COUNTS = (10, 20, 50, 100)
_MOST = 10_000
"""So many customers are looked at for a rate, which only a division tells."""


def rank_customers(
    env: Environment, figure: CustomerFigure, period: Any = None, *, limit: int = 20
) -> list[dict[str, Any]]:
    """Return the first customers by a figure, the greatest first, as rows ``rank``, ``customer`` (id), ``name``, ``value``.

    Args:
        env: Who asks; only what they may read counts.
        figure: One of `figures_for`.
        period: A condition on the figure's date as domains have it (``{"this": "month"}``), a pair of days (first, last; None: open), or None
            for any time.
        limit: So many rows; customers of one value share a rank, and the rank after them leaves as many out.
    """
    if figure.per is None:
        found = _values(env, figure, period, limit)
    else:
        parts = dict(_values(env, figure, period, _MOST))
        wholes = dict(_values(env, figures_for(env)[figure.per], period, _MOST))
        rates = [
            (number, rate)
            for number, whole in wholes.items()
            if (rate := percent(parts.get(number) or 0, whole)) is not None
        ]
        found = sorted(rates, key=lambda each: (-each[1], each[0]))[:limit]
    ids = [number for number, _value in found]
    names = {row["id"]: row["name"] for row in env["crm.customer"].read([["id", "in", ids]], ["name"])}
    rows: list[dict[str, Any]] = []
    for place, (number, value) in enumerate(found, start=1):
        rank = rows[-1]["rank"] if rows and rows[-1]["value"] == value else place
        rows.append({"rank": rank, "customer": number, "name": names.get(number), "value": value})
    return rows


def _values(env: Environment, figure: CustomerFigure, period: Any, limit: int) -> list[tuple[int, Any]]:
    measure = "id" if figure.how == "count" else figure.path
    domain = [*figure.domain, [figure.customer, "is_set"], *_within(figure, period)]
    rows = env[figure.model].aggregate(
        domain, {measure: figure.how}, [figure.by_customer], order=f"{measure} desc, {figure.by_customer}", limit=limit
    )
    return [(row[figure.by_customer], row[measure] or 0) for row in rows if row[figure.by_customer] is not None]


def _within(figure: CustomerFigure, period: Any) -> list[Any]:
    if period is None or figure.date is None:
        return []
    if isinstance(period, tuple):
        first, last = period
        # The day after the last, so that instants of the last day count whatever their hour.
        ends = [[figure.date, ">=", first]] if first else []
        return ends + ([[figure.date, "<", last + dt.timedelta(days=1)]] if last else [])
    return [[figure.date, "=", period]]


def page_data(request: Request, env: Environment) -> dict[str, Any]:
    """Return what the page of rankings shows; ``figure``, ``period``, ``from``, ``to`` and ``count`` say which one.

    Raises:
        ValidationError: A day or a name is wrong.
    """
    figures = figures_for(env)
    formatter = formatter_for(env)
    key = request.args.get("figure") or next(iter(figures), "")
    if figures and key not in figures:
        raise ValidationError(_("There is no such figure."), field="figure")
    name = request.args.get("period") or "year"
    if name not in PERIODS:
        raise ValidationError(_("There is no such period."), field="period")
    days = (_day(request, "from"), _day(request, "to"))
    period = days if name == "own" else _DOMAINS.get(name)
    count = request.args.get("count", "20")
    limit = int(count) if count in {str(each) for each in COUNTS} else 20
    rows = rank_customers(env, figures[key], period, limit=limit) if figures else []
    top = max((abs(Decimal(row["value"])) for row in rows), default=Decimal(0))
    lines = [
        {
            **row,
            "text": _text(env, figures[key], row["value"]),
            "name": row["name"] or formats.NONE,
            "url": f"/x/crm_base/customer/{row['customer']}" if row["name"] else None,
            "share": int(abs(Decimal(row["value"])) * 100 / top) if top else 0,
        }
        for row in rows
    ]
    return {
        "figures": [(each, formatter.text(figure.label), each == key) for each, figure in figures.items()],
        "periods": [(each, formatter.text(label), each == name) for each, label in PERIODS.items()],
        "counts": [(each, each == limit) for each in COUNTS],
        "first": days[0].isoformat() if days[0] else "",
        "last": days[1].isoformat() if days[1] else "",
        "is_own": name == "own",
        "heading": formatter.text(figures[key].label) if figures else "",
        "lines": lines,
    }


def _text(env: Environment, figure: CustomerFigure, value: Any) -> str:
    if figure.per is not None:
        return formats.number(value, env.lang) + "%"
    field = env.registry[figure.model].fields.get(figure.path) if figure.how != "count" else None
    return str(formatter_for(env).show(field, value).text) if field is not None else formats.number(value, env.lang)


def _day(request: Request, name: str) -> dt.date | None:
    text = request.args.get(name, "").strip()
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ValidationError(_("%(text)s is no day.", text=text[:20]), field=name) from None
