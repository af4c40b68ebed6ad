"""Reminders: kinds say what is due when, items stand before people until the thing is done (CORE-77)."""

from addons.base_mail.services import rulecheck
from core.api import Model, constrains, fields


class ReminderKind(Model):
    """One kind of reminder: the records of an object whose date is near and which are still open."""

    _name = "base.reminder.kind"
    _label = "Kind of reminder"
    _order = "sequence, label, id"
    _rec_name = "label"
    _recycle = False

    key = fields.Char(unique=True, copy=False, readonly=True, help="Given by the addon that brings it.")
    label = fields.Char(label="Name", required=True, translate=True, track=True)
    active = fields.Boolean(default=True, track=True)
    sequence = fields.Integer(default=10)
    model = fields.Char(label="Object", required=True, index=True, track=True, help="Such as crm.customer.")
    date_field = fields.Char(label="Date", required=True, track=True, help="Name of the field that holds the date.")
    lead_days = fields.Integer(required=True, default=3, min=0, max=3650, track=True, help="So many days ahead.")
    keep_days = fields.Integer(
        min=0, max=3650, track=True, help="Days after the date for which it is still shown; empty: until it is done."
    )
    yearly = fields.Boolean(default=False, track=True, help="The day comes back each year, as birthdays do.")
    open_domain = fields.Json(
        label="Which are not done", conditions_of="model", track=True, help="Records not yet done; empty: all."
    )
    recipients = fields.Char(
        label="Whom", required=True, default="owner", track=True, help="Fields that lead to users, such as owner."
    )
    by_message = fields.Boolean(label="Internal message", default=False, track=True)
    by_mail = fields.Boolean(label="Mail", default=False, track=True)
    by_sms = fields.Boolean(label="SMS", default=False, track=True)

    @constrains("model", "date_field", "open_domain", "recipients")
    def _check_kind(self) -> None:
        rulecheck.check_kind(self)


class Reminder(Model):
    """An item in the reminder panel of one person: once for each record and kind."""

    _name = "base.reminder"
    _label = "Reminder"
    _order = "date, id"
    _rec_name = "title"
    _recycle = False
    _unique = [("user", "kind", "record_id")]

    kind = fields.Many2one("base.reminder.kind", required=True, ondelete="cascade", index=True)
    user = fields.Many2one("core.user", label="Whom", required=True, ondelete="cascade", index=True)
    model = fields.Char(label="Object", required=True)
    record_id = fields.Integer(label="Record number", required=True)
    title = fields.Char(label="Record")
    date = fields.Date(required=True, index=True)
