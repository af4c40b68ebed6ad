"""Messages of the system to one user: what the bell counts (CORE-46)."""

from __future__ import annotations

from core.orm import fields
from core.orm.model import Model


class Notification(Model):
    """One message to one user, with the page it is about."""

    _name = "core.notification"
    _label = "Notification"
    _order = "id desc"
    _rec_name = "title"
    _recycle = False

    user = fields.Many2one("core.user", required=True, ondelete="cascade", index=True, readonly=True)
    kind = fields.Selection(
        {"message": "Message", "task": "To do", "warning": "Warning"}, required=True, default="message", readonly=True
    )
    title = fields.Char(required=True, readonly=True)
    text = fields.Text(readonly=True)
    url = fields.Char(label="Page", readonly=True, help="A page of ours that the message is about.")
    at = fields.Datetime(label="Time", required=True, readonly=True)
    read_at = fields.Datetime(index=True)
