"""What service adds to customers."""

from core.api import Model, fields


class Customer(Model):
    """A customer knows the goods sold to it, and its tickets."""

    _inherit = "crm.customer"

    sold_items = fields.One2many("crm.sold.item", "customer", label="Sold items")
    tickets = fields.One2many("crm.ticket", "customer", label="Service tickets")
