"""Comments on records, and how far everybody has read them (CORE-80)."""

from core.api import Model, fields


class Comment(Model):
    """One comment on a record of any model, read and written by the pages of the discussion only.

    Whoever may read the record may read it. No role has a right on this model, so that no list, export or API shows comments of records
    that the reader may not see. Its files are attachments of the record, whose field is ``base.comment:<id>``.
    """

    _name = "base.comment"
    _label = "Comment"
    _order = "id desc"
    _rec_name = "model"
    _recycle = False

    model = fields.Char(label="Object", required=True, index=True)
    record_id = fields.Integer(label="Record", required=True, index=True)
    author = fields.Many2one("core.user", required=True, ondelete="restrict", index=True)
    text = fields.Text(help="Plain text; addresses become links when it is shown.")
    parent = fields.Many2one("base.comment", label="Answer to", ondelete="cascade", index=True)
    mentions = fields.Many2many("core.user", help="Those mentioned who may read the record.")
    pinned = fields.Boolean(default=False, help="Shown before the others.")
    edited_at = fields.Datetime(label="Changed")
    withdrawn = fields.Boolean(default=False, help="Deleted, and kept without its text because of the answers.")


class CommentReader(Model):
    """What one user has to do with the discussion of one record."""

    _name = "base.comment.reader"
    _label = "Reader of a discussion"
    _order = "id"
    _rec_name = "model"
    _recycle = False
    _unique = [("user", "model", "record_id")]

    user = fields.Many2one("core.user", required=True, ondelete="cascade", index=True)
    model = fields.Char(label="Object", required=True, index=True)
    record_id = fields.Integer(label="Record", required=True, index=True)
    follows = fields.Boolean(label="Is followed", default=False, help="Is told of every comment.")
    seen = fields.Integer(label="Last comment seen", default=0, required=True)
