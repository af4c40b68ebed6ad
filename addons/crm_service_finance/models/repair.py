"""Repairs and what customers owe for them (SERV-14)."""

from core.api import Model, fields


class Repair(Model):
    """A repair shows what became of its charge."""

    _inherit = "crm.repair"

    receivable = fields.Many2one(
        "crm.receivable", readonly=True, copy=False, index=True, ondelete="restrict", help="Made when it was finished."
    )
    open_amount = fields.Money(label="Still to be paid", related="receivable.open_amount", store=True)
