"""Where money lies: cash desks and bank accounts, with who keeps them (FIN-01, FIN-02)."""

from typing import Any

from addons.crm_finance.services.opening import open_account
from addons.crm_finance.services.rates import check_currency, to_base
from addons.crm_sales.api import company_currency
from core.api import ConflictError, Model, _, action, constrains, depends, fields, today


class Account(Model):
    """A cash desk or a bank account in one currency, of the company or one of its branches.

    Only its cashiers post to it and see its balance, besides finance managers. ``balance`` is moved by `services.entries` alone, under the
    lock of this row, and equals the sum of the entries that count.
    """

    _name = "crm.account"
    _inherit = ["core.company_owned"]
    _label = "Cash account"
    _order = "sequence, name, id"

    name = fields.Char(required=True, index="fuzzy", help="Such as: ICBC, Shanghai branch.")
    sequence = fields.Integer(default=10)
    kind = fields.Selection({"bank": "Account at a bank", "cash": "Cash desk"}, default="bank", required=True)
    bank = fields.Char()
    number = fields.Char(label="Account number", size=64)
    currency = fields.Char(size=3, default=company_currency, required=True)
    company = fields.Many2one("core.company", label="Company or branch")
    cashiers = fields.Many2many(
        "core.user", label="Cashiers", help="They alone post to the account and see its balance."
    )
    active = fields.Boolean(default=True, track=True)
    notes = fields.Text()
    opening_date = fields.Date(label="Opening day", default=today, help="Day of the opening balance.")
    opening_balance = fields.Money(default=0, help="What lay in the account on that day; booked once.")
    opened = fields.Boolean(label="Opening balance booked", readonly=True, copy=False)
    balance = fields.Money(default=0, required=True, readonly=True, copy=False)
    base_balance = fields.Money(
        label="Balance in base currency", compute="_compute_base_balance", help="At today's rate."
    )

    @depends("balance", "currency")
    def _compute_base_balance(self: Any) -> None:
        self.base_balance = to_base(self.env, self.balance or 0, self.currency, self.env.today())

    @constrains("currency")
    def _check_currency(self: Any) -> None:
        check_currency(self.env, self.currency)
        if self.env["crm.account.entry"].count([["account", "=", self.id]]):
            raise ConflictError(_("%(account)s has entries: its currency can't be changed.", account=self.name))

    @action("Book opening balance", groups=["crm_finance.manager"], visible="not record.opened")
    def open(self: Any) -> None:
        """Book the opening balance, once.

        Raises:
            ConflictError: It is booked already.
        """
        open_account(self)
