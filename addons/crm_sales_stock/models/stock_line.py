"""Lines of stock documents know the order line they are for."""

from decimal import Decimal
from typing import Any

from core.api import Model, ValidationError, _, constrains, depends, fields


class StockLine(Model):
    """A line of an issue or return that belongs to a line of an order, counted in the unit of the order line."""

    _inherit = "crm.stock.line"

    order_line = fields.Many2one(
        "crm.order.line", label="Order line", readonly=True, copy=False, index=True, ondelete="set null"
    )
    order_quantity = fields.Decimal(
        label="Quantity in the unit of the order", compute="_compute_order_quantity", store=True
    )
    deliveries = fields.One2many("crm.delivery", "stock_line", label="Deliveries of the order")

    @depends("order_line", "base_quantity")
    def _compute_order_quantity(self: Any) -> None:
        unit = self.order_line.unit if self.order_line else None
        self.order_quantity = (self.base_quantity or Decimal(0)) / (unit.ratio if unit else 1)

    @constrains("order_line", "product")
    def _check_order_line(self: Any) -> None:
        if self.order_line is not None and self.order_line.product != self.product:
            raise ValidationError(
                _("%(line)s: another product was ordered.", line=self.order_line.name), field="product"
            )
