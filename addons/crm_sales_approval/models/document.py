"""Who approved a quote or order."""

from core.api import Model, fields


class SalesDocument(Model):
    """A document keeps the names of those who approved it, for lists and reports."""

    _inherit = "crm.sales.document"

    approvers = fields.Char(
        label="Approved by",
        size=None,
        readonly=True,
        copy=False,
        help="In their order; of a contract that was not asked again, those of its quote. Empty: nobody had to.",
    )
