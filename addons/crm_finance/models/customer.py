"""What customers owe and have paid ahead, and how much may be overdue (FIN-20)."""

from typing import Any

from addons.crm_finance.services.customer_money import money_of
from core.api import Model, fields


class Customer(Model):
    """A customer knows its receivables, its prepayment and its limit; figures are in base currency and those the reader may see."""

    _inherit = "crm.customer"

    receivables = fields.One2many("crm.receivable", "customer")
    finance_clerk = fields.Many2one(
        "core.user", ondelete="set null", help="Is reminded of what the customer owes, besides its owner."
    )
    overdue_limit = fields.Money(min=0, track=True, help="More than this overdue is flagged. Empty: no limit.")
    prepaid = fields.Money(label="Prepayment balance", compute="_compute_money")
    overdue_excess = fields.Money(label="Over the overdue limit by", compute="_compute_money")

    def _compute_money(self: Any) -> None:
        super()._compute_money()  # type: ignore[misc]  # a layer below has it
        found = money_of(self) if self.__dict__.get("id") is not None else {}
        for name in ("outstanding", "overdue", "prepaid", "overdue_excess"):
            setattr(self, name, found.get(name, 0))
