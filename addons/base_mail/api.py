"""What other addons may use of messages and reminders."""

from addons.base_mail.hookspecs import MailFile, ReminderKind, Sms, SmsResult
from addons.base_mail.services.filling import check_text, fill
from addons.base_mail.services.outbox import queue_message

__all__ = ["MailFile", "ReminderKind", "Sms", "SmsResult", "check_text", "fill", "queue_message"]
