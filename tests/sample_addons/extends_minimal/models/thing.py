"""One more field and one more kind of thing."""

from core.api import Model, fields


class Thing(Model):
    """A thing that also has a weight."""

    _inherit = "minimal.thing"

    weight = fields.Integer(default=1)
    kind = fields.Selection({"huge": "Huge"})
