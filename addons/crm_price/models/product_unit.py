"""The lowest price of a unit, and the policies that change its prices (PRICE-01)."""

from core.api import Model, fields


class ProductUnit(Model):
    """A unit has a lowest selling price; one without takes that of the base unit times its ratio (D3)."""

    _inherit = "crm.product.unit"

    floor_price = fields.Money(
        label="Lowest price",
        min=0,
        track=True,
        help="In the company's currency. Empty: that of the base unit times the ratio; without either there is none.",
    )
    policies = fields.One2many("crm.price.policy", "unit", label="Price policies")
