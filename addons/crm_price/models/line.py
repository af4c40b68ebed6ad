"""The lowest price beside each line of a quote or order, and how far below it the line is (PRICE-01, PRICE-09)."""

from addons.crm_price.services.control import refuse_below
from addons.crm_price.services.line_floor import floor_of
from core.api import Model, constrains, depends, fields


class SalesLine(Model):
    """A line knows its lowest price: that of its unit for the region of the customer."""

    _inherit = "crm.sales.line"

    floor_price = fields.Money(
        label="Lowest price", compute="_compute_floor", store=True, help="Of one unit, in the currency of the document."
    )
    is_below = fields.Boolean(
        label="Below lowest price",
        compute="_compute_floor",
        store=True,
        index=True,
        help="The unit price after discount, in base currency, is less than the lowest price.",
    )
    below_amount = fields.Money(
        label="Below by", compute="_compute_floor", store=True, help="Of one unit, in base currency."
    )
    below_percent = fields.Decimal(label="Below by %", scale=2, compute="_compute_floor", store=True)

    @depends("unit", "price", "discount")
    def _compute_floor(self) -> None:
        floor = floor_of(self)
        self.floor_price = floor.shown
        self.is_below = floor.is_below
        self.below_amount = floor.below
        self.below_percent = floor.percent

    @constrains("is_below", "price", "discount", "unit")
    def _refuse_below_floor(self) -> None:
        refuse_below(self)


class QuoteLine(Model):
    """The lowest price follows the customer, the exchange rate, and the check when the quote is submitted."""

    _inherit = "crm.quote.line"

    @depends("quote.customer", "quote.rate", "quote.floors_at")
    def _compute_floor(self) -> None:
        super()._compute_floor()  # type: ignore[misc]  # a layer below has it


class OrderLine(Model):
    """The lowest price follows the customer, the exchange rate, and the check when the order is confirmed."""

    _inherit = "crm.order.line"

    @depends("order.customer", "order.rate", "order.floors_at")
    def _compute_floor(self) -> None:
        super()._compute_floor()  # type: ignore[misc]  # a layer below has it
