"""Units of measure, such as piece and box; the list is free (PROD-03)."""

from core.api import Model, fields


class Unit(Model):
    """The name of a unit of measure. What a box holds is said by each product."""

    _name = "crm.unit"
    _label = "Unit of measure"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10, help="A new product begins with the unit of the lowest number.")
