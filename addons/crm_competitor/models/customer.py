"""What competitors add to customers."""

from core.api import Model, fields


class Customer(Model):
    """A customer knows from which competitors it buys."""

    _inherit = "crm.customer"

    competitors = fields.One2many("crm.competitor.customer", "customer", label="Buys from competitors")
