"""What quotes and contracts add to opportunities."""

from typing import Any

from addons.crm_sales.services.make_quote import quote_opportunity
from addons.crm_sales.services.order_states import EFFECTIVE
from core.api import Model, action, depends, fields


class Opportunity(Model):
    """An opportunity knows its quotes and contracts, and how much of these was paid, in base currency."""

    _inherit = "crm.opportunity"

    quotes = fields.One2many("crm.quote", "opportunity")
    orders = fields.One2many("crm.order", "opportunity")
    contracted = fields.Money(label="Contract amount", compute="_compute_received")
    received = fields.Money(compute="_compute_received")
    outstanding = fields.Money(compute="_compute_received")

    @depends("orders.base_amount", "orders.received_base", "orders.state")
    def _compute_received(self: Any) -> None:
        orders = [order for order in self.orders if order.state in EFFECTIVE]
        contracted = sum(order.base_amount or 0 for order in orders)
        received = sum(order.received_base or 0 for order in orders)
        self.contracted, self.received, self.outstanding = contracted, received, contracted - received

    @action("Make quote", visible="record.state == 'open'")
    def make_quote(self: Any) -> Any:
        """Make a draft quote with the lines of the latest one, or of the opportunity."""
        return quote_opportunity(self)
