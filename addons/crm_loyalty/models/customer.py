"""What points add to customers: the account and its balance."""

from core.api import Model, depends, fields


class Customer(Model):
    """A customer has a points account."""

    _inherit = "crm.customer"  # the same model, one more layer

    point_entries = fields.One2many("crm.point.entry", "customer")
    points = fields.Integer(compute="_compute_points", store=True, track=True)

    @depends("point_entries.points")
    def _compute_points(self) -> None:
        self.points = sum(entry.points for entry in self.point_entries)
