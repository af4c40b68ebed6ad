"""Claims that are paid from an account (FIN-31)."""

from typing import Any

from addons.crm_expense_finance.services.payout import pay_out, take_back
from core.api import Model, fields


class Expense(Model):
    """A claim knows the account it is paid from and the entry that books it."""

    _inherit = "crm.expense"

    account = fields.Many2one(
        "crm.account",
        label="Paid from",
        copy=False,
        index=True,
        ondelete="restrict",
        help="Empty: the first account in the company's currency of who pays.",
    )
    entry = fields.Many2one(
        "crm.account.entry", label="Booked as", readonly=True, copy=False, index=True, ondelete="restrict"
    )

    def pay(self: Any) -> None:
        """Note that the employee has the money, and book what went out of the account.

        Raises:
            AccessDenied: The user is no cashier of the account.
            ValidationError: There is no account in the company's currency.
        """
        super().pay()  # type: ignore[misc]  # a layer below has it
        pay_out(self)

    def unpay(self: Any) -> None:
        """Take the payment back: the entry is reversed.

        Raises:
            AccessDenied: The user is no cashier of the account.
        """
        super().unpay()  # type: ignore[misc]  # a layer below has it
        take_back(self)
