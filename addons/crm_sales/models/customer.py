"""What sales add to customers."""

from typing import Any

from addons.crm_sales.services.customer_money import money_of
from core.api import Model, fields


class Customer(Model):
    """A customer knows its quotes and orders, and what was sold, received, is outstanding and overdue, in base currency.

    The figures are those of the contracts that the reader may see.
    """

    _inherit = "crm.customer"

    quotes = fields.One2many("crm.quote", "customer")
    orders = fields.One2many("crm.order", "customer")
    ordered = fields.Money(label="Contract amount", compute="_compute_money")
    received = fields.Money(compute="_compute_money")
    outstanding = fields.Money(compute="_compute_money")
    overdue = fields.Money(compute="_compute_money")

    def _compute_money(self) -> None:
        found: dict[str, Any] = money_of(self) if self.__dict__.get("id") is not None else {}
        for name in ("ordered", "received", "outstanding", "overdue"):
            setattr(self, name, found.get(name, 0))
