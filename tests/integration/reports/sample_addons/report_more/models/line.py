"""Lines of jobs, and calls."""

from core.api import Model, fields


class JobLine(Model):
    """One part of a job."""

    _name = "sample.line"
    _label = "Part of a job"

    job = fields.Many2one("sample.job", required=True, ondelete="cascade", index=True)
    hours = fields.Decimal(default=1)
    cost = fields.Money(groups=["report_sample.chief"])


class Call(Model):
    """A call at an instant."""

    _name = "sample.call"
    _inherit = ["core.owned"]
    _label = "Call"

    at = fields.Datetime(required=True)
