"""Links by which people who forgot their password choose another (CORE-06)."""

from __future__ import annotations

from core.orm import fields
from core.orm.model import Model


class PasswordLink(Model):
    """One link that was mailed. The mail holds the token, the database only its hash; usable once."""

    _name = "core.password_link"
    _label = "Password link"
    _order = "id desc"
    _rec_name = "expires_at"
    _recycle = False

    user = fields.Many2one("core.user", required=True, ondelete="cascade", index=True)
    token_hash = fields.Char(required=True, unique=True, copy=False, groups=["base.nobody"])
    expires_at = fields.Datetime(required=True, index=True)
    used_at = fields.Datetime()
