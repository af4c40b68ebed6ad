"""Sharing mode and isolation scheme of each object (CORE-20, CORE-21, D13, D14)."""

from __future__ import annotations

from core.orm import fields
from core.orm.model import Model


class SharingMode(Model):
    """How the records of one model are kept apart; a model without a row is private and follows the hierarchy."""

    _name = "core.sharing_mode"
    _inherit = ["core.named_object"]
    _label = "Sharing mode"
    _order = "model"
    _rec_name = "model"
    _recycle = False

    model = fields.Char(required=True, unique=True, track=True)
    mode = fields.Selection(
        {"private": "Private", "public_read": "Public read", "public_write": "Public read and write"},
        default="private",
        required=True,
        track=True,
    )
    hierarchy = fields.Boolean(
        label="Superiors see those below", default=True, track=True, help="Off: only data authorisation opens records."
    )
