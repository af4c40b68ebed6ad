"""Entries of accounts: the electronic cash book (FIN-04, FIN-06, FIN-27, FIN-28)."""

from typing import Any

from addons.crm_finance.services.audit import mark_audited
from addons.crm_finance.services.entries import check_amounts, confirm_entry, reject_entry, reverse_by_hand
from addons.crm_finance.services.rates import rate_on
from core.api import Model, action, constrains, depends, fields, today, transition

BOOKED = ("confirmed", "reversed")
"""States in which an entry counts: one that was reversed stays in the book beside the entry that takes it back."""


class AccountEntry(Model):
    """Money that came into an account or went out of it. Only what is booked counts for the balance.

    A reversal has the same side as what it takes back and a negative amount, so that income and spending of a period are both right. Amounts
    are in the currency of the account; those in base currency take the rate of the day.
    """

    _name = "crm.account.entry"
    _inherit = ["core.owned", "core.company_owned"]
    _label = "Account entry"
    _order = "date desc, id desc"
    _rec_name = "number"

    number = fields.Sequence("crm.account.entry", label="Entry number")
    account = fields.Many2one(
        "crm.account",
        label="Cash account",
        index=True,
        ondelete="restrict",
        help="Empty while it waits: who books it chooses the account.",
    )
    company = fields.Many2one("core.company", related="account.company", store=True, index=True)
    currency = fields.Char(related="account.currency", store=True, size=3)
    date = fields.Date(default=today, required=True, index=True)
    kind = fields.Selection(
        {
            "opening": "Opening balance",
            "direct": "Direct entry",
            "transfer": "Transfer between accounts",
            "fee": "Fee",
            "receipt": "Receipt",
            "refund": "Refund",
            "payment": "Payment",
            "expense": "Expense",
            "other": "Other",
        },
        default="direct",
        required=True,
        readonly=True,
        index=True,
    )
    category = fields.Lookup("cash_category", label="Category of income or spending")
    method = fields.Lookup("payment_method", label="Paid by")
    customer = fields.Many2one("crm.customer", index=True, ondelete="restrict")
    note = fields.Char(label="Particulars", size=500)
    money_in = fields.Money(label="Income", default=0, required=True)
    money_out = fields.Money(label="Spending", default=0, required=True)
    amount = fields.Money(
        label="Balance change", compute="_compute_amount", store=True, help="Positive: into the account."
    )
    rate = fields.Decimal(label="Exchange rate", scale=6, compute="_compute_rate", store=True)
    base_in = fields.Money(label="Income in base currency", compute="_compute_base", store=True)
    base_out = fields.Money(label="Spending in base currency", compute="_compute_base", store=True)
    base_amount = fields.Money(label="Balance change in base currency", compute="_compute_base", store=True)
    state = fields.Selection(
        {"waiting": "To be confirmed", "confirmed": "Booked", "rejected": "Rejected", "reversed": "Reversed"},
        default="waiting",
        readonly=True,
        copy=False,
        index=True,
    )
    booked = fields.Boolean(label="Counts for the balance", compute="_compute_booked", store=True, index=True)
    rejection = fields.Char(label="Why rejected", size=500, copy=False)
    source = fields.Reference(label="Source document", readonly=True, copy=False)
    reverses = fields.Many2one("crm.account.entry", readonly=True, copy=False, unique=True, ondelete="restrict")
    booked_by = fields.Many2one("core.user", readonly=True, copy=False, ondelete="restrict")
    audited = fields.Boolean(readonly=True, copy=False, index=True)
    audited_by = fields.Many2one("core.user", readonly=True, copy=False, ondelete="restrict")
    audited_on = fields.Date(readonly=True, copy=False)

    @depends("money_in", "money_out")
    def _compute_amount(self: Any) -> None:
        self.amount = (self.money_in or 0) - (self.money_out or 0)

    @depends("account", "date")
    def _compute_rate(self: Any) -> None:
        is_known = self.account is not None and self.date is not None
        self.rate = rate_on(self.env, self.account.currency, self.date) if is_known else 1

    @depends("money_in", "money_out", "rate")
    def _compute_base(self: Any) -> None:
        self.base_in = (self.money_in or 0) * (self.rate or 0)
        self.base_out = (self.money_out or 0) * (self.rate or 0)
        self.base_amount = self.base_in - self.base_out

    @depends("state")
    def _compute_booked(self: Any) -> None:
        self.booked = self.state in BOOKED

    @constrains("money_in", "money_out")
    def _check_amounts(self: Any) -> None:
        check_amounts(self)

    @transition("state", source=["waiting"], target="confirmed", label="Book", groups=["crm_finance.cashier"])
    def confirm(self: Any) -> None:
        """Let it count for the balance of its account.

        Raises:
            AccessDenied: The user is no cashier of the account.
            ValidationError: It has no account yet.
        """
        confirm_entry(self)

    @transition("state", source=["waiting"], target="rejected", label="Reject", groups=["crm_finance.cashier"])
    def reject(self: Any) -> None:
        """Turn it down; who entered it is told why.

        Raises:
            ValidationError: Nobody said why.
        """
        reject_entry(self)

    @action("Reverse", groups=["crm_finance.cashier"], visible="record.state == 'confirmed' and not record.source_id")
    def reverse(self: Any) -> Any:
        """Book the opposite and return that entry; what comes from another document is reversed there."""
        return reverse_by_hand(self)

    @action("Mark as audited", groups=["crm_finance.auditor"], visible="record.booked and not record.audited")
    def audit(self: Any) -> None:
        """Mark the entry as audited: from now on it can only be reversed."""
        mark_audited(self)
