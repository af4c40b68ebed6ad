"""The stock ledger: every movement, written on confirmation and never changed (STOCK-09)."""

from decimal import Decimal
from typing import Any

from core.api import Model, depends, fields


class StockMove(Model):
    """One movement in base units. The sum of a product's moves is its stock, in quantity and value.

    What is lent moves twice, out of the house and onto the lent ones, so that it stays ours: ``lent`` marks the second row.
    """

    _name = "crm.stock.move"
    _label = "Stock movement"
    _order = "id desc"
    _rec_name = "document"
    _recycle = False

    product = fields.Many2one("crm.product", required=True, readonly=True, index=True, ondelete="restrict")
    warehouse = fields.Many2one("crm.warehouse", required=True, readonly=True, index=True, ondelete="restrict")
    place = fields.Many2one("crm.stock.place", label="Storage place", readonly=True, index=True, ondelete="restrict")
    batch = fields.Char(label="Batch or serial number", size=64, readonly=True, index=True)
    date = fields.Date(required=True, readonly=True, index=True)
    moved_at = fields.Datetime(label="Posted at", required=True, readonly=True)
    quantity = fields.Decimal(label="Quantity in base units", required=True, readonly=True)
    quantity_in = fields.Decimal(label="In", compute="_compute_in_out", store=True)
    quantity_out = fields.Decimal(label="Out", compute="_compute_in_out", store=True)
    value = fields.Money(label="Stock value", required=True, readonly=True, help="What stock became worth more by it.")
    balance = fields.Decimal(
        label="Stock balance",
        required=True,
        readonly=True,
        help="Of the product in this warehouse, after the movement.",
    )
    lent = fields.Boolean(label="Of lent goods", default=False, readonly=True, index=True)
    reverses = fields.Boolean(label="Reversal", default=False, readonly=True)
    document = fields.Many2one("crm.stock.document", required=True, readonly=True, index=True, ondelete="restrict")
    line = fields.Many2one(
        "crm.stock.line", label="Stock line", required=True, readonly=True, index=True, ondelete="restrict"
    )
    kind = fields.Selection(related="document.kind", store=True, index=True)
    reason = fields.Selection(related="document.reason", store=True, index=True)
    customer = fields.Many2one("crm.customer", related="document.customer", store=True, index=True)
    user = fields.Many2one("core.user", label="Posted by", readonly=True, index=True, ondelete="restrict")
    company = fields.Many2one("core.company", related="warehouse.company", store=True, index=True)

    @depends("quantity")
    def _compute_in_out(self: Any) -> None:
        quantity = self.quantity or Decimal(0)
        self.quantity_in = quantity if quantity > 0 else None
        self.quantity_out = -quantity if quantity < 0 else None
