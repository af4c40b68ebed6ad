"""Pages of the diary."""

from core.api import Model, fields


class Page(Model):
    """What happened on a day."""

    _name = "acme.page"
    _label = "Page"

    name = fields.Char(required=True)
