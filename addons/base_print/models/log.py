"""The print log: what left the house on paper, and who printed it (CORE-30, CORE-69)."""

from core.api import Model, fields


class PrintLog(Model):
    """One print of one record or many. Only the system writes it."""

    _name = "base.print.log"
    _label = "Print log"
    _order = "id desc"
    _rec_name = "title"
    _recycle = False
    _log = True

    at = fields.Datetime(label="Time", required=True, index=True)
    user = fields.Many2one("core.user", required=True, ondelete="restrict", index=True)
    model = fields.Char(label="Object", required=True, index=True)
    title = fields.Char(label="First record", required=True)
    count = fields.Integer(label="Records", required=True)
    template = fields.Many2one("base.print.template", ondelete="set null")
    template_name = fields.Char(label="Template", required=True, help="As it was called then.")
    documents = fields.Integer(help="Records times copies and parts.")
    pages = fields.Integer()
    file = fields.Many2one(
        "core.attachment", ondelete="set null", index=True, help="What was printed in the background, for some days."
    )
    records = fields.Json(label="Ids of the records")
