"""Pictures of a product besides the main one."""

from core.api import Model, fields


class ProductPicture(Model):
    """One more picture of a product."""

    _name = "crm.product.picture"
    _label = "Product picture"
    _order = "sequence, id"

    product = fields.Many2one("crm.product", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    image = fields.Image(required=True)
    title = fields.Char()
