"""Keys with which other systems call the API in a user's name."""

from __future__ import annotations

from core.orm import fields
from core.orm.model import Model


class ApiKey(Model):
    """An API key: shown once when made, afterwards only its hash and its first characters are known."""

    _name = "core.api_key"
    _label = "API key"
    _order = "id desc"
    _recycle = False

    name = fields.Char(required=True)
    user = fields.Many2one("core.user", required=True, ondelete="cascade", index=True)
    prefix = fields.Char(label="Begins with", required=True, readonly=True)
    key_hash = fields.Char(required=True, unique=True, copy=False, groups=["base.nobody"])
    active = fields.Boolean(default=True, track=True)
    last_used = fields.Datetime(readonly=True, copy=False)
    expires_at = fields.Datetime(help="Empty: never.")
