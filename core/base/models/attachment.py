"""Files and pictures attached to records (CORE-66)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from core.errors import ValidationError
from core.i18n import _
from core.orm import fields
from core.orm.model import Model


class Binary(fields.Field[bytes]):
    """Bytes kept in the row; only for the content of attachments, which no list and no API shows."""

    kind = "binary"

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        """Return the column type."""
        return sa.LargeBinary()

    def convert(self, value: Any, env: Any = None) -> bytes | None:
        """Return the bytes; refuses anything else."""
        if value is None or isinstance(value, bytes):
            return value
        raise ValidationError(_("%(label)s must be bytes.", label=self.label), where=self.where)

    def to_json(self, value: bytes | None) -> Any:
        """Return None: content is downloaded, never shown as a value."""
        return None


class Attachment(Model):
    """A file of a record; its bytes lie on disk under the data folder or in the database, by parameter."""

    _name = "core.attachment"
    _label = "Attachment"
    _order = "id desc"

    name = fields.Char(required=True, index=True)
    mimetype = fields.Char(label="Kind of file", required=True, default="application/octet-stream")
    size = fields.Integer(required=True, default=0, help="In bytes.")
    checksum = fields.Char(index=True, help="SHA-256 of the content, in hexadecimal.")
    storage = fields.Selection({"disk": "Disk", "database": "Database"}, required=True, default="disk", readonly=True)
    path = fields.Char(readonly=True, help="Below the attachments folder of the data folder; empty in the database.")
    model = fields.Char(index=True)
    record_id = fields.Integer(label="Record", index=True)
    field = fields.Char(help="The file or image field that holds it; empty: attached to the record as a whole.")
    public = fields.Boolean(default=False, help="Readable without a login, such as a logo.")


class AttachmentContent(Model):
    """The bytes of one attachment that is stored in the database, apart so that reading attachments stays light."""

    _name = "core.attachment.content"
    _label = "Attachment content"
    _order = "id"
    _recycle = False

    attachment = fields.Many2one("core.attachment", required=True, unique=True, ondelete="cascade")
    content = Binary(required=True, copy=False, groups=["base.nobody"])
