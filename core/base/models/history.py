"""The operation log (CORE-69)."""

from __future__ import annotations

from core.orm import fields
from core.orm.model import Model


class History(Model):
    """One entry: who did what to which record when, with the old and new value of one field. Not editable."""

    _name = "core.history"
    _label = "Operation log"
    _order = "id desc"
    _rec_name = "operation"
    _recycle = False
    _log = True

    model = fields.Char(required=True, index=True)
    record_id = fields.Integer(label="Record", index=True)
    operation = fields.Selection(
        {
            "created": "Created",
            "updated": "Changed",
            "deleted": "Deleted",
            "restored": "Restored",
            "purged": "Purged",
            "exported": "Exported",
            "printed": "Printed",
            "imported": "Imported",
            "transition": "Change of state",
            "reassigned": "Reassigned",
            "shared": "Shared",
            "unshared": "Share withdrawn",
        },
        required=True,
        default="updated",
    )
    field = fields.Char()
    old = fields.Text(label="Old value", help="As JSON; relations by id.")
    new = fields.Text(label="New value", help="As JSON; relations by id.")
    user = fields.Many2one("core.user", ondelete="restrict", index=True)
    at = fields.Datetime(label="Time", required=True, index=True)
