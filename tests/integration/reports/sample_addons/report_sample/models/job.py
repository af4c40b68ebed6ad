"""Jobs."""

from core.api import Model, fields


class Job(Model):
    """Something done for somebody."""

    _name = "sample.job"
    _inherit = ["core.owned", "core.company_owned"]
    _label = "Job"

    name = fields.Char()
    date = fields.Date(required=True, index=True)
    amount = fields.Money()
    kind = fields.Selection({"small": "Small", "large": "Large"})
