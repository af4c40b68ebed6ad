"""How urgent a ticket is, and how fast it is to be answered and solved (SERV-05, SERV-26)."""

from core.api import Model, fields


class Urgency(Model):
    """A degree of urgency; the list and its hours are the administrator's."""

    _name = "crm.urgency"
    _inherit = ["core.active"]
    _label = "Urgency"
    _order = "sequence, id"

    code = fields.Char(required=True, unique=True, copy=False)
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    answer_hours = fields.Decimal(
        label="Hours to first answer", scale=2, min=0, help="After receipt; empty: no limit is set."
    )
    hours = fields.Decimal(label="Hours to solution", scale=2, min=0, help="After receipt; empty: no limit is set.")
    is_default = fields.Boolean(label="For new tickets", default=False)
