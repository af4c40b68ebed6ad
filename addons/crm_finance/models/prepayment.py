"""Money of customers that belongs to no receivable yet (FIN-11, FIN-12)."""

from decimal import Decimal
from typing import Any

from core.api import Model, ValidationError, _, constrains, depends, fields, today


class Prepayment(Model):
    """The prepayment account of a customer in one currency. Its balance is the sum of its entries and never below zero."""

    _name = "crm.prepayment"
    _label = "Prepayment"
    _order = "customer, currency, id"
    _rec_name = None
    _recycle = False
    _unique = [("customer", "currency")]

    customer = fields.Many2one("crm.customer", required=True, readonly=True, index=True, ondelete="restrict")
    currency = fields.Char(size=3, required=True, readonly=True)
    entries = fields.One2many("crm.prepayment.entry", "prepayment")
    balance = fields.Money(compute="_compute_balance", store=True, index=True)
    owner = fields.Many2one("core.user", related="customer.owner", store=True, index=True)

    @depends("entries.amount")
    def _compute_balance(self: Any) -> None:
        self.balance = sum((each.amount or Decimal(0) for each in self.entries), Decimal(0))

    @constrains("balance")
    def _check_balance(self: Any) -> None:
        if self.balance < 0:
            raise ValidationError(
                _("The prepayment of %(customer)s is not that high.", customer=self.customer.display_name),
                field="balance",
            )


class PrepaymentEntry(Model):
    """One change of a prepayment: money that came, was used for a receivable, or was given back."""

    _name = "crm.prepayment.entry"
    _label = "Change of prepayment"
    _order = "date, id"
    _rec_name = None
    _recycle = False

    prepayment = fields.Many2one("crm.prepayment", required=True, readonly=True, index=True, ondelete="restrict")
    date = fields.Date(default=today, required=True, readonly=True, index=True)
    kind = fields.Selection(
        {"received": "Money received", "used": "Used for a receivable", "returned": "Taken back"},
        required=True,
        readonly=True,
    )
    amount = fields.Money(required=True, readonly=True, help="Positive: the prepayment grows.")
    receipt = fields.Many2one("crm.receipt", readonly=True, index=True, ondelete="restrict")
    settlement = fields.Many2one("crm.settlement", readonly=True, index=True, ondelete="restrict")
    customer = fields.Many2one("crm.customer", related="prepayment.customer", store=True, index=True)
