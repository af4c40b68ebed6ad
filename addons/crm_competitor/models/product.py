"""What competitors add to products."""

from core.api import Model, fields


class Product(Model):
    """A product knows what competitors set against it."""

    _inherit = "crm.product"

    rivals = fields.One2many("crm.competitor.product", "our_product", label="Products of competitors")
