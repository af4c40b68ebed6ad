"""Notes."""

from core.api import Model, fields


class Note(Model):
    """Something noted."""

    _name = "acme.note"
    _label = "Note"
    _order = "id"

    name = fields.Char(required=True)
    secret = fields.Boolean(default=False)


class Scrap(Model):
    """A note that is thrown away for good."""

    _name = "acme.scrap"
    _label = "Scrap"
    _order = "id"
    _recycle = False

    name = fields.Char(required=True)
