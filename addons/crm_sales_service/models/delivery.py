"""Deliveries name the serial numbers of what went out or came back."""

from typing import Any

from addons.crm_sales_service.services.goods import serials_of
from core.api import Model, ValidationError, _, constrains, fields


class Delivery(Model):
    """A delivery knows which devices it was."""

    _inherit = "crm.delivery"

    serials = fields.Text(label="Serial numbers", help="One in each line; the others count by quantity.")

    @constrains("serials")
    def _check_serials(self: Any) -> None:
        serials = serials_of(self)
        if len(set(serials)) != len(serials):
            raise ValidationError(_("A serial number stands there twice."), field="serials")
