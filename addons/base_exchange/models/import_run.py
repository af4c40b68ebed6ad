"""One import: the file, how it becomes records, and what came of it."""

from __future__ import annotations

from core.api import Model, _, depends, fields


class Import(Model):
    """A file brought in. Only the system writes it, so that what it says of the past, and what an undo relies on, can be trusted."""

    _name = "base.import"
    _label = "Import"
    _order = "id desc"
    _recycle = False
    _log = True

    name = fields.Char(label="File", required=True)
    model = fields.Char(required=True, index=True)
    subject = fields.Char(label="Object", compute="_compute_subject")
    state = fields.Selection(
        {
            "draft": "Being prepared",
            "checking": "Trial run",
            "checked": "Trial run, nothing written",
            "running": "Running",
            "done": "Brought in",
            "refused": "Nothing imported",
            "undoing": "Being undone",
            "undone": "Undone",
        },
        default="draft",
        required=True,
        index=True,
    )
    batch = fields.Char(
        label="Set of files", index=True, readonly=True, help="Imports of one set are taken back together."
    )
    user = fields.Many2one("core.user", label="Imported by", required=True, ondelete="restrict", index=True)
    finished_at = fields.Datetime(label="Finished")
    rows = fields.Integer(default=0)
    created_count = fields.Integer(label="Created", default=0)
    updated_count = fields.Integer(label="Changed", default=0)
    skipped_count = fields.Integer(label="Skipped", default=0)
    wrong_count = fields.Integer(label="Wrong", default=0)
    undone_at = fields.Datetime(label="Undone at")
    undone_by = fields.Many2one("core.user", ondelete="restrict")
    source = fields.File(label="File as sent")
    bad_rows = fields.File(label="Wrong rows")
    plan = fields.Json(label="Mapping")
    analysis = fields.Json(label="What was found in the file")
    report = fields.Json(label="Import report")
    job = fields.Integer(label="Background job")

    @depends("model")
    def _compute_subject(self) -> None:
        info = self.env.registry.models.get(self.model or "")
        self.subject = self.model if info is None else self.env.services.text(_(info.label), self.env.lang)


class ImportEntry(Model):
    """What an import did to up to a thousand records, for undoing it."""

    _name = "base.import.entry"
    _label = "Import entry"
    _order = "id"
    _rec_name = "model"
    _recycle = False
    _log = True

    import_run = fields.Many2one("base.import", label="Import", required=True, ondelete="cascade", index=True)
    kind = fields.Selection(
        {"created": "Created", "updated": "Changed", "related": "Made on the way"}, required=True, default="created"
    )
    model = fields.Char(label="Object", required=True)
    ids = fields.Json(label="Records", required=True)
    versions = fields.Json(required=True)
    old = fields.Json(label="Values before")
