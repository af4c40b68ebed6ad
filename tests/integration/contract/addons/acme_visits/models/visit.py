"""Visits."""

from core.api import Model, ValidationError, _, action, constrains, fields, today, transition


class Visit(Model):
    """One visit to a customer, planned and then made."""

    _name = "acme.visit"
    _inherit = ["core.owned"]
    _label = "Visit"
    _order = "date desc, id desc"

    number = fields.Sequence("acme.visit")
    customer = fields.Many2one("crm.customer", required=True, index=True, ondelete="cascade")
    date = fields.Date(default=today)
    minutes = fields.Integer(default=30)
    state = fields.Selection({"planned": "Planned", "made": "Made"}, default="planned")
    report = fields.Text()

    @constrains("minutes")
    def _check_minutes(self):
        if self.minutes is not None and self.minutes <= 0:
            raise ValidationError(_("A visit takes time."), field="minutes")

    @action("Add an hour")
    def add_hour(self):
        self.minutes += 60

    @transition("state", source=["planned"], target="made", label="Visit made")
    def make(self):
        self.env.hook.acme_visit_made(visit=self)
