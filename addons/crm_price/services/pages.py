"""The figures of the pages of prices, in words of the reader's language."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from addons.crm_price.services.price_check import LineCheck, check_lines
from addons.crm_price.services.price_history import Earlier, Range, earlier_prices, price_range
from core.api import Environment, MissingRecord, _, formats, formatter_for, label_of

DOCUMENTS = ("crm.quote", "crm.order")


def find_document(env: Environment, model: str, number: int) -> Any:
    """Return a quote or order that the user may see.

    Raises:
        MissingRecord: There is none, or the model is another one.
    """
    if model not in DOCUMENTS:
        raise MissingRecord(_("There is no such record."))
    return env[model].get(number)


def check_data(document: Any) -> dict[str, Any]:
    """Return what the tab "Prices" beside a quote or order shows."""
    env = document.env
    lines = check_lines(document)
    return {
        "lines": [_line(env, document, line) for line in lines],
        "mode": _mode(document),
        "needs_approval": document.needs_price_approval,
        "below": sum(line.is_below for line in lines),
        "shows_margin": any(line.margin is not None for line in lines),
    }


def history_data(env: Environment, product: int, customer: int | None, unit: int | None) -> dict[str, Any]:
    """Return what the page of earlier prices shows; with a customer, theirs stand apart from those of others.

    Raises:
        MissingRecord: There is no such product, customer or unit that the user may see.
    """
    record = env["crm.product"].get(product)
    buyer = None if customer is None else env["crm.customer"].get(customer)
    units = list(record.units)
    chosen = next((each for each in units if each.id == unit), record.base_unit)
    chosen_id = None if chosen is None else chosen.id
    parts = []
    if buyer is not None:
        parts.append(
            _part(env, _("To %(customer)s", customer=buyer.name), earlier_prices(env, product, customer, chosen_id))
        )
    parts.append(_part(env, _("To all customers"), earlier_prices(env, product, None, chosen_id)))
    query = f"customer={customer}&" if customer is not None else ""
    base = f"/x/crm_price/history/{product}?{query}"
    return {
        "product": record.display_name,
        "product_url": f"/records/crm.product/{product}",
        "units": [{"name": str(each.name), "url": f"{base}unit={each.id}", "on": each is chosen} for each in units],
        "list_price": formats.money(chosen.price, env.lang) if chosen is not None else None,
        "floor": formats.money(chosen.floor_price, env.lang) if chosen is not None and chosen.floor_price else None,
        "parts": parts,
    }


def _line(env: Environment, document: Any, line: LineCheck) -> dict[str, Any]:
    def money(value: Decimal | None, currency: str | None = None) -> str:
        return formats.money(value, env.lang, currency or document.currency)

    home = formatter_for(env).currency
    return {
        "name": line.name,
        "unit": line.unit,
        "quantity": formats.number(line.quantity, env.lang),
        "price": money(line.price),
        "discount": formats.percent(line.discount / 100, env.lang) if line.discount else None,
        "suggested": money(line.suggested),
        "floor": money(line.floor),
        "is_below": line.is_below,
        "below": money(line.below, home) if line.is_below else None,
        "below_percent": formats.percent((line.below_percent or 0) / 100, env.lang) if line.is_below else None,
        "last": money(line.last, home) if line.last is not None else None,
        "last_url": f"/records/crm.order/{line.last_order}" if line.last_order else None,
        "last_day": formats.date(line.last_day, env.lang) if line.last_day else None,
        "margin": formats.percent(line.margin / 100, env.lang) if line.margin is not None else None,
        "history_url": f"/x/crm_price/history/{line.product}?customer={document.customer.id}" if line.product else None,
    }


def _mode(document: Any) -> str | None:
    if not document.price_mode:
        return None
    return formatter_for(document.env).text(label_of(document, "price_mode"))


def _part(env: Environment, title: Any, lines: list[Earlier]) -> dict[str, Any]:
    return {
        "title": formatter_for(env).text(title),
        "sold": _range(env, price_range(lines, "crm.order")),
        "quoted": _range(env, price_range(lines, "crm.quote")),
        "rows": [_row(env, each) for each in lines],
    }


def _range(env: Environment, found: Range | None) -> dict[str, str] | None:
    if found is None:
        return None
    return {
        "count": formats.number(found.count, env.lang),
        **{name: formats.money(getattr(found, name), env.lang) for name in ("last", "lowest", "highest")},
    }


def _row(env: Environment, each: Earlier) -> dict[str, Any]:
    info, say = env.registry[each.model], formatter_for(env).text
    return {
        "kind": say(_(info.label)),
        "number": each.number,
        "url": f"/records/{each.model}/{each.document}",
        "day": formats.date(each.day, env.lang),
        "state": say(_(info.fields["state"].options[each.state])),  # type: ignore[attr-defined]  # a Selection
        "customer": each.customer,
        "unit": each.unit,
        "quantity": formats.number(each.quantity, env.lang),
        "price": formats.money(each.price, env.lang, each.currency),
        "discount": formats.percent(each.discount / 100, env.lang) if each.discount else "",
        "net": formats.money(each.net, env.lang),
        "is_below": each.is_below,
    }
