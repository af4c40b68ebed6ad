"""Merged duplicates: what was merged, so that it can be taken back, and pairs that only look alike (CORE-62)."""

from __future__ import annotations

from core.api import Model, fields


class Merge(Model):
    """Several records made one. Only the system writes it, so that an undo can rely on it."""

    _name = "base.merge"
    _inherit = ["core.named_object"]
    _label = "Merge"
    _order = "id desc"
    _recycle = False
    _log = True

    name = fields.Char(label="Kept record", required=True)
    model = fields.Char(required=True, index=True)
    winner = fields.Integer(label="Kept record number", required=True, index=True)
    losers = fields.Json(label="Merged records", required=True, help="Numbers and names.")
    state = fields.Selection({"done": "Merged", "undone": "Undone"}, required=True, default="done", index=True)
    user = fields.Many2one("core.user", label="Merged by", required=True, ondelete="restrict", index=True)
    count = fields.Integer(label="Records merged", default=0)
    moved = fields.Json(label="What moved", help="Number of references by object.")
    journal = fields.Json(label="Values before")
    undone_at = fields.Datetime(label="Undone at")
    undone_by = fields.Many2one("core.user", ondelete="restrict")


class NotDuplicate(Model):
    """Two records that look alike and are not the same; they are not proposed again."""

    _name = "base.not_duplicate"
    _label = "No duplicate"
    _order = "id"
    _rec_name = "model"
    _recycle = False
    _unique = [("model", "first", "second")]

    model = fields.Char(label="Object", required=True)
    first = fields.Integer(required=True, help="The lower number of the two.")
    second = fields.Integer(required=True)


class DuplicateSearch(Model):
    """What somebody's last search for duplicates of a model found; only the system writes it."""

    _name = "base.duplicate_search"
    _label = "Search for duplicates"
    _order = "id"
    _rec_name = "model"
    _recycle = False
    _log = True
    _unique = [("model", "user")]

    model = fields.Char(label="Object", required=True)
    user = fields.Many2one("core.user", required=True, ondelete="cascade", index=True)
    state = fields.Selection({"running": "Running", "done": "Done"}, required=True, default="done")
    job = fields.Integer(label="Background job")
    at = fields.Datetime(label="Time", required=True)
    records = fields.Integer(label="Records looked through", default=0)
    pairs = fields.Json(label="Likely pairs")


class History(Model):
    """The operation log says of a record that others were merged into it."""

    _inherit = "core.history"

    operation = fields.Selection({"merged": "Merged"})
