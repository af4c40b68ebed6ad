"""What the page of one product shows: heading, key figures, data as the form has them, tabs of panels of all addons (PROD-11)."""

from typing import Any, ClassVar

from core.api import Environment, RecordReader, Request, _, profile_tabs, record_url

PLACE = "crm_product.product_view"
"""Where addons put panels of sales, prices, stock, services. ``{{ record }}`` is the id of the product."""
TABS = {
    "overview": _("Overview"),
    "sales": _("Sales detail"),
    "prices": _("Prices"),
    "stock": _("Stock"),
    "purchases": _("Purchases"),
    "services": _("Services"),
}
"""Tabs that panels may name, in their order; a panel may bring one of its own."""


class ProductReader(RecordReader):
    """Reads one product."""

    model = "crm.product"
    head = ("name", "number", "model_number", "category", "brand", "unit", "price", "cost", "state", "picture")
    shown_above = frozenset({"name", "number", "picture"})
    colors: ClassVar = {"state": {"on_sale": "success"}}


def page_data(request: Request, env: Environment, number: int) -> dict[str, Any]:
    """Return what the page of a product shows.

    Raises:
        MissingRecord: There is none, or none that the user may read.
    """
    reader = ProductReader(env, number)
    may_edit = env.may(env["crm.product"].get(number), "update")
    here = f"/x/crm_product/product/{number}"
    return {
        "row": reader.row,
        "shown": {name: reader.shown(name) for name in reader.head if name in reader.row},
        "edit_url": record_url("crm.product", f"{number}/edit", back=here) if may_edit else None,
        "record_url": record_url("crm.product", number),
        "side_url": record_url("crm.product", f"{number}/side"),
        "tabs": profile_tabs(request, PLACE, reader, TABS, may_edit=may_edit),
    }
