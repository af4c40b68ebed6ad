"""Figures of customers by which members are graded and picked (LOY-13, LOY-14)."""

from core.api import Model, depends, fields


class Customer(Model):
    """A customer knows what was bought in all, and the month of the birthday.

    The first two are kept by `services.purchases`: an order must not load all others of its customer.
    """

    _inherit = "crm.customer"

    purchases = fields.Money(
        label="Purchases so far",
        readonly=True,
        copy=False,
        index=True,
        help="Amount of all effective contracts, in base currency.",
    )
    last_purchase = fields.Date(readonly=True, copy=False, index=True)
    birthday_month = fields.Integer(label="Month of birth", compute="_compute_birthday_month", store=True, index=True)

    @depends("birthday")
    def _compute_birthday_month(self) -> None:
        birthday = self.birthday  # type: ignore[attr-defined]  # of the model extended
        self.birthday_month = birthday.month if birthday else None
