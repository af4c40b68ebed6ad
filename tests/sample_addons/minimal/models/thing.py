"""A thing with a name and a state."""

from core.api import Model, fields


class Thing(Model):
    """Something that has a name."""

    _name = "minimal.thing"
    _label = "Thing"
    _order = "name"

    name = fields.Char(required=True)
    kind = fields.Selection({"big": "Big", "small": "Small"}, default="small")
