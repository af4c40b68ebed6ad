"""How an order stands in the warehouse, line by line: the tab beside it and the page of requests (SALE-44, STOCK-11)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from addons.crm_base.api import may
from addons.crm_product.api import plain
from addons.crm_sales_stock.services.request import SKIP_KEEPER
from addons.crm_stock.api import available, default_warehouse
from core.api import formatter_for, label_of, record_url, system_of

SEE = "crm_sales_stock.see_available"
ZERO = Decimal(0)


def stock_rows(order: Any) -> list[dict[str, Any]]:
    """Return a mapping for each line of a product, with quantities in the unit of the line; one statement for all of them.

    Keys: ``id name unit quantity delivered requested coming_back rest available short``. ``rest`` is open and not requested yet;
    ``available`` is None, and ``short`` 0, for who may not see it; ``short`` is what is missing for ``rest`` after the lines above took
    theirs.
    """
    lines = [line for line in order.lines if line.product is not None]
    may_see = order.env.has_right(SEE)
    left: dict[int, Decimal] = available(order.env, [line.product for line in lines]) if may_see else {}
    found = []
    for line in lines:
        ratio = line.unit.ratio if line.unit else Decimal(1)
        there = left.get(line.product.id, ZERO)
        wanted = line.to_request * ratio
        left[line.product.id] = there - max(wanted, ZERO)
        found.append(
            {
                "id": line.id,
                "name": line.name,
                "unit": line.unit.name if line.unit else "",
                "quantity": line.quantity,
                "delivered": line.delivered,
                "requested": line.requested,
                "coming_back": line.coming_back,
                "rest": max(line.to_request, ZERO),
                "available": there / ratio if may_see else None,
                "short": max(min(wanted, wanted - there), ZERO) / ratio if may_see else ZERO,
            }
        )
    return found


def tab_data(order: Any) -> dict[str, Any]:
    """Return what the tab shows: the lines, and the stock documents made for the order that the user may see."""
    text = formatter_for(order.env).text
    documents = (
        order.env["crm.stock.document"].search([["order", "=", order.id]], "id desc", limit=20)
        if may(order.env, "crm.stock.document", "read")
        else []
    )
    return {
        "rows": [shown(row) for row in stock_rows(order)],
        "documents": [
            {
                "number": each.number,
                "url": record_url("crm.stock.document", each.id),
                "kind": str(text(label_of(each, "reason"))),
                "state": str(text(label_of(each, "state"))),
                "date": each.date,
            }
            for each in documents
        ],
    }


def shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with its quantities as texts; – where there is nothing to say."""
    return {
        key: plain(value) if isinstance(value, Decimal) else "–" if value is None else value
        for key, value in row.items()
    }


def page_data(order: Any, form: Mapping[str, str] | None, error: Any, *, is_return: bool) -> dict[str, Any]:
    """Return what the page of a request shows; ``form`` is what was sent and refused."""
    given = form or {}
    rows = []
    for row in stock_rows(order):
        most = max(row["delivered"] - row["coming_back"], ZERO) if is_return else row["rest"]
        usual = "" if is_return or not most else plain(most)
        rows.append(
            shown(row) | {"most": plain(most), "is_done": not most, "typed": given.get(f"line-{row['id']}", usual)}
        )
    usual_warehouse = default_warehouse(order.env)
    chosen = given.get("warehouse") or (str(usual_warehouse.id) if usual_warehouse else "")
    warehouses = system_of(order.env)["crm.warehouse"].read([["active", "=", True]], ["name"], order="sequence, id")
    return {
        "order": {
            "number": order.number,
            "customer": order.customer.display_name,
            "url": record_url("crm.order", order.id),
        },
        "rows": rows,
        "is_return": is_return,
        "may_replace": order.state == "confirmed",
        "replace": "replace" in given,
        "date": given.get("date", order.env.today().isoformat()),
        "warehouses": [{"id": row["id"], "name": row["name"], "is_on": str(row["id"]) == chosen} for row in warehouses],
        "may_skip": order.env.has_right(SKIP_KEEPER),
        "sees_available": order.env.has_right(SEE),
        "error": str(formatter_for(order.env).text(error)) if error is not None else None,
    }
