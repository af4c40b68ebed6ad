"""Points of a unit for customers of one type (LOY-07)."""

from typing import Any

from core.api import Model, depends, fields


class PointRule(Model):
    """Customers of the type earn these points with the unit, whatever the unit says for everybody; 0 is none."""

    _name = "crm.point.rule"
    _label = "Points by customer type"
    _order = "product, unit, type, id"
    _unique = [("unit", "type")]

    unit = fields.Many2one(
        "crm.product.unit", label="Unit of measure", required=True, index=True, ondelete="cascade", track=True
    )
    product = fields.Many2one("crm.product", compute="_compute_product", store=True, index=True)
    type = fields.Lookup("customer_type", label="Customer type", required=True, index=True, track=True)
    points = fields.Decimal(scale=2, min=0, required=True, track=True, help="Earned with one of this unit.")

    @property
    def display_name(self) -> str:
        """The product, its unit and the type."""
        record: Any = self
        parts = [record.product, record.unit, record.type]
        return " · ".join(str(each.name) for each in parts if each is not None) or super().display_name

    @depends("unit.product")
    def _compute_product(self) -> None:
        self.product = self.unit.product if self.unit else None
