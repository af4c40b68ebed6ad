"""Sold items lead to the order they came from."""

from core.api import Model, fields


class SoldItem(Model):
    """A sold item knows its delivery and its order."""

    _inherit = "crm.sold.item"

    delivery = fields.Many2one("crm.delivery", readonly=True, copy=False, index=True, ondelete="set null")
    order = fields.Many2one("crm.order", related="delivery.order", store=True, index=True)
