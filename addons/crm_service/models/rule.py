"""Rules by which new tickets are assigned (SERV-04)."""

from addons.crm_service.models.ticket import KINDS
from core.api import Model, fields


class ServiceRule(Model):
    """Which tickets go to whom, by which flow and until when. The first rule that fits fills in what nobody entered."""

    _name = "crm.service.rule"
    _inherit = ["core.active"]
    _label = "Assignment rule"
    _order = "sequence, id"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        KINDS,
        label="Kind of ticket",
        help="Empty: every kind; so with the other conditions.",
    )
    category = fields.Lookup("service_category", label="Kind of problem")
    product = fields.Many2one("crm.product", ondelete="cascade")
    product_category = fields.Many2one("crm.product.category", ondelete="cascade", help="With all below it.")
    region = fields.Lookup("region", label="Region of the customer")
    urgency = fields.Many2one("crm.urgency", ondelete="cascade")

    executor = fields.Many2one("core.user", ondelete="set null")
    team = fields.Many2one("core.team", label="Executing team", ondelete="set null")
    flow = fields.Many2one("crm.service.flow", label="Service flow", ondelete="set null")
    hours = fields.Decimal(
        label="Hours to solution", scale=2, min=0, help="After receipt; empty: those of the urgency."
    )
    escalate = fields.Boolean(
        label="Raise to the superior when late", default=True, help="The superior of the handler is told and sees it."
    )


class Ticket(Model):
    """A ticket knows the rule that assigned it."""

    _inherit = "crm.ticket"

    rule = fields.Many2one("crm.service.rule", label="Assigned by rule", readonly=True, copy=False, ondelete="set null")
    escalated_at = fields.Datetime(label="Raised at", readonly=True, copy=False)
    escalated_to = fields.Many2one(
        "core.user", label="Raised to", readonly=True, copy=False, index=True, ondelete="set null"
    )
