"""Contracts and orders: what a customer buys, bindingly."""

from decimal import Decimal
from typing import Any

from addons.crm_base.api import mark_formal
from addons.crm_sales.models.document import need_lines
from addons.crm_sales.services.effects import need_untouched
from addons.crm_sales.services.payment_plan import check_plan
from core.api import Model, _, depends, fields, transition


class Order(Model):
    """A contract or an order of a customer (D15: one object with a kind). Its amount is the sum of its lines.

    While it is effective, prices, quantities and lines are locked; ``reopen`` makes it a draft again to change them.
    """

    _name = "crm.order"
    _inherit = ["crm.sales.document"]
    _label = "Order"
    _order = "date desc, id desc"
    _rec_name = "number"

    number = fields.Sequence("crm.order", label="Order number")
    kind = fields.Selection({"contract": "Contract", "order": "Order"}, default="contract", required=True, index=True)
    title = fields.Char(index="fuzzy", help="Such as: printers for the branch in Suzhou.")
    category = fields.Lookup("contract_category")
    quote = fields.Many2one("crm.quote", readonly=True, copy=False, index=True, ondelete="restrict")
    state = fields.Selection(
        {
            "draft": "Draft",
            "in_approval": "In approval",
            "confirmed": "Effective",
            "done": "Ended",
            "cancelled": "Cancelled",
        },
        only_with={"in_approval": "crm_approval"},
        default="draft",
        readonly=True,
        copy=False,
        index=True,
    )
    effective_date = fields.Date(readonly=True, copy=False, index=True)
    start_date = fields.Date(label="Runs from", copy=False)
    end_date = fields.Date(label="Runs until", copy=False, index=True)
    lines = fields.One2many("crm.order.line", "order", copy=True)
    expenses = fields.Money(
        default=0,
        required=True,
        readonly=True,
        copy=False,
        help="Approved expenses of this contract, in base currency.",
    )

    @depends("expenses")
    def _compute_profit(self: Any) -> None:
        super()._compute_profit()  # type: ignore[misc]  # a layer below has it

    def spent(self: Any) -> Decimal:
        """Return the approved expenses."""
        return Decimal(self.expenses or 0)

    @transition("state", source=["draft"], target="confirmed", label="Confirm")
    def confirm(self: Any) -> None:
        """Make the order binding; it needs lines."""
        need_lines(self, _("An order without lines can't be confirmed."))
        check_plan(self)
        self.effective_date = self.env.today()
        mark_formal(self.customer)
        self.env.hook.sales_order_confirmed(order=self)

    @transition("state", source=["confirmed"], target="done", label="End the order")
    def complete(self: Any) -> None:
        """Everything was delivered and paid."""

    @transition("state", source=["draft", "confirmed"], target="cancelled", label="Cancel")
    def cancel(self: Any) -> None:
        """Call the order off; what its confirmation brought about is undone by who did it."""
        if self.state == "confirmed":
            need_untouched(self)
            self.env.hook.sales_order_cancelled(order=self)

    @transition("state", source=["confirmed"], target="draft", label="Change")
    def reopen(self: Any) -> None:
        """Make an effective order a draft again, to change what is locked; its effects are taken back as by cancelling.

        Raises:
            ValidationError: Something was delivered or received already.
        """
        need_untouched(self)
        self.env.hook.sales_order_cancelled(order=self)
        self.effective_date = None


class OrderLine(Model):
    """One thing ordered."""

    _name = "crm.order.line"
    _inherit = ["crm.sales.line"]
    _label = "Order line"
    _order = "sequence, id"

    order = fields.Many2one("crm.order", required=True, index=True, ondelete="cascade")
    base_amount = fields.Money(label="Amount in base currency", compute="_compute_base_amount", store=True)
    profit = fields.Money(label="Gross profit", compute="_compute_base_amount", store=True)

    @depends("amount", "cost", "order.rate")
    def _compute_base_amount(self: Any) -> None:
        self.base_amount = (self.amount or 0) * (self.order.rate or 0 if self.order else 1)
        self.profit = self.base_amount - (self.cost or 0)

    def sales_document(self: Any) -> Any:
        """Return the order."""
        return self.order
