"""What customers owe: receivables, made by effective contracts or entered by hand (FIN-08, FIN-13)."""

from decimal import Decimal
from typing import Any

from addons.crm_finance.services.rates import check_currency, rate_on
from addons.crm_finance.services.receivables import cancel_receivable, check_receivable
from addons.crm_sales.api import company_currency
from core.api import Model, action, constrains, depends, fields, today


class Receivable(Model):
    """An amount that a customer owes by a day. ``settled + open_amount = amount``, unless it was cancelled: then nothing is open.

    Those of contracts follow their payment plan; a debt from elsewhere is entered by hand. The rate is that of its document and stays (D19).
    """

    _name = "crm.receivable"
    _inherit = ["core.owned", "core.company_owned"]
    _label = "Receivable"
    _order = "due_date, id"
    _rec_name = "number"

    number = fields.Sequence("crm.receivable", label="Receivable number")
    kind = fields.Selection(
        {"contract": "Contract", "opening": "Opening", "other": "Other"},
        label="Origin",
        default="other",
        required=True,
        index=True,
    )
    customer = fields.Many2one("crm.customer", required=True, index=True, ondelete="restrict")
    order = fields.Many2one("crm.order", label="Contract", readonly=True, copy=False, index=True, ondelete="restrict")
    plan = fields.Many2one(
        "crm.payment.plan", label="Planned receipt", readonly=True, copy=False, index=True, ondelete="set null"
    )
    source = fields.Reference(
        label="Source document", readonly=True, copy=False, help="What it comes from, if that is no contract."
    )
    date = fields.Date(label="Arose on", default=today, required=True, index=True)
    due_date = fields.Date(label="Due day", default=today, required=True, index=True, track=True)
    currency = fields.Char(size=3, default=company_currency, required=True)
    rate = fields.Decimal(label="Exchange rate", scale=6, required=True, help="Empty: that of the day it arose.")
    amount = fields.Money(required=True, track=True)
    settlements = fields.One2many("crm.settlement", "receivable")
    settled = fields.Money(compute="_compute_settled", store=True)
    open_amount = fields.Money(label="Still open", compute="_compute_settled", store=True)
    open_base = fields.Money(label="Open in base currency", compute="_compute_settled", store=True, index=True)
    base_amount = fields.Money(label="Amount in base currency", compute="_compute_settled", store=True)
    cancelled = fields.Boolean(default=False, readonly=True, copy=False)
    state = fields.Selection(
        {"open": "Not received", "part": "Received in part", "settled": "Settled", "cancelled": "Cancelled"},
        compute="_compute_settled",
        store=True,
        index=True,
    )
    days_overdue = fields.Integer(compute="_compute_days_overdue", help="From 1 on; 0 on the day it is due (D10).")
    notes = fields.Char(size=500)

    @depends("amount", "rate", "currency", "date", "cancelled", "settlements.amount")
    def _compute_settled(self: Any) -> None:
        if self.rate is None and self.currency and self.date:
            self.rate = rate_on(self.env, self.currency, self.date)
        amount, rate = self.amount or Decimal(0), self.rate or Decimal(0)
        self.settled = sum((each.amount or Decimal(0) for each in self.settlements), Decimal(0))
        self.open_amount = Decimal(0) if self.cancelled else amount - self.settled
        self.open_base = self.open_amount * rate
        self.base_amount = amount * rate
        if self.cancelled:
            self.state = "cancelled"
        elif not self.settled:
            self.state = "open"
        else:
            self.state = "part" if self.open_amount else "settled"

    @depends("due_date", "open_amount")
    def _compute_days_overdue(self: Any) -> None:
        is_late = self.due_date is not None and self.open_amount and self.due_date < self.env.today()
        self.days_overdue = (self.env.today() - self.due_date).days if is_late else 0

    @constrains("currency")
    def _check_currency(self: Any) -> None:
        check_currency(self.env, self.currency)

    @constrains("amount", "settled", "rate", "cancelled")
    def _check_amount(self: Any) -> None:
        check_receivable(self)

    @action(
        "Cancel receivable",
        groups=["crm_sales.cashier"],
        visible="record.kind != 'contract' and record.state == 'open'",
    )
    def cancel(self: Any) -> None:
        """Cancel a debt that is no contract's.

        Raises:
            ConflictError: It is one of a contract, or settled in part.
        """
        cancel_receivable(self)
