from core.api import Model, fields


class Place(Model):
    """Where things stand: plain rows, without logic of their own, which are inserted together."""

    _name = "acme.place"
    _inherit = ["core.owned"]
    _label = "Place"
    _order = "id"

    name = fields.Char(required=True)
    code = fields.Char()
    size = fields.Decimal()
    unit = fields.Lookup("unit")
