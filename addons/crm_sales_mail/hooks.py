"""What a mail about a quote brings about."""

from collections.abc import Sequence
from typing import Any

from addons.crm_sales_mail.services.quote_mail import note_sent
from core.api import Environment, hookimpl


@hookimpl
def letter_written(env: Environment, record: Any, channel: str, recipients: Sequence[str], subject: str) -> None:
    """Mark a quote that is mailed as sent, and keep a follow-up of it."""
    del env
    if record._info.name == "crm.quote" and channel == "mail":
        note_sent(record, recipients, subject)
