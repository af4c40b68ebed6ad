"""Response times of tickets (SERV-26)."""

from core.api import Model, fields


class Ticket(Model):
    """A ticket knows when it was answered and solved, and whether that was in time."""

    _inherit = "crm.ticket"

    answer_by = fields.Datetime(label="To be answered by", readonly=True, copy=False, index=True)
    answered_at = fields.Datetime(label="First answer", readonly=True, copy=False)
    done_at = fields.Datetime(label="Solved at", readonly=True, copy=False, index=True)
    answer_hours = fields.Decimal(label="Hours until first answer", scale=2, readonly=True, copy=False)
    solution_hours = fields.Decimal(label="Hours until solution", scale=2, readonly=True, copy=False)
    answer_late = fields.Boolean(label="Answered late", default=False, readonly=True, copy=False, index=True)
    late = fields.Boolean(label="Behind time", default=False, readonly=True, copy=False, index=True)
