"""By which channels a user wants to be told of one kind of thing (CORE-76)."""

from core.api import Model, fields


class ChannelChoice(Model):
    """What one user chose for one rule or kind of reminder; without it the rule says."""

    _name = "base.mail.choice"
    _label = "Choice of channels"
    _order = "id"
    _rec_name = "kind"
    _recycle = False
    _unique = [("user", "kind")]

    user = fields.Many2one("core.user", required=True, ondelete="cascade", index=True)
    kind = fields.Char(required=True, help="Such as rule:7 or reminder:3.")
    by_message = fields.Boolean(label="Internal message", default=True)
    by_mail = fields.Boolean(label="Mail", default=False)
    by_sms = fields.Boolean(label="SMS", default=False)
