"""What sales add to customers."""

from core.api import Model, fields


class Customer(Model):
    """A customer knows its orders."""

    _inherit = "crm.customer"

    orders = fields.One2many("crm.order", "customer")
