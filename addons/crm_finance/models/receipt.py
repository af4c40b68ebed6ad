"""Receipts in finance: into which account, slip and arrival, and what they settle (FIN-09 to FIN-11, FIN-16)."""

from decimal import Decimal
from typing import Any

from addons.crm_finance.services.booking import book_receipt, fill_receipt, unbook_receipt
from addons.crm_finance.services.rates import check_currency
from addons.crm_finance.services.shares import check_share, check_shares
from core.api import Model, ValidationError, _, constrains, depends, fields


class Receipt(Model):
    """A receipt goes into an account and settles receivables of its customer, those of its contract if it names one.

    ``amount`` is what the customer's slip says, ``arrived`` what came (D17). Confirming it books the money, settles what its shares say, else
    the oldest due first, and keeps the rest as prepayment if that is wanted; reversing it takes all of this back.
    """

    _inherit = "crm.receipt"

    customer = fields.Many2one("crm.customer", help="Of a contract, if the receipt names one.")
    amount = fields.Money(label="Amount", help="As the customer's slip says, in the currency of the receipt.")
    arrived = fields.Money(
        label="Money arrived", min=0, copy=False, help="Empty until it is confirmed: as the slip says."
    )
    account = fields.Many2one("crm.account", index=True, ondelete="restrict")
    currency = fields.Char(size=3, help="Empty: that of the contract, else the company's.")
    rate = fields.Decimal(label="Exchange rate", scale=6)
    is_prepayment = fields.Boolean(
        label="All of it is prepayment", default=False, help="Settles nothing; it is kept for later receivables."
    )
    keep_rest = fields.Boolean(
        label="Keep what is more as prepayment", default=False, help="Else more than is open is refused."
    )
    shares = fields.One2many("crm.receipt.share", "receipt", label="Shares by hand")
    settlements = fields.One2many("crm.settlement", "receipt")
    prepayment_entries = fields.One2many("crm.prepayment.entry", "receipt", label="Changes of prepayment")
    entry = fields.Many2one(
        "crm.account.entry", label="Account entry", readonly=True, copy=False, index=True, ondelete="restrict"
    )
    slip_base = fields.Money(label="Slip in base currency", compute="_compute_base_amount", store=True)

    @depends("arrived", "currency", "rate", "order.currency", "date")
    def _compute_base_amount(self: Any) -> None:
        super()._compute_base_amount()  # type: ignore[misc]  # a layer below has it
        fill_receipt(self)
        rate = self.rate or Decimal(0)
        self.slip_base = (self.amount or 0) * rate
        self.base_amount = (self.amount if self.arrived is None else self.arrived or 0) * rate if self.amount else 0

    @constrains("currency")
    def _check_currency(self: Any) -> None:
        check_currency(self.env, self.currency)
        if self.order is not None and self.currency != self.order.currency:
            raise ValidationError(_("The contract is in another currency."), field="currency")

    @constrains("customer", "account", "arrived", "currency", "rate", "is_prepayment", "keep_rest")
    def _check_order(self: Any) -> None:
        super()._check_order()  # type: ignore[misc]  # a layer below has it

    @constrains("shares", "amount", "arrived", "is_prepayment", "customer", "currency")
    def _check_shares(self: Any) -> None:
        check_shares(self)

    def needs_order(self: Any) -> bool:
        """Money without a contract is the customer's all the same."""
        return False

    def confirm(self: Any) -> None:
        """Confirm that the money arrived: it is booked and settles receivables from now on.

        Raises:
            AccessDenied: The user is no cashier of the account.
            ValidationError: There is no account, or more came than is open and it is not to be kept.
        """
        super().confirm()  # type: ignore[misc]  # a layer below has it
        book_receipt(self)

    def reverse(self: Any) -> None:
        """Take the receipt back: its receivables are open again, the account is without it.

        Raises:
            ValidationError: Its prepayment was used already.
        """
        super().reverse()  # type: ignore[misc]  # a layer below has it
        if self.state == "confirmed":
            unbook_receipt(self)


class ReceiptShare(Model):
    """How much of a receipt is for which receivable, said by hand before it is confirmed (FIN-10)."""

    _name = "crm.receipt.share"
    _label = "Share of a receipt"
    _order = "id"
    _rec_name = None
    _recycle = False

    receipt = fields.Many2one("crm.receipt", required=True, index=True, ondelete="cascade")
    receivable = fields.Many2one("crm.receivable", required=True, index=True, ondelete="restrict")
    amount = fields.Money(required=True)

    @constrains("amount", "receivable", "receipt")
    def _check_share(self: Any) -> None:
        check_share(self)
