"""Nicknames."""

from core.api import Model, fields


class Customer(Model):
    """One more layer."""

    _inherit = "web.customer"

    nickname = fields.Char()


class Gift(Model):
    """A model of its own."""

    _name = "web.gift"
    _label = "Gift"

    name = fields.Char(required=True)
