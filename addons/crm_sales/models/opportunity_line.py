"""The products of an opportunity: what the customer will probably buy (SALE-05)."""

from decimal import Decimal
from typing import Any

from core.api import Model, ValidationError, _, action, depends, fields


class Opportunity(Model):
    """An opportunity has products; what they add up to is proposed as its amount, never forced."""

    _inherit = "crm.opportunity"

    lines = fields.One2many("crm.opportunity.line", "opportunity", label="Products", copy=True)
    lines_amount = fields.Money(label="Amount of the products", compute="_compute_lines_amount", store=True)

    @depends("lines.amount")
    def _compute_lines_amount(self) -> None:
        self.lines_amount = sum((line.amount or Decimal(0) for line in self.lines), Decimal(0))

    @action(
        "Take the amount of the products", visible="record.state == 'open' and record.lines_amount != record.amount"
    )
    def take_lines_amount(self) -> None:
        """Make the sum of the products the expected amount.

        Raises:
            ValidationError: There are no products.
        """
        if not self.lines:
            raise ValidationError(_("The opportunity has no products."), field="lines")
        self.amount = self.lines_amount


class OpportunityLine(Model):
    """One product that the customer will probably buy; prices are in the company's currency."""

    _name = "crm.opportunity.line"
    _inherit = ["crm.sales.line"]
    _label = "Product of an opportunity"
    _order = "sequence, id"

    opportunity = fields.Many2one("crm.opportunity", required=True, index=True, ondelete="cascade")

    def sales_document(self) -> Any:
        """Return None: an opportunity has no rate, and its day is that of the decision."""
        return None
