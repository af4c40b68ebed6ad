"""Puts mails and SMS into the log, from where a background job sends them once the transaction is committed."""

import datetime
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from core.api import Environment, ValidationError, _, seal, store_attachment, system_of

MODEL = "base.mail.message"
SEND = "base_mail.send"
SEALED_FOR = "base_mail.message"
"""What the text of a message that nobody is to read is sealed for."""
MOST_RECIPIENTS = 100
MOST_SMS = 1000
"""Characters of one SMS; gateways cut it into parts themselves."""
_ADDRESS = re.compile(r"[^\s@,;<>\"()\[\]\\]{1,64}@[^\s@,;<>\"()\[\]\\]{1,190}")
_NUMBER = re.compile(r"\+?[0-9]{3,20}")


@contextmanager
def as_system(env: Environment, reason: str) -> Iterator[Environment]:
    """Act with every right inside the block; noted in the audit log unless the environment is the system's already."""
    if env.is_elevated:
        yield env
    else:
        with env.elevated(reason=reason):
            yield env


def split_addresses(text: str) -> list[str]:
    """Return what stands between commas, semicolons and line ends, each once and in order."""
    parts = (part.strip() for part in re.split(r"[,;\n，；、]", text))
    return list(dict.fromkeys(part for part in parts if part))


def check_addresses(addresses: Sequence[str], channel: str) -> list[str]:
    """Return mail addresses, or telephone numbers without the signs people write into them.

    Raises:
        ValidationError: There is none, there are too many, or one is no address; the message names it, ``field`` is ``to``.
    """
    found = [address if channel == "mail" else re.sub(r"[\s()\-.]", "", address) for address in addresses]
    pattern = _ADDRESS if channel == "mail" else _NUMBER
    wrong = [given for given, plain in zip(addresses, found, strict=True) if not pattern.fullmatch(plain)]
    if wrong:
        named = ", ".join(wrong)[:200]
        told = _("This is no mail address: %(text)s", text=named)
        raise ValidationError(told if channel == "mail" else _("This is no number: %(text)s", text=named), field="to")
    if not found:
        raise ValidationError(_("Say to whom it goes."), field="to")
    if len(found) > MOST_RECIPIENTS:
        raise ValidationError(_("At most %(count)s recipients at once.", count=MOST_RECIPIENTS), field="to")
    return found


def queue_message(
    env: Environment,
    channel: str,
    to: Sequence[str],
    *,
    text: str,
    subject: str | None = None,
    html: str | None = None,
    record: Any = None,
    record_name: str | None = None,
    author: Any = None,
    send_at: datetime.datetime | None = None,
    is_secret: bool = False,
    files: Sequence[tuple[str, bytes]] = (),
) -> Any:
    """Write a mail or SMS into the log, to be sent after the commit, and return it.

    Args:
        env: Who writes; whether they may, the caller has checked.
        channel: ``mail`` or ``sms``.
        to: Addresses or numbers; all of one mail see one another.
        text: Plain text.
        subject: One line, for mails.
        html: The text with formatting, for mails; it is sanitised.
        record: The record it is about.
        record_name: What the record is called; None takes its name.
        author: Whose mail it is; decides the account. None: the system's.
        send_at: Not before this time; None: at once.
        is_secret: Nobody is to read the text in the log: it is kept sealed, and only until it is sent.
        files: Name and content of what goes along with a mail; kept as files of the message.

    Raises:
        ValidationError: An address is none, the text is empty or too long, or a file is too large or of a kind that is not allowed.
    """
    addresses = check_addresses(to, channel)
    if not text.strip():
        raise ValidationError(_("There is no text."), field="text")
    if channel == "sms" and len(text) > MOST_SMS:
        raise ValidationError(_("An SMS has at most %(count)s characters.", count=MOST_SMS), field="text")
    name = record_name if record is None or record_name else record.display_name
    values = {
        "channel": channel,
        "recipients": ", ".join(addresses),
        "subject": " ".join((subject or "").split())[:255] or None,
        "text": None if is_secret else text,
        "html": html or None,
        "sealed": seal(env.settings, text, SEALED_FOR) if is_secret else None,
        "record": record,
        "record_name": str(name)[:255] if name else None,
        "author": author,
        "send_at": send_at,
    }
    with as_system(env, f"{channel} to be sent"):
        message = env[MODEL].create(values)
        if files:
            env.flush()
        for file_name, content in files:
            store_attachment(env, file_name, content, model=MODEL, record_id=message.id)
        send_soon(env, message.id, send_at)
    return message


def send_soon(env: Environment, number: int, at: datetime.datetime | None = None) -> None:
    """Let a background job of the system send a message once the transaction is committed, and not before ``at``."""
    env.flush()
    if at is None:
        system_of(env).defer(SEND, message=number)
    else:
        system_of(env).defer_until(at, SEND, message=number)
