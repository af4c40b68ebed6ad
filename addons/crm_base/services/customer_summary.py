"""The summary of customers by owner, region, category or status, with what other addons say of them (BASE-16)."""

from typing import Any

from addons.crm_base.services.customer_figures import CustomerFigure, figures_for
from core.api import Environment, Request, ValidationError, _, formats, formatter_for, records_url

DIMENSIONS = ("owner", "region", "category", "status", "type", "level", "source", "industry")
_MOST = 500


def summarise(env: Environment, by: str) -> list[dict[str, Any]]:
    """Return one row for each group of active customers: ``group``, ``count``, ``last_contact`` (date or None), ``figures`` by key.

    Figures count those customers that are active too, whatever the state of what is counted says in its own domain.

    Args:
        env: Who asks; only what they may read counts.
        by: One of `DIMENSIONS`.

    Raises:
        ValidationError: It is none of these.
    """
    if by not in DIMENSIONS:
        raise ValidationError(_("Customers are not summed up by this."), field="by")
    customers = env["crm.customer"].aggregate(
        [["active", "=", True]], {"id": "count", "last_contact": "max"}, [by], order="id desc", limit=_MOST
    )
    rows = [
        {"group": row[by], "count": row["id"], "last_contact": row["last_contact"], "figures": {}} for row in customers
    ]
    by_group = {row["group"]: row for row in rows}
    for figure in summary_figures(env):
        path = figure.of_customer(by)
        measure = "id" if figure.how == "count" else figure.path
        domain = [*figure.domain, [figure.of_customer("active"), "=", True]]
        for found in env[figure.model].aggregate(domain, {measure: figure.how}, [path]):
            if found[path] in by_group:
                by_group[found[path]]["figures"][figure.key] = found[measure]
    return rows


def summary_figures(env: Environment) -> list[CustomerFigure]:
    """Return the figures that stand in the summary."""
    return [figure for figure in figures_for(env).values() if figure.in_summary]


def page_data(request: Request, env: Environment) -> dict[str, Any]:
    """Return what the page of the summary shows; ``by`` says by what."""
    by = request.args.get("by") or "owner"
    rows, figures = summarise(env, by), summary_figures(env)
    formatter = formatter_for(env)
    info: Any = env.registry["crm.customer"]
    field = info.fields[by]
    names: dict[Any, str] = {}
    if field.is_relation:
        rec_name = env.registry[field.comodel].rec_name or "id"
        ids = sorted(row["group"] for row in rows if row["group"] is not None)
        found = env[field.comodel].read([["id", "in", ids]], [rec_name])
        names = {each["id"]: formatter.text(str(each[rec_name])) for each in found}
    else:
        names = {key: formatter.text(label) for key, label in field.options.items()}
    shown = [_shown(env, each) for each in figures]
    lines = [
        {
            "name": formatter.text(_("None")) if row["group"] is None else names.get(row["group"], formats.NONE),
            "url": records_url("crm.customer", domain=[[by, "=", row["group"]]]),
            "count": formats.number(row["count"], env.lang),
            "last": formats.date(row["last_contact"], env.lang, "table") if row["last_contact"] else formats.NONE,
            "figures": [show(row["figures"].get(figure.key)) for figure, show in zip(figures, shown, strict=True)],
        }
        for row in rows
    ]
    totals = [
        show(sum((row["figures"].get(figure.key) or 0 for row in rows), start=0))
        for figure, show in zip(figures, shown, strict=True)
    ]
    return {
        "dimensions": [(each, formatter.text(info.fields[each].label), each == by) for each in DIMENSIONS],
        "heads": [formatter.text(figure.label) for figure in figures],
        "lines": lines,
        "count": formats.number(sum(row["count"] for row in rows), env.lang),
        "totals": totals,
    }


def _shown(env: Environment, figure: CustomerFigure) -> Any:
    field = env.registry[figure.model].fields.get(figure.path) if figure.how != "count" else None
    formatter = formatter_for(env)

    def show(value: Any) -> str:
        if not value:
            return formats.NONE
        return (
            str(formatter.show(field, value, in_table=True).text)
            if field is not None
            else formats.number(value, env.lang)
        )

    return show
