"""Visits: from when to when, by whom."""

from core.api import Model, fields


class Visit(Model):
    """Somebody goes to see somebody."""

    _name = "browser.visit"
    _label = "Visit"
    _order = "name, id"

    name = fields.Char(required=True)
    owner = fields.Many2one("core.user")
    start = fields.Datetime()
    end = fields.Datetime()
    state = fields.Selection({"open": "Open", "done": "Done"}, default="open")
