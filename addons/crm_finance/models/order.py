"""Contracts and their payment plans as finance sees them: receivables, what they were settled with, invoices (FIN-08, FIN-15, FIN-21)."""

from decimal import Decimal
from typing import Any

from addons.crm_finance.services.invoices import check_invoiced
from addons.crm_finance.services.receivables import terms_of
from addons.crm_sales.api import EFFECTIVE
from core.api import Model, constrains, depends, fields


class Order(Model):
    """An order is received as far as its receivables are settled, by whatever receipt or prepayment."""

    _inherit = "crm.order"

    receivables = fields.One2many("crm.receivable", "order")
    due_terms = fields.Char(
        label="Terms of payment in force",
        compute="_compute_due_terms",
        store=True,
        help="What its receivables were made by.",
    )
    prepaid = fields.Money(label="Settled from prepayment", compute="_compute_prepaid", store=True)
    invoice_lines = fields.One2many("crm.invoice.line", "order", label="Invoices")
    invoiced = fields.Money(compute="_compute_invoiced", store=True)
    not_invoiced = fields.Money(compute="_compute_invoiced", store=True, index=True)
    overdue_excess = fields.Money(
        label="Customer over the overdue limit by",
        readonly=True,
        copy=False,
        help="As of when the contract was to become effective.",
    )
    is_over_limit = fields.Boolean(
        label="Customer is over the overdue limit", default=False, readonly=True, copy=False, index=True
    )

    @depends("state", "amount", "currency", "rate", "customer", "owner", "plans.date", "plans.amount")
    def _compute_due_terms(self: Any) -> None:
        self.due_terms = terms_of(self)

    @depends("receivables.settled")
    def _compute_received(self: Any) -> None:
        super()._compute_received()  # type: ignore[misc]  # a layer below has it
        self.receipt_count += sum(1 for each in self.receivables if each.settled)

    def received_amount(self: Any) -> Decimal:
        """Return what its receivables were settled with."""
        return sum((each.settled or Decimal(0) for each in self.receivables), Decimal(0))

    @depends("receivables.open_amount", "receivables.due_date")
    def _compute_overdue(self: Any) -> None:
        day = self.env.today()
        late = [each.open_amount or Decimal(0) for each in self.receivables if each.due_date < day]
        self.overdue = sum(late, Decimal(0))

    @depends("receivables.settlements.amount", "receivables.settlements.prepayment")
    def _compute_prepaid(self: Any) -> None:
        settlements = [each for receivable in self.receivables for each in receivable.settlements]
        paid = [each.amount or Decimal(0) for each in settlements if each.prepayment]
        self.prepaid = sum(paid, Decimal(0))

    @depends("invoice_lines.amount", "invoice_lines.invoice.state", "amount", "state")
    def _compute_invoiced(self: Any) -> None:
        counted = [each.amount or Decimal(0) for each in self.invoice_lines if each.invoice.state == "issued"]
        self.invoiced = sum(counted, Decimal(0))
        is_binding = self.state in EFFECTIVE
        self.not_invoiced = (self.amount or 0) - self.invoiced if is_binding else 0

    @constrains("invoiced")
    def _check_invoiced(self: Any) -> None:
        check_invoiced(self)


class PaymentPlan(Model):
    """A planned receipt is received as far as its receivable is settled."""

    _inherit = "crm.payment.plan"

    receivables = fields.One2many("crm.receivable", "plan")

    @depends("receivables.settled")
    def _compute_received(self: Any) -> None:
        super()._compute_received()  # type: ignore[misc]  # a layer below has it

    def received_amount(self: Any) -> Decimal:
        """Return what its receivable was settled with."""
        return sum((each.settled or Decimal(0) for each in self.receivables), Decimal(0))
