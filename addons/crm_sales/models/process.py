"""Sales processes: the ways in which opportunities go from first contact to a deal (SALE-08)."""

from core.api import Model, fields


class SalesProcess(Model):
    """A named sequence of stages. The first process in order is the one that new opportunities begin with."""

    _name = "crm.sales.process"
    _inherit = ["core.active"]
    _label = "Sales process"
    _order = "sequence, id"
    _recycle = False

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    stages = fields.One2many("crm.sales.stage", "process")
    notes = fields.Text()
