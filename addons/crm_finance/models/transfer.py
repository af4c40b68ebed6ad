"""Transfers between accounts (FIN-05)."""

from typing import Any

from addons.crm_finance.services.transfers import book_transfer, check_transfer, reverse_transfer
from core.api import Model, constrains, depends, fields, today, transition


class AccountTransfer(Model):
    """Money that goes from one account to another, whole or not at all. A fee is paid by the account it leaves."""

    _name = "crm.account.transfer"
    _inherit = ["core.owned", "core.company_owned"]
    _label = "Transfer between accounts"
    _order = "date desc, id desc"
    _rec_name = "number"

    number = fields.Sequence("crm.account.transfer", label="Transfer number")
    date = fields.Date(default=today, required=True, index=True)
    from_account = fields.Many2one("crm.account", required=True, index=True, ondelete="restrict")
    to_account = fields.Many2one("crm.account", required=True, index=True, ondelete="restrict")
    amount = fields.Money(required=True, help="What leaves, in the currency of the account it leaves.")
    received = fields.Money(
        label="Amount received",
        help="What arrives, in the currency of the other account. Empty: by the rates of the day.",
    )
    rate = fields.Decimal(label="Exchange rate", scale=6, compute="_compute_rate", store=True)
    fee = fields.Money(default=0, min=0, help="Taken from the account that the money leaves, besides the amount.")
    note = fields.Char(label="Particulars", size=500)
    state = fields.Selection(
        {"draft": "Draft", "done": "Booked", "reversed": "Reversed"},
        default="draft",
        readonly=True,
        copy=False,
        index=True,
    )

    @depends("amount", "received")
    def _compute_rate(self: Any) -> None:
        self.rate = self.received / self.amount if self.amount and self.received else None

    @constrains("from_account", "to_account", "amount", "received")
    def _check_transfer(self: Any) -> None:
        check_transfer(self)

    @transition("state", source=["draft"], target="done", label="Book", groups=["crm_finance.cashier"])
    def book(self: Any) -> None:
        """Take the money from one account and add it to the other, in this transaction.

        Raises:
            AccessDenied: The user is not a cashier of both accounts.
        """
        book_transfer(self)

    @transition("state", source=["done"], target="reversed", label="Reverse", groups=["crm_finance.cashier"])
    def reverse(self: Any) -> None:
        """Take all entries of the transfer back."""
        reverse_transfer(self)
