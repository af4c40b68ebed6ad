"""What receivables were settled with: money of a receipt, or prepayment (FIN-10, FIN-12, FIN-24)."""

from typing import Any

from addons.crm_finance.services.settling import undo_by_hand
from core.api import Model, action, depends, fields, today


class Settlement(Model):
    """A part of a receivable that a receipt or the customer's prepayment paid. Taking it back writes its opposite; neither is ever changed."""

    _name = "crm.settlement"
    _label = "Settlement"
    _order = "date, id"
    _rec_name = None
    _recycle = False

    receivable = fields.Many2one("crm.receivable", required=True, readonly=True, index=True, ondelete="restrict")
    receipt = fields.Many2one("crm.receipt", readonly=True, index=True, ondelete="restrict")
    prepayment = fields.Many2one("crm.prepayment", readonly=True, index=True, ondelete="restrict")
    date = fields.Date(default=today, required=True, readonly=True, index=True)
    amount = fields.Money(required=True, readonly=True, help="Negative: takes another one back.")
    base_amount = fields.Money(label="Amount in base currency", compute="_compute_base_amount", store=True)
    reverses = fields.Many2one("crm.settlement", label="Takes back", readonly=True, unique=True, ondelete="restrict")
    reversed = fields.Boolean(label="Taken back", default=False, readonly=True)
    customer = fields.Many2one("crm.customer", related="receivable.customer", store=True, index=True)
    order = fields.Many2one("crm.order", label="Contract", related="receivable.order", store=True, index=True)
    owner = fields.Many2one("core.user", related="receivable.owner", store=True, index=True)

    @depends("amount", "receivable.rate")
    def _compute_base_amount(self: Any) -> None:
        self.base_amount = (self.amount or 0) * (self.receivable.rate if self.receivable else 1)

    @action(
        "Take back",
        groups=["crm_sales.cashier"],
        visible="record.prepayment and not record.reversed and not record.reverses",
    )
    def undo(self: Any) -> None:
        """Give what was settled from prepayment back to the prepayment.

        Raises:
            ConflictError: It is money of a receipt, which has to be reversed instead, or was taken back already.
        """
        undo_by_hand(self)
