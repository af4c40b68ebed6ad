"""Mail accounts: the SMTP servers by which mails leave, for everybody, for one company or for one user (CORE-73)."""

from core.api import Model, ValidationError, _, constrains, depends, fields


class MailAccount(Model):
    """An outgoing mail account. Its password is kept sealed: nobody ever sees it again, it can only be entered anew."""

    _name = "base.mail.account"
    _label = "Mail account"
    _order = "sequence, name, id"
    _recycle = False

    name = fields.Char(required=True, track=True)
    sender = fields.Char(label="Sender address", required=True, track=True, help="Such as sales@example.com.")
    sender_name = fields.Char(track=True, help="Name beside the address; empty: that of the company.")
    company = fields.Many2one("core.company", ondelete="cascade", index=True, track=True, help="Empty: every company.")
    user = fields.Many2one(
        "core.user", ondelete="cascade", index=True, track=True, help="Whose mails it sends; empty: everybody's."
    )
    host = fields.Char(label="Server", required=True, track=True)
    port = fields.Integer(required=True, default=587, min=1, max=65535, track=True)
    security = fields.Selection(
        {"starttls": "STARTTLS (usually port 587)", "tls": "TLS (usually port 465)", "none": "Not encrypted"},
        label="Encryption",
        required=True,
        default="starttls",
        track=True,
    )
    login = fields.Char(label="User name", track=True, help="Empty: the server asks for none.")
    secret = fields.Text(copy=False, groups=["base.nobody"])
    """The password, sealed; see `services.accounts`."""
    has_password = fields.Boolean(label="Password is set", compute="_compute_has_password", store=True)
    active = fields.Boolean(default=True, track=True)
    sequence = fields.Integer(default=10, help="Of several that fit the first is taken.")

    @depends("secret")
    def _compute_has_password(self) -> None:
        self.has_password = bool(self.secret)

    @constrains("sender", "sender_name", "host", "login")
    def _check_lines(self) -> None:
        for name in ("sender", "sender_name", "host", "login"):
            value = getattr(self, name) or ""
            if any(not char.isprintable() for char in value):
                raise ValidationError(_("This is one line without control characters."), field=name)
        local, _at, domain = (self.sender or "").rpartition("@")
        if not local or "." not in f"{domain}." or " " in self.sender or not domain:
            raise ValidationError(_("This is no mail address."), field="sender")
