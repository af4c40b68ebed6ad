"""What sales add to follow-ups."""

from typing import Any

from core.api import Model, ValidationError, _, constrains, fields


class FollowUp(Model):
    """A follow-up may be about a contract, whose page shows it (SALE-33)."""

    _inherit = "crm.follow_up"

    order = fields.Many2one("crm.order", label="About contract", index=True, ondelete="set null")

    @constrains("customer", "order")
    def _check_order(self: Any) -> None:
        if self.order is not None and self.order.customer != self.customer:
            raise ValidationError(
                _("%(number)s is no contract of %(customer)s.", number=self.order.number, customer=self.customer.name),
                field="order",
            )
