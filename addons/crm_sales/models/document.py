"""What quotes and orders have in common."""

from decimal import Decimal
from typing import Any

from core.api import Environment, Model, ValidationError, _, constrains, depends, fields, today


def company_currency(env: Environment) -> str:
    """Return the ISO code of the company's currency; ``CNY`` where none is set."""
    currency = getattr(env.company, "currency", None)
    return getattr(currency, "key", None) or "CNY"


class SalesDocument(Model):
    """A document for a customer with lines, in one currency. Its amount is the sum of its lines.

    ``rate`` is what one unit of the document's currency costs in the currency of the company; ``base_amount`` is in the latter.
    """

    _name = "crm.sales.document"
    _inherit = ["core.owned", "core.company_owned"]
    _label = "Sales document"
    _abstract = True

    customer = fields.Many2one("crm.customer", required=True, index=True, ondelete="restrict")
    contact = fields.Many2one("crm.contact", index=True, ondelete="set null")
    date = fields.Date(default=today, required=True, index=True, copy=False)
    currency = fields.Char(size=3, default=company_currency, required=True)
    rate = fields.Decimal(label="Exchange rate", scale=6, default=1, required=True)
    amount = fields.Money(compute="_compute_amounts", store=True, index=True)
    base_amount = fields.Money(label="Amount in base currency", compute="_compute_amounts", store=True)
    total_quantity = fields.Decimal(compute="_compute_amounts", store=True)
    cost = fields.Money(compute="_compute_profit", store=True, help="Of what is sold, in base currency (D5).")
    profit = fields.Money(label="Gross profit", compute="_compute_profit", store=True, index=True)
    margin = fields.Decimal(label="Margin %", scale=2, compute="_compute_profit", store=True)
    opportunity = fields.Many2one("crm.opportunity", index=True, ondelete="set null")
    terms = fields.Text()
    notes = fields.Text()

    @depends("lines.amount", "lines.quantity", "rate")
    def _compute_amounts(self: Any) -> None:
        self.amount = sum((line.amount or 0 for line in self.lines), Decimal(0))
        self.base_amount = self.amount * (self.rate or 0)
        self.total_quantity = sum((line.quantity or 0 for line in self.lines), Decimal(0))

    @depends("lines.cost", "base_amount")
    def _compute_profit(self: Any) -> None:
        self.cost = sum((line.cost or 0 for line in self.lines), Decimal(0))
        self.profit = (self.base_amount or 0) - self.cost - self.spent()
        self.margin = self.profit * 100 / self.base_amount if self.base_amount else None

    def spent(self: Any) -> Decimal:
        """Return the expenses that lower the profit, in base currency."""
        return Decimal(0)

    @constrains("rate")
    def _check_rate(self: Any) -> None:
        if self.rate <= 0:
            raise ValidationError(_("The exchange rate must be above 0."), field="rate")

    @constrains("currency")
    def _check_currency(self: Any) -> None:
        if len(self.currency) != 3 or not self.currency.isascii() or not self.currency.isupper():
            raise ValidationError(
                _('"%(code)s" is no code of a currency, such as CNY or USD.', code=self.currency), field="currency"
            )

    @constrains("opportunity", "customer")
    def _check_opportunity(self: Any) -> None:
        if self.opportunity and self.opportunity.customer != self.customer:
            raise ValidationError(
                _(
                    "%(opportunity)s is no opportunity of %(customer)s.",
                    opportunity=self.opportunity.display_name,
                    customer=self.customer.display_name,
                ),
                field="opportunity",
            )

    @constrains("contact", "customer")
    def _check_contact(self: Any) -> None:
        if self.contact and self.contact.customer != self.customer:
            raise ValidationError(
                _(
                    "%(contact)s is no contact of %(customer)s.",
                    contact=self.contact.display_name,
                    customer=self.customer.display_name,
                ),
                field="contact",
            )


def need_lines(document: Any, message: Any) -> None:
    """Raise ValidationError with ``message`` unless the document has lines."""
    if not document.lines:
        raise ValidationError(message, field="lines")
