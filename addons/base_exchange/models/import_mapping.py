"""How the columns of a file became fields, kept for the next time."""

from __future__ import annotations

from core.api import Model, fields


class ImportMapping(Model):
    """The mapping last used by somebody for files with these headings."""

    _name = "base.import.mapping"
    _label = "Import mapping"
    _order = "updated_at desc, id desc"
    _rec_name = "model"
    _recycle = False
    _unique = [("model", "user", "fingerprint")]

    model = fields.Char(label="Object", required=True, index=True)
    user = fields.Many2one("core.user", required=True, ondelete="cascade", index=True)
    fingerprint = fields.Char(required=True, readonly=True, size=64)
    headings = fields.Json(readonly=True)
    plan = fields.Json(label="Mapping", readonly=True)
