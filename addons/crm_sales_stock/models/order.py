"""Buttons of an order: ask the warehouse for its goods (SALE-44)."""

from typing import Any

from addons.crm_sales_stock.services.request import announce_return, request_stock_out
from addons.crm_sales_stock.services.typed import quantities_of
from core.api import Model, action, fields


class Order(Model):
    """An order knows the stock documents made for it."""

    _inherit = "crm.order"

    loan = fields.Many2one(
        "crm.stock.document",
        label="Sold from the loan",
        readonly=True,
        copy=False,
        index=True,
        ondelete="set null",
        help="Goods lent that the customer keeps: they are issued from the loan once the order is effective.",
    )
    stock_documents = fields.One2many("crm.stock.document", "order")

    @action("Request from stock", visible="record.state == 'confirmed' and record.delivery_state != 'full'")
    def request_stock_out(self: Any, quantities: Any = None, warehouse: Any = None, at_once: Any = False) -> Any:
        """Ask the warehouse for all that is open, or for ``quantities``: a mapping of ids of lines to quantities in their units."""
        chosen = None if quantities is None else quantities_of(quantities)
        return request_stock_out(self, chosen, warehouse=warehouse, at_once=bool(at_once))

    @action("Take goods back", visible="record.state in ('confirmed', 'done') and record.delivery_state != 'none'")
    def announce_return(
        self: Any, quantities: Any, replace: Any = False, warehouse: Any = None, at_once: Any = False
    ) -> Any:
        """Announce to the warehouse what the customer brings back: a mapping of ids of lines to quantities in their units."""
        options = {"replace": bool(replace), "warehouse": warehouse, "at_once": bool(at_once)}
        return announce_return(self, quantities_of(quantities), **options)
