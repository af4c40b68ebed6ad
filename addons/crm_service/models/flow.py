"""Templates of service flows: which steps a ticket goes through, in which order (SERV-06)."""

from typing import Any

from core.api import Model, ValidationError, _, constrains, fields


class ServiceFlow(Model):
    """A template. Its steps are copied onto a ticket, so a change counts only for tickets that come later."""

    _name = "crm.service.flow"
    _inherit = ["core.active"]
    _label = "Service flow"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True, index="fuzzy")
    sequence = fields.Integer(default=10)
    notes = fields.Text(help="For which problems it is meant.")
    steps = fields.One2many("crm.service.flow.step", "flow", copy=True)

    @constrains("steps")
    def _check_steps(self: Any) -> None:
        if self.steps and all(step.optional for step in self.steps):
            raise ValidationError(_("A flow needs a step that can't be passed over."), field="steps")


class ServiceFlowStep(Model):
    """One step of a template."""

    _name = "crm.service.flow.step"
    _label = "Step of a service flow"
    _order = "sequence, id"

    flow = fields.Many2one("crm.service.flow", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    name = fields.Char(label="Step", required=True, translate=True)
    handler = fields.Many2one(
        "core.user",
        label="Usual handler",
        ondelete="set null",
        help="Empty: whoever finishes the step before names one.",
    )
    hours = fields.Decimal(label="Hours allowed", scale=2, min=0, help="Empty: until the ticket is due.")
    optional = fields.Boolean(label="May be passed over", default=False, help="With a reason.")
