"""Customer levels, such as VIP."""

from core.api import Model, fields


class Level(Model):
    """How important a customer is; the list is the administrator's."""

    _name = "crm.level"
    _label = "Customer level"
    _order = "sequence, id"

    code = fields.Char(required=True, unique=True, copy=False)
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
