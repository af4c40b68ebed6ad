"""When a customer is to pay for an order, and how much (SALE-41)."""

from decimal import Decimal

from addons.crm_sales.services.order_states import EFFECTIVE
from addons.crm_sales.services.payment_plan import fill_amounts, spread_received
from core.api import Model, ValidationError, _, constrains, depends, fields, today


class PaymentPlan(Model):
    """One planned receipt of an order, given by a share of its amount or as an amount. All of an order add up to it."""

    _name = "crm.payment.plan"
    _label = "Planned receipt"
    _order = "date, id"
    _recycle = False

    order = fields.Many2one("crm.order", required=True, index=True, ondelete="cascade")
    date = fields.Date(label="Due on", default=today, required=True, index=True)
    percent = fields.Decimal(label="Part %", scale=4, min=0, max=100, help="Empty: the amount is given.")
    amount = fields.Money(min=0, help="Follows from the share where one is given; in the currency of the order.")
    name = fields.Char(label="For", help="Such as: on delivery.")
    received = fields.Money(compute="_compute_received", store=True)
    open_amount = fields.Money(label="Outstanding", compute="_compute_received", store=True)
    open_base = fields.Money(label="Outstanding in base currency", compute="_compute_received", store=True, index=True)
    customer = fields.Many2one("crm.customer", related="order.customer", store=True, index=True)
    owner = fields.Many2one("core.user", related="order.owner", store=True, index=True)

    @depends(
        "amount",
        "percent",
        "date",
        "order.amount",
        "order.returned_amount",
        "order.rate",
        "order.state",
        "order.plans.amount",
        "order.plans.percent",
        "order.plans.date",
        "order.receipts.state",
        "order.receipts.amount",
        "order.receipts.plan",
    )
    def _compute_received(self) -> None:
        if self.order is None:
            self.received = self.open_amount = self.open_base = Decimal(0)
            return
        fill_amounts(self.order)
        self.received = self.received_amount()
        is_due = self.order.state in EFFECTIVE
        self.open_amount = (self.amount or Decimal(0)) - self.received if is_due else Decimal(0)
        self.open_base = self.open_amount * (self.order.rate or 0)

    def received_amount(self) -> Decimal:
        """Return what was received of this row, in the currency of the order."""
        return spread_received(self.order).get(self, Decimal(0))

    @constrains("amount", "percent")
    def _check_amount(self) -> None:
        if self.amount is None:
            raise ValidationError(_("A planned receipt has a share or an amount."), field="amount")
