"""Hooks that other addons may implement: gateways for SMS, and kinds of reminders."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from core.api import Environment, hookspec


@dataclass(frozen=True)
class Sms:
    """An SMS on its way to a gateway."""

    reference: str
    """Unique for each attempt; a gateway that knows it already should not send again."""
    numbers: tuple[str, ...]
    text: str
    at: datetime.datetime


@dataclass(frozen=True)
class SmsResult:
    """What a gateway says."""

    state: Literal["sent", "partial", "retry", "failed"]
    """``retry``: certainly not sent, but worth another try."""
    answer: str | None = None
    error: str | None = None
    refused: Sequence[str] = ()
    gateway_id: str | None = None
    """How the gateway calls the message."""
    cost: Decimal | None = None


@dataclass(frozen=True)
class ReminderKind:
    """A kind of reminder that an addon brings; an administrator may change the days and the channels."""

    name: str
    """Unique, such as ``crm_sales.delivery_due``."""
    label: Any
    """A text marked by ``_()``; kept in the language of the installation, and an administrator's to change."""
    model: str
    date_field: str
    lead_days: int = 3
    domain: Any = None
    """Records that are still open; None: all."""
    recipients: str = "owner"
    """Path that leads to users; several separated by commas."""
    yearly: bool = False
    """The day comes back each year."""
    keep_days: int | None = None
    """Days after the date for which an item stays; None: until it is done."""


@dataclass(frozen=True)
class MailFile:
    """A file that may go along with a mail about a record."""

    key: str
    """Unique among all addons, such as ``base_print.12``."""
    label: Any
    """A text marked by ``_()``."""
    make: Callable[[], tuple[str, bytes]]
    """Makes the file, (name, content); called only if it was chosen."""


@hookspec
def offer_mail_files(env: Environment, record: Any) -> Sequence[MailFile]:  # type: ignore[empty-body]  # a specification has no body
    """Offer files, such as printed forms, to whoever writes a mail about a record (SALE-27).

    Called: when the page for a mail about one record is shown, and again when the mail is sent.

    Args:
        env: The environment of the user who writes.
        record: The record; the user may read it.

    Returns:
        Files this user may give away; an empty list: none.
    """


@hookspec
def letter_written(env: Environment, record: Any, channel: str, recipients: Sequence[str], subject: str) -> None:
    """Act on a mail or SMS that a person wrote about a record.

    Called: once for each record, in the transaction in which the message is put into the log of messages.

    Args:
        env: The environment of the user who wrote.
        record: The record.
        channel: ``mail`` or ``sms``.
        recipients: Addresses or numbers.
        subject: Subject of a mail; empty for an SMS.

    Raises:
        CoreError: The message may not go out; it is shown, and nothing is sent.
    """


@hookspec(firstresult=True)
def send_sms(env: Environment, sms: Sms) -> Callable[[], SmsResult] | None:
    """Take an SMS, by returning the function that sends it.

    Called: by the job that sends, in the transaction in which the message is marked as being sent; here the gateway reads what it needs
    from the database and does not talk to anybody yet.

    Args:
        env: The environment of the system.
        sms: The message.

    Returns:
        A function without arguments, called once after that transaction is committed and outside of any. What it raises makes the message
        doubtful. None: another gateway may take it.
    """


@hookspec
def register_reminder_kinds() -> Sequence[ReminderKind]:  # type: ignore[empty-body]  # a specification has no body
    """Name the kinds of reminders that the addon brings (CORE-77).

    Called: when an addon was enabled, and by the job that makes the items.

    Returns:
        Kinds of the addon's own models. One that is there already keeps what an administrator set.
    """
