"""The three steps by which a message leaves: take, hand over, note (decision "Mails are sent at most once").

``take`` marks it as being sent and is committed before the first word to a server; ``note`` writes what became of it. A worker that dies
in between leaves it marked: once the lease has ended it is *doubtful*, and only a person sends it again.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, make_msgid
from typing import Any

from addons.base_mail.hookspecs import Sms, SmsResult
from addons.base_mail.services.accounts import account_for, transport_of, transport_of_settings
from addons.base_mail.services.outbox import MODEL, SEALED_FOR, split_addresses
from addons.base_mail.services.transport import Outcome, deliver
from core.api import CoreError, Environment, _, notify, read_attachment, unseal

LEASE = datetime.timedelta(minutes=10)
"""So long a message counts as being sent; the conversation with a server is broken off long before."""
MANAGERS = ("base_mail.manager", "base.administrator")
"""Roles whose members are told when a message of the system did not go as it should."""


@dataclass(frozen=True)
class Taken:
    """A message that was marked as being sent, and how to hand it over outside any transaction."""

    number: int
    attempt: int
    hand_over: Callable[[], Outcome]


def take(env: Environment, number: int) -> Taken | None:
    """Mark a waiting message as being sent; None if there is nothing to send.

    A message that is marked already is left alone: another run is at it, or died at it. Where it can't be sent at all, as without an
    account, it fails here.
    """
    message = env[MODEL].find(number)
    if message is None:
        return None
    if message.state == "sending":
        doubt(env, message)
        return None
    if message.state != "queued" or (message.send_at is not None and message.send_at > env.now()):
        return None
    try:
        text = unseal(env.settings, message.sealed, SEALED_FOR) if message.sealed else message.text or ""
        hand_over, values = _mail(env, message, text) if message.channel == "mail" else _sms(env, message, text)
    except CoreError as error:
        message.update(state="failed", error=env.services.text(error.message, env.lang), sealed=None)
        tell(env, message)
        return None
    now = env.now()
    attempt = message.attempts + 1
    message.update(state="sending", started_at=now, lease_until=now + LEASE, attempts=attempt, error=None, **values)
    return Taken(number, attempt, hand_over)


def note(env: Environment, taken: Taken, outcome: Outcome, *, is_last: bool) -> bool:
    """Write what became of an attempt; return whether another one is due.

    Args:
        env: An environment of the system.
        taken: The attempt.
        outcome: What became of it.
        is_last: What is worth another try fails for good now.
    """
    message = env[MODEL].find(taken.number)
    # Doubtful: we were slower than the lease, but now we know.
    if message is None or message.state not in ("sending", "doubtful") or message.attempts != taken.attempt:
        return False
    again = outcome.state == "retry" and not is_last
    state = {"retry": "queued" if again else "failed"}.get(outcome.state, outcome.state)
    values: dict[str, Any] = {
        "state": state,
        "lease_until": None,
        "result": (outcome.result or "")[:255] or None,
        "error": outcome.error,
        "refused": "\n".join(outcome.refused) or None,
    }
    if state in ("sent", "partial"):
        values["sent_at"] = env.now()
    if state not in ("queued", "doubtful"):
        values["sealed"] = None
    if isinstance(outcome, SmsOutcome):
        values["cost"] = outcome.cost
        values["message_id"] = outcome.gateway_id
    message.update(**values)
    if state in ("failed", "doubtful", "partial"):
        tell(env, message)
    return again


def doubt(env: Environment, message: Any) -> bool:
    """Mark a message as doubtful if its lease has ended; return whether it was."""
    if message.lease_until is not None and message.lease_until > env.now():
        return False
    message.update(
        state="doubtful",
        lease_until=None,
        error=env.services.text(_("The worker ended while it was sending; nobody knows whether it arrived."), env.lang),
    )
    tell(env, message)
    return True


def tell(env: Environment, message: Any) -> None:
    """Tell the author, or of a mail of the system those who look after messages, that one did not go as it should."""
    if message.author is not None:
        readers = [message.author]
    else:
        readers = list(env["core.user"].search([["groups.key", "in", list(MANAGERS)], ["active", "=", True]]))
    titles = {
        "failed": _("A message could not be sent: %(to)s", to=message.recipients[:80]),
        "partial": _("A message did not reach everybody: %(to)s", to=message.recipients[:80]),
    }
    title = titles.get(message.state, _("Nobody knows whether a message arrived: %(to)s", to=message.recipients[:80]))
    notify(env, readers, title, text=message.subject or "", url=f"/records/{MODEL}/{message.id}", kind="warning")


def _mail(env: Environment, message: Any, text: str) -> tuple[Callable[[], Outcome], dict[str, Any]]:
    account = account_for(env, message.author)
    transport = transport_of_settings(env) if account is None else transport_of(env, account)
    if transport is None:
        raise CoreError(_("There is no mail account by which it could be sent."), code="mail.account")
    address = env.settings.mail_from if account is None else account.sender
    name = (account.sender_name if account is not None else None) or (env.company.name if env.company else "")
    message_id = message.message_id or make_msgid(domain=address.rpartition("@")[2] or "localhost")
    to = split_addresses(message.recipients)
    mail = EmailMessage()
    mail["From"] = formataddr((name, address)) if name else address
    mail["To"] = ", ".join(to)
    mail["Subject"] = message.subject or ""
    mail["Date"] = format_datetime(env.now())
    mail["Message-ID"] = message_id
    if message.author is None:
        mail["Auto-Submitted"] = "auto-generated"
    elif message.author.mail:
        mail["Reply-To"] = message.author.mail
    mail.set_content(text)
    if message.html:
        mail.add_alternative(message.html, subtype="html")
    for file in env["core.attachment"].search([["model", "=", MODEL], ["record_id", "=", message.id]], order="id"):
        kind, _slash, subtype = file.mimetype.partition("/")
        content = b"".join(read_attachment(env, file))
        mail.add_attachment(content, maintype=kind, subtype=subtype, filename=file.name)
    values = {"account": account, "sender": address, "message_id": message_id}
    return lambda: deliver(transport, mail, address, to), values


@dataclass(frozen=True)
class SmsOutcome(Outcome):
    """What became of an SMS, with what the gateway says about it."""

    gateway_id: str | None = None
    cost: Any = None


def _sms(env: Environment, message: Any, text: str) -> tuple[Callable[[], Outcome], dict[str, Any]]:
    numbers = tuple(split_addresses(message.recipients))
    sms = Sms(f"{env.database.name}-{message.id}-{message.attempts + 1}", numbers, text, env.now())
    sender = env.hook.send_sms(env=env, sms=sms)
    if sender is None:
        raise CoreError(_("There is no gateway by which an SMS could be sent."), code="mail.gateway")
    return lambda: _handed(sender), {}


def _handed(sender: Callable[[], SmsResult]) -> Outcome:
    try:
        result = sender()
    except Exception as error:  # noqa: BLE001 (whatever a gateway raises: nobody can know whether the SMS went)
        return Outcome("doubtful", error=f"{type(error).__name__}: {error}"[:500])
    return SmsOutcome(result.state, result.answer, result.error, tuple(result.refused), result.gateway_id, result.cost)
