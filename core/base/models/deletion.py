"""Deletions: the entries of the recycle bin (CORE-67, D16)."""

from __future__ import annotations

from core.orm import fields
from core.orm.model import Model


class Deletion(Model):
    """One deletion of a record with its dependent lines; every row it took carries this id in ``deletion_id``."""

    _name = "core.deletion"
    _label = "Recycle bin"
    _order = "id desc"
    _rec_name = "title"
    _recycle = False
    _log = True

    model = fields.Char(required=True, index=True)
    record_id = fields.Integer(label="Record", required=True)
    title = fields.Char(help="How the record was called.")
    user = fields.Many2one("core.user", label="Deleted by", ondelete="restrict", index=True)
    at = fields.Datetime(label="Deleted at", required=True, index=True)
    count = fields.Integer(label="Records", default=1, help="The record and its dependent lines.")
    links = fields.Json(
        help="What it took, ids by model, and the references it cleared, to be set again on restoring.",
        groups=["base.nobody"],
    )
    restored_at = fields.Datetime()
    restored_by = fields.Many2one("core.user", ondelete="restrict")
    purged_at = fields.Datetime(help="When it was deleted for good; the entry stays as a trace.")
    purged_by = fields.Many2one("core.user", ondelete="restrict")
