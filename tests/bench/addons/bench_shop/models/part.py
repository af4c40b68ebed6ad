"""Ten columns of everyday kinds, with an owner: for creating, reading and changing many rows."""

from core.api import Model, fields


class Country(Model):
    """What parts refer to, so that reading names takes a second join."""

    _name = "bench.country"

    name = fields.Char(required=True)
    code = fields.Char(size=2)


class Part(Model):
    """A part in a warehouse."""

    _name = "bench.part"

    name = fields.Char(required=True)
    code = fields.Char()
    quantity = fields.Integer(default=0)
    price = fields.Money(default=0)
    weight = fields.Float()
    arrived_on = fields.Date()
    active = fields.Boolean(default=True)
    kind = fields.Selection({"bought": "Bought", "made": "Made"}, default="bought")
    note = fields.Text()
    country = fields.Many2one("bench.country")
    owner = fields.Many2one("core.user")
