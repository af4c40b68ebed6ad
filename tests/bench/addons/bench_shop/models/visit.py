"""What refers to a customer, so that a customer is chosen in a selection box."""

from core.api import Model, fields


class Visit(Model):
    """A visit to a customer."""

    _name = "bench.visit"

    customer = fields.Many2one("bench.customer", required=True)
    owner = fields.Many2one("core.user")
