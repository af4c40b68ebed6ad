"""What the information centre adds to the messages behind the bell: announcements."""

from core.api import Model, fields


class Notification(Model):
    """A message to one user; announcements are a kind of their own."""

    _inherit = "core.notification"

    kind = fields.Selection(selection_add={"announcement": "Announcement"})
