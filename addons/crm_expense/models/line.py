"""Lines of claims: one thing that was paid for, and what it was for (EXP-02)."""

from typing import Any

from addons.crm_expense.services.claims import check_editable, check_refusal
from addons.crm_sales.api import company_currency
from core.api import Model, ValidationError, _, constrains, depends, fields, today


class ExpenseLine(Model):
    """One expense. It may belong to a customer, an opportunity, a contract, and to any other record by ``source``."""

    _name = "crm.expense.line"
    _label = "Expense line"
    _order = "date, id"

    expense = fields.Many2one("crm.expense", label="Expense claim", required=True, index=True, ondelete="cascade")
    date = fields.Date(label="Spent on", default=today, required=True, index=True)
    category = fields.Lookup("expense_category", label="Expense category", required=True, index=True)
    name = fields.Char(label="What for", required=True)
    amount = fields.Money(required=True, help="In its currency.")
    currency = fields.Char(size=3, default=company_currency, required=True)
    rate = fields.Decimal(label="Exchange rate", scale=6, default=1, required=True)
    base_amount = fields.Money(label="Amount in base currency", compute="_compute_base_amount", store=True)
    paid_by = fields.Lookup("payment_method", label="Paid by")
    receipt = fields.File(label="Receipt image")
    customer = fields.Many2one("crm.customer", index=True, ondelete="restrict")
    contact = fields.Many2one("crm.contact", index=True, ondelete="set null")
    opportunity = fields.Many2one("crm.opportunity", index=True, ondelete="restrict")
    order = fields.Many2one("crm.order", index=True, ondelete="restrict", help="Whose profit the expense lowers.")
    source = fields.Reference(label="Belongs to", help="Another record, such as a service ticket.")
    refused = fields.Boolean(default=False, copy=False, help="By the approver: it drops out of the total.")
    refusal = fields.Char(label="Why refused", copy=False)
    state = fields.Selection(related="expense.state", label="State of the claim", store=True, index=True)
    owner = fields.Many2one("core.user", related="expense.owner", label="Employee", store=True, index=True)

    @depends("amount", "rate")
    def _compute_base_amount(self: Any) -> None:
        self.base_amount = (self.amount or 0) * (self.rate or 0)

    @constrains("amount", "rate")
    def _check_amount(self) -> None:
        if self.amount <= 0 or self.rate <= 0:
            raise ValidationError(_("An expense needs an amount above 0."), field="amount")

    @constrains("order", "customer")
    def _check_order(self) -> None:
        if self.order and self.customer and self.order.customer != self.customer:
            raise ValidationError(
                _("%(number)s is no contract of %(customer)s.", number=self.order.number, customer=self.customer.name),
                field="order",
            )

    @constrains("expense", "date", "category", "name", "amount", "currency", "rate", "customer", "opportunity", "order")
    def _check_editable(self) -> None:
        check_editable(self)

    @constrains("refused")
    def _check_refusal(self) -> None:
        check_refusal(self)
