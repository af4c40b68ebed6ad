"""Parent and child contracts (SALE-36)."""

from decimal import Decimal
from typing import Any

from core.api import Model, depends, fields


class Order(Model):
    """A contract may belong to another one, which shows its sums with and without all that stands below it.

    Sums are in base currency; cancelled contracts below do not count.
    """

    _inherit = "crm.order"

    parent = fields.Many2one("crm.order", label="Belongs to contract", index=True, ondelete="restrict", copy=False)
    children = fields.One2many("crm.order", "parent", label="Child contracts")
    received_base = fields.Money(label="Received in base currency", compute="_compute_received_base", store=True)
    family_amount = fields.Money(
        label="Amount with children", compute="_compute_family_amount", store=True, recursive=True
    )
    family_received = fields.Money(
        label="Received with children", compute="_compute_family_received", store=True, recursive=True
    )
    family_profit = fields.Money(
        label="Gross profit with children", compute="_compute_family_profit", store=True, recursive=True
    )

    @depends("received", "rate")
    def _compute_received_base(self: Any) -> None:
        self.received_base = (self.received or 0) * (self.rate or 0)

    @depends("base_amount", "children.family_amount", "children.state")
    def _compute_family_amount(self: Any) -> None:
        self.family_amount = self._with_children("base_amount", "family_amount")

    @depends("received_base", "children.family_received", "children.state")
    def _compute_family_received(self: Any) -> None:
        self.family_received = self._with_children("received_base", "family_received")

    @depends("profit", "children.family_profit", "children.state")
    def _compute_family_profit(self: Any) -> None:
        self.family_profit = self._with_children("profit", "family_profit")

    def _with_children(self: Any, own: str, below: str) -> Decimal:
        counted = [getattr(child, below) or Decimal(0) for child in self.children if child.state != "cancelled"]
        return sum(counted, getattr(self, own) or Decimal(0))
