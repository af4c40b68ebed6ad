"""Points of products: each unit has its own, and other ones for some customer types (LOY-04, LOY-06)."""

from core.api import Model, fields


class ProductUnit(Model):
    """A unit earns points; a box need not earn a multiple of what a piece does."""

    _inherit = "crm.product.unit"

    points = fields.Decimal(
        scale=2,
        min=0,
        track=True,
        help="Earned with one of this unit, by customers whose type has no points of its own.",
    )
    point_rules = fields.One2many("crm.point.rule", "unit", label="Points by customer type")
