"""Records that a user marked with a star (CORE-34)."""

from __future__ import annotations

from core.orm import fields
from core.orm.model import Model


class Favourite(Model):
    """One record in the favourites of one user. It gives no right: what may no longer be read does not show."""

    _name = "core.favourite"
    _label = "Favourite"
    _order = "id desc"
    _recycle = False
    _unique = [("user", "model", "record_id")]

    user = fields.Many2one("core.user", required=True, ondelete="cascade", index=True)
    model = fields.Char(required=True, index=True)
    record_id = fields.Integer(label="Record", required=True, index=True)
