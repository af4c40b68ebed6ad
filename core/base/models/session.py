"""Web sessions: who is online (CORE-70)."""

from __future__ import annotations

from core.orm import fields
from core.orm.model import Model


class Session(Model):
    """One login that is still open, or was. The browser holds the key, the database only its hash."""

    _name = "core.session"
    _label = "Session"
    _order = "last_seen desc, id desc"
    _rec_name = "address"
    _recycle = False

    user = fields.Many2one("core.user", required=True, ondelete="cascade", index=True)
    key_hash = fields.Char(required=True, unique=True, copy=False, groups=["base.nobody"])
    csrf = fields.Char(copy=False, groups=["base.nobody"])
    started_at = fields.Datetime(label="Login time", required=True)
    last_seen = fields.Datetime(required=True, index=True)
    expires_at = fields.Datetime(required=True)
    remembered = fields.Boolean(default=False, help="Kept without requests; ends at its last day only.")
    ended_at = fields.Datetime(index=True)
    ended_by = fields.Many2one("core.user", ondelete="set null")
    address = fields.Char(help="Network address of the client.")
    agent = fields.Char(label="Browser")
    data = fields.Json(groups=["base.nobody"])
