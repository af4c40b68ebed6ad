"""The log of mails and SMS, which is also their way out: nothing is sent that does not stand here first (CORE-71, CORE-75)."""

from addons.base_mail.services import by_hand
from core.api import Model, action, fields


class OutgoingMessage(Model):
    """One mail or SMS. Only the system writes here; what a person may do are the actions."""

    _name = "base.mail.message"
    _label = "Sent message"
    _order = "id desc"
    _rec_name = "subject"
    _recycle = False
    _log = True

    channel = fields.Selection(
        {"mail": "Mail", "sms": "SMS"}, label="Sent by means of", required=True, default="mail", index=True
    )
    state = fields.Selection(
        {
            "queued": "Waiting",
            "sending": "Being sent",
            "sent": "Sent",
            "partial": "Sent in part",
            "failed": "Failed",
            "doubtful": "Doubtful",
            "cancelled": "Cancelled",
        },
        required=True,
        default="queued",
        index=True,
    )
    account = fields.Many2one("base.mail.account", label="Mail account", ondelete="set null")
    sender = fields.Char(help="Address from which it went.")
    recipients = fields.Text(required=True, help="Addresses or numbers, separated by commas.")
    subject = fields.Char(index=True)
    text = fields.Text(label="Text of the message")
    html = fields.Html(label="Text with formatting")
    sealed = fields.Text(copy=False, groups=["base.nobody"])
    """A text that nobody is to read in the log, such as a link for a forgotten password; gone once it is sent."""
    record = fields.Reference(label="Record")
    record_name = fields.Char(label="Concerns", index="fuzzy", help="What the record was called at that time.")
    author = fields.Many2one(
        "core.user", label="Written by", ondelete="set null", index=True, help="Who sent it; empty: the system."
    )
    send_at = fields.Datetime(label="Not before")
    started_at = fields.Datetime(label="Last attempt")
    lease_until = fields.Datetime()
    sent_at = fields.Datetime(label="Time", index=True)
    attempts = fields.Integer(default=0)
    message_id = fields.Char(label="Message-ID", index=True)
    result = fields.Char(help="What the server or gateway answered.")
    error = fields.Text()
    refused = fields.Text(label="Refused addresses")
    cost = fields.Decimal("Charge", precision=12, scale=4)

    @action(
        "Send again", groups=["base.user"], visible="record.state in ['failed', 'doubtful', 'partial', 'cancelled']"
    )
    def send_again(self) -> None:
        """Send it once more because a person says so; of one sent in part only to the addresses that were refused."""
        by_hand.send_again(self)

    @action("Do not send", groups=["base.user"], visible="record.state in ['queued', 'failed']")
    def cancel(self) -> None:
        """Take back what has not been sent."""
        by_hand.cancel(self)

    @action("It has arrived", groups=["base.user"], visible="record.state == 'doubtful'")
    def confirm_arrival(self) -> None:
        """Settle a doubtful one that did arrive."""
        by_hand.confirm_arrival(self)
