"""Stock documents know the order they are for."""

from typing import Any

from addons.crm_sales_stock.services.sell_rest import sell_rest
from core.api import Model, action, depends, fields


class StockDocument(Model):
    """An issue for an order, or a return of what it had delivered."""

    _inherit = "crm.stock.document"

    order = fields.Many2one(
        "crm.order",
        compute="_compute_order",
        store=True,
        index=True,
        help="The order that the goods were requested for.",
    )
    replace = fields.Boolean(
        label="To be replaced",
        default=False,
        help="Goods that came back are to be delivered again; else the order shrinks.",
    )

    @depends("source")
    def _compute_order(self: Any) -> None:
        source = self.source
        self.order = source if source is not None and source._info.name == "crm.order" else None

    @action(
        "Sell the rest",
        groups=["crm_base.salesperson"],
        visible="record.kind == 'loan' and record.still_lent > 0 and record.customer",
    )
    def sell_rest(self: Any) -> Any:
        """Make a draft order of what a customer keeps of goods lent; once it is effective, the goods are issued from the loan."""
        return sell_rest(self)
