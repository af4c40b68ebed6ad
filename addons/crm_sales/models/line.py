"""What lines of quotes and orders have in common."""

from decimal import Decimal
from typing import Any

from addons.crm_sales.services.fill_line import fill_line
from core.api import Model, ValidationError, _, constrains, depends, fields

HUNDRED = Decimal(100)


class SalesLine(Model):
    """Something offered or sold: a product in one of its units, or a text; a quantity, a price and a discount.

    What is left empty is filled in by what is known: unit, description, price, cost; see `services.fill_line`. Prices are in the currency
    of the document, costs in that of the company.
    """

    _name = "crm.sales.line"
    _label = "Line"
    _abstract = True

    sequence = fields.Integer(default=10)
    product = fields.Many2one("crm.product", index=True, ondelete="restrict")
    unit = fields.Many2one("crm.product.unit", label="Sales unit", index=True, ondelete="restrict")
    name = fields.Char(label="Description", required=True)
    quantity = fields.Decimal(default=1, required=True, min=0)
    price = fields.Money(label="Unit price", min=0, help="Empty: the suggested price.")
    discount = fields.Decimal(label="Discount %", scale=2, precision=5, min=0, max=100, default=0)
    amount = fields.Money(compute="_compute_amount", store=True)
    base_quantity = fields.Decimal(
        label="Quantity in base units", compute="_compute_base_quantity", store=True, help="What stock counts in."
    )
    filled_for = fields.Many2one(
        "crm.product.unit",
        label="Unit the price was filled in for",
        readonly=True,
        help="Another unit than this gets its own price.",
    )
    suggested_price = fields.Money(
        compute="_compute_suggested_price", store=True, help="What the price rules say for this customer and day."
    )
    unit_cost = fields.Decimal(
        label="Cost of one base unit",
        scale=6,
        readonly=True,
        help="Copied from the product when the line is made (D5).",
    )
    cost = fields.Money(compute="_compute_cost", store=True)

    @depends("quantity", "price", "discount")
    def _compute_amount(self: Any) -> None:
        self.amount = self.value_of(self.sold_quantity())

    @depends("quantity", "unit")
    def _compute_base_quantity(self: Any) -> None:
        self.base_quantity = self.sold_quantity() * (self.unit.ratio if self.unit else 1)

    @depends("product", "unit", "price", "name")
    def _compute_suggested_price(self: Any) -> None:
        self.suggested_price = fill_line(self)

    @depends("base_quantity", "unit_cost")
    def _compute_cost(self: Any) -> None:
        self.cost = (self.base_quantity or 0) * (self.unit_cost or 0)

    def sold_quantity(self: Any) -> Decimal:
        """Return the quantity that is charged for, in the unit of the line."""
        return self.quantity or Decimal(0)

    def value_of(self: Any, quantity: Decimal) -> Decimal:
        """Return what ``quantity`` in the unit of the line costs the customer, in the currency of the document; not rounded."""
        return quantity * (self.price or 0) * (HUNDRED - (self.discount or 0)) / HUNDRED

    def sales_document(self) -> Any:
        """Return the document of the line, whose customer, day and rate its price depends on; None if there is none."""
        return None

    @constrains("quantity")
    def _check_quantity(self) -> None:
        if not self.quantity:
            raise ValidationError(_("%(name)s: a quantity above 0 is needed.", name=self.name), field="quantity")

    @constrains("product", "unit")
    def _check_unit(self) -> None:
        if self.unit and self.unit.product != self.product:
            raise ValidationError(
                _(
                    "%(unit)s is no unit of %(product)s.",
                    unit=self.unit.name,
                    product=self.product.name if self.product else self.name,
                ),
                field="unit",
            )
