"""What visits add to customers and to points."""

from core.api import Model, depends, fields


class Customer(Model):
    """A customer is visited."""

    _inherit = "crm.customer"

    segment = fields.Selection({"open": "Open", "blocked": "Blocked"}, default="open", required=True, track=True)
    visits = fields.One2many("acme.visit", "customer")
    visit_minutes = fields.Integer(compute="_compute_visit_minutes", store=True)
    level_name = fields.Char(related="level.name")

    @depends("visits.minutes", "visits.state")
    def _compute_visit_minutes(self):
        self.visit_minutes = sum(visit.minutes or 0 for visit in self.visits if visit.state == "made")

    @depends("visits")
    def _compute_points(self):
        super()._compute_points()


class PointEntry(Model):
    """Points may be given for a visit."""

    _inherit = "crm.point.entry"

    kind = fields.Selection({"gift": "Gift"})
