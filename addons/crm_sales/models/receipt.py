"""Money received for orders; finance adds accounts and settlement (SALE-40)."""

from decimal import Decimal
from typing import Any

from addons.crm_sales.services.order_states import EFFECTIVE
from addons.crm_sales.services.receipts import check_entry, may_enter
from core.api import ConflictError, Model, ValidationError, _, constrains, depends, fields, today, transition


class Receipt(Model):
    """A receipt for an order. It is entered first and counts once the cashier has confirmed that the money arrived.

    Its customer is that of the order. Layers that know money without an order say so by `needs_order`.
    """

    _name = "crm.receipt"
    _inherit = ["core.owned", "core.company_owned"]
    _label = "Receipt"
    _order = "date desc, id desc"
    _rec_name = "number"

    number = fields.Sequence("crm.receipt", label="Receipt number")
    order = fields.Many2one("crm.order", index=True, ondelete="restrict")
    plan = fields.Many2one(
        "crm.payment.plan",
        label="Planned receipt",
        index=True,
        ondelete="set null",
        help="Empty: the earliest open one.",
    )
    customer = fields.Many2one("crm.customer", index=True, ondelete="restrict", help="Follows from the contract.")
    date = fields.Date(default=today, required=True, index=True)
    amount = fields.Money(required=True, help="In the currency of the order.")
    base_amount = fields.Money(label="Amount in base currency", compute="_compute_base_amount", store=True)
    method = fields.Lookup("payment_method", label="Paid by")
    state = fields.Selection(
        {"entered": "Entered", "confirmed": "Confirmed", "reversed": "Reversed"},
        default="entered",
        readonly=True,
        copy=False,
        index=True,
    )
    notes = fields.Text()

    @depends("amount", "order.rate", "order.customer")
    def _compute_base_amount(self: Any) -> None:
        if self.order and self.customer != self.order.customer:
            self.customer = self.order.customer
        self.base_amount = (self.amount or 0) * (self.order.rate if self.order else 0)

    @constrains("amount")
    def _check_amount(self: Any) -> None:
        if self.amount <= 0:
            raise ValidationError(_("A receipt needs an amount above 0."), field="amount")

    @constrains("order", "customer", "amount", "date", "plan")
    def _check_order(self: Any) -> None:
        check_entry(self)

    @transition("state", source=["entered"], target="confirmed", label="Confirm receipt", groups=["crm_sales.cashier"])
    def confirm(self: Any) -> None:
        """Confirm that the money arrived: it counts for the order from now on."""
        if self.order and self.order.state not in EFFECTIVE:
            raise ConflictError(
                _("%(number)s is not effective: money for it can't be confirmed yet.", number=self.order.number)
            )

    @transition(
        "state", source=["confirmed", "entered"], target="reversed", label="Reverse", groups=["crm_sales.cashier"]
    )
    def reverse(self: Any) -> None:
        """Take the receipt back: it was wrong, or the money went back."""

    def needs_order(self: Any) -> bool:
        """Whether there must be a contract that the money is for."""
        return True


class Order(Model):
    """An order knows what was received, what is outstanding and what is overdue."""

    _inherit = "crm.order"

    plans = fields.One2many("crm.payment.plan", "order", label="Payment plan")
    receipts = fields.One2many("crm.receipt", "order")
    takes_receipts = fields.Boolean(
        label="Receipts with the contract",
        compute="_compute_takes_receipts",
        help="Money may be entered in the form of the contract itself.",
    )
    received = fields.Money(compute="_compute_received", store=True, index=True)
    outstanding = fields.Money(compute="_compute_received", store=True, index=True)
    receipt_count = fields.Integer(label="Receipts that count", compute="_compute_received", store=True)
    received_percent = fields.Decimal(label="Received %", scale=2, compute="_compute_received", store=True)
    overdue = fields.Money(compute="_compute_overdue")

    @depends("receipts.state", "receipts.amount", "amount", "state")
    def _compute_received(self: Any) -> None:
        self.received = self.received_amount()
        self.receipt_count = sum(each.state != "reversed" for each in self.receipts)
        is_binding = self.state in EFFECTIVE
        self.outstanding = (self.amount or 0) - self.received if is_binding else 0
        self.received_percent = self.received * 100 / self.amount if self.amount else 0

    def received_amount(self: Any) -> Decimal:
        """Return what was received for the order, in its currency: confirmed receipts."""
        return sum((each.amount or Decimal(0) for each in self.receipts if each.state == "confirmed"), Decimal(0))

    @depends("plans.open_amount", "plans.date")
    def _compute_overdue(self: Any) -> None:
        day = self.env.today()
        self.overdue = sum(row.open_amount or 0 for row in self.plans if row.date < day)

    @depends("state")
    def _compute_takes_receipts(self: Any) -> None:
        self.takes_receipts = self.state == "draft" and bool(may_enter(self))

    def may_enter_receipts(self: Any) -> Any:
        """Whether the user may enter money for this order now; see `services.receipts`."""
        return may_enter(self)
