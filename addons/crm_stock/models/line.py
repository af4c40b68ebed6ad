"""Lines of stock documents: how much of which product, where, and what it costs."""

from decimal import Decimal
from typing import Any

from addons.crm_product.api import to_base
from addons.crm_stock.services.warehouses import check_place
from core.api import Model, ValidationError, _, constrains, depends, fields


class StockLine(Model):
    """So much of a product in one of its units; of a batch or serial number, and at a place, where these are kept."""

    _name = "crm.stock.line"
    _label = "Stock line"
    _order = "id"
    _rec_name = "product"
    _recycle = False

    document = fields.Many2one("crm.stock.document", required=True, index=True, ondelete="cascade")
    product = fields.Many2one("crm.product", required=True, index=True, ondelete="restrict")
    unit = fields.Many2one(
        "crm.product.unit",
        label="Stock unit",
        index=True,
        ondelete="restrict",
        help="Empty: the base unit of the product.",
    )
    quantity = fields.Decimal(default=1, required=True, min=0)
    base_quantity = fields.Decimal(label="Quantity in base units", compute="_compute_base_quantity", store=True)
    place = fields.Many2one("crm.stock.place", label="Storage place", index=True, ondelete="restrict")
    batch = fields.Char(label="Batch or serial number", size=64, index=True)
    unit_cost = fields.Decimal(
        label="Cost of one base unit",
        scale=6,
        min=0,
        copy=False,
        help="Goods that come in: what they cost; empty is the average. Goods that go out: what they cost us, set on confirmation.",
    )
    value = fields.Money(label="Stock value", readonly=True, copy=False, help="Set on confirmation.")
    notes = fields.Char()
    level = fields.Many2one("crm.stock.level", readonly=True, copy=False, index=True, ondelete="restrict")
    reserved = fields.Decimal(default=0, readonly=True, copy=False, help="What the line holds back of its level now.")

    @depends("product", "unit", "quantity")
    def _compute_base_quantity(self: Any) -> None:
        if self.unit is None and self.product is not None:
            self.unit = self.product.base_unit
        self.base_quantity = (self.quantity or Decimal(0)) * (self.unit.ratio if self.unit else 1)

    @constrains("product", "unit", "quantity", "place", "document")
    def _check(self: Any) -> None:
        if self.unit is None or self.unit.product != self.product:
            name = self.unit.name if self.unit else _("None")
            raise ValidationError(
                _("%(unit)s is no unit of %(product)s.", unit=name, product=self.product.name), field="unit"
            )
        to_base(self.unit, self.quantity)
        if not self.quantity and self.document.kind != "count":
            raise ValidationError(
                _("%(name)s: a quantity above 0 is needed.", name=self.product.name), field="quantity"
            )
        check_place(self)
