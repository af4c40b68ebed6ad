"""The audit log: elevations and other acts that need a reason."""

from __future__ import annotations

from core.orm import fields
from core.orm.model import Model


class Audit(Model):
    """One act outside ordinary rights, with its reason. Not editable."""

    _name = "core.audit"
    _inherit = ["core.named_object"]
    _label = "Audit log"
    _order = "id desc"
    _rec_name = "reason"
    _recycle = False
    _log = True

    kind = fields.Char(
        required=True, default="elevated", index=True, help="Such as elevated, hand_over, purge or rights."
    )
    user = fields.Many2one("core.user", ondelete="restrict", index=True)
    at = fields.Datetime(label="Time", required=True, index=True)
    reason = fields.Text()
    model = fields.Char()
    record_id = fields.Integer(label="Record")
    detail = fields.Json()
