"""Product categories: a tree of any depth (PROD-02)."""

from core.api import Model, fields


class ProductCategory(Model):
    """A kind of product. One with products or sub-categories can't be deleted; a filter on it takes in all below."""

    _name = "crm.product.category"
    _label = "Product category"
    _order = "sequence, name, id"

    name = fields.Char(required=True, index="fuzzy", track=True)
    parent = fields.Many2one("crm.product.category", label="Belongs under", ondelete="restrict", index=True, track=True)
    children = fields.One2many("crm.product.category", "parent", label="Sub-categories")
    products = fields.One2many("crm.product", "category", label="Products")
    sequence = fields.Integer(default=10)
    notes = fields.Text()
