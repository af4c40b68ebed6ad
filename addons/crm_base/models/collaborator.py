"""Collaborators: colleagues who help with a customer (BASE-19)."""

from core.api import Model, fields


class Collaborator(Model):
    """A colleague with a part at a customer: may read the customer and record follow-ups, and finds it in the own list."""

    _name = "crm.collaborator"
    _label = "Collaborator"
    _order = "customer, id"
    _rec_name = "user"
    _unique = [("customer", "user")]
    _recycle = False

    customer = fields.Many2one("crm.customer", required=True, index=True, ondelete="cascade")
    user = fields.Many2one("core.user", label="Colleague", required=True, index=True, ondelete="cascade")
    part = fields.Lookup("collaborator_part", label="Part", required=True, help="Such as technician or assistant.")
    notes = fields.Char()


class Customer(Model):
    """A customer has collaborators beside its owner."""

    _inherit = "crm.customer"

    collaborators = fields.One2many("crm.collaborator", "customer")
