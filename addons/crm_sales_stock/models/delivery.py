"""Deliveries of products come from the stock documents that the keeper confirmed (STOCK-07)."""

from typing import Any

from core.api import AccessDenied, Model, _, constrains, fields

RIGHT = "crm_sales_stock.deliver_without_stock"


class Delivery(Model):
    """A delivery knows the line of the stock document that moved the goods.

    While stock is kept, products are delivered by documents alone: what was noted by hand would leave the goods in stock. Lines without
    product, such as work, are noted by hand as before.
    """

    _inherit = "crm.delivery"

    stock_line = fields.Many2one(
        "crm.stock.line", label="Stock document line", readonly=True, copy=False, index=True, ondelete="restrict"
    )
    stock_document = fields.Many2one(
        "crm.stock.document", label="Stock document", related="stock_line.document", store=True, index=True
    )

    @constrains("line", "quantity", "kind")
    def _need_document(self: Any) -> None:
        if self.stock_line is not None or self.line.product is None or self.env.is_elevated:
            return
        if not self.env.has_right(RIGHT):
            raise AccessDenied(
                _("%(line)s is kept in stock: it is delivered by a stock document.", line=self.line.name),
                hint=_("request it from stock; the keeper's confirmation delivers it"),
            )
