"""Mails and SMS written by hand, to an address or to the people who stand in records, now or later (CORE-75)."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from addons.base_mail.hookspecs import MailFile
from addons.base_mail.services.filling import check_text, fill
from addons.base_mail.services.outbox import check_addresses, queue_message, split_addresses
from core.api import Environment, ValidationError, _

ADDRESS_FIELDS = {"mail": ("mail", "email", "e_mail"), "sms": ("mobile", "phone")}
MOST_RECORDS = 500
RIGHTS = {"mail": "base_mail.send_mail", "sms": "base_mail.send_sms"}


def address_path(env: Environment, model: str, channel: str) -> str | None:
    """Return the path from a record to an address: a field of its own, else of a record it belongs to; None if there is none.

    Fields that the user may not read are passed over.
    """
    info = env.registry[model]
    hidden = env.hidden_fields(info, "read")
    for name in ADDRESS_FIELDS[channel]:
        if name in info.fields and name not in hidden:
            return name
    for name, each in info.fields.items():
        comodel = getattr(each, "comodel", None)
        if each.kind != "many2one" or not comodel or name in hidden or name in ("created_by", "updated_by", "owner"):
            continue
        other = env.registry[comodel]
        for end in ADDRESS_FIELDS[channel]:
            if comodel != "core.user" and end in other.fields and end not in env.hidden_fields(other, "read"):
                return f"{name}.{end}"
    return None


@dataclass(frozen=True)
class Target:
    """Somebody a message goes to, from a record."""

    record: int
    name: str
    address: str


@dataclass(frozen=True)
class Letter:
    """What was typed."""

    channel: str
    to: str = ""
    subject: str = ""
    text: str = ""
    html: str | None = None
    model: str | None = None
    ids: tuple[int, ...] = ()
    send_at: datetime.datetime | None = None
    files: tuple[str, ...] = ()
    """Keys of `MailFile`; only where it is a mail about one record."""


@dataclass
class Report:
    """What became of it."""

    queued: int = 0
    left_out: list[str] = field(default_factory=list)
    """Names of the records without an address that can be used."""


def targets_of(env: Environment, model: str, ids: Sequence[int], channel: str) -> tuple[list[Target], list[str]]:
    """Return whom records name, and the names of the records that name nobody. Only what the user may read counts.

    Raises:
        ValidationError: There are too many, or the model has no addresses.
    """
    if len(ids) > MOST_RECORDS:
        raise ValidationError(_("At most %(count)s records at once.", count=MOST_RECORDS))
    path = address_path(env, model, channel)
    if path is None:
        raise ValidationError(_("These records have no address."))
    found, without = [], []
    for row in env[model].read([["id", "in", list(ids)]], ["display_name", path]):
        name = str(row["display_name"] or row["id"])
        try:
            address = check_addresses(split_addresses(row[path] or "")[:1], channel)[0]
        except ValidationError:
            without.append(name)
        else:
            found.append(Target(row["id"], name, address))
    return found, without


def files_for(env: Environment, model: str | None, ids: Sequence[int]) -> list[MailFile]:
    """Return the files that other addons offer for a mail about one record; none for no record or several."""
    if model is None or len(ids) != 1:
        return []
    record = env[model].get(ids[0])
    return [file for offered in env.hook.offer_mail_files(env=env, record=record) for file in offered]


def send_letter(env: Environment, letter: Letter) -> Report:
    """Write what was typed into the log, from where it is sent; one message for each record.

    Raises:
        ValidationError: Something is missing or wrong; ``field`` says what.
    """
    if letter.channel not in RIGHTS or not env.has_right(RIGHTS[letter.channel]):
        raise ValidationError(_("You may not send messages to others."), field="channel")
    if letter.channel == "mail" and not letter.subject.strip():
        raise ValidationError(_("A mail has a subject."), field="subject")
    check_text(env, letter.model, letter.subject, "subject")
    check_text(env, letter.model, letter.text, "text")
    report = Report()
    if len(letter.ids) > 1 and letter.model:
        found, report.left_out = targets_of(env, letter.model, letter.ids, letter.channel)
        if not found:
            raise ValidationError(_("None of these records has an address."), field="to")
        for target in found:
            _queue(env, letter, [target.address], env[letter.model].get(target.record))
            report.queued += 1
    else:
        record = env[letter.model].get(letter.ids[0]) if letter.model and letter.ids else None
        _queue(env, letter, split_addresses(letter.to), record)
        report.queued = 1
    return report


def _chosen(env: Environment, letter: Letter) -> list[tuple[str, bytes]]:
    """Make the files that were ticked.

    Raises:
        ValidationError: One is not offered any more.
    """
    if not letter.files or letter.channel != "mail":
        return []
    offered = {file.key: file for file in files_for(env, letter.model, letter.ids)}
    if any(key not in offered for key in letter.files):
        raise ValidationError(_("This file is not offered any more."), field="files")
    return [offered[key].make() for key in letter.files]


def _queue(env: Environment, letter: Letter, to: Sequence[str], record: Any) -> None:
    if record is not None:
        subject = letter.subject if letter.channel == "mail" else ""
        env.hook.letter_written(env=env, record=record, channel=letter.channel, recipients=to, subject=subject)
    queue_message(
        env,
        letter.channel,
        to,
        subject=fill(env, letter.subject, record),
        text=fill(env, letter.text, record),
        html=fill(env, letter.html, record, as_html=True) if letter.html else None,
        record=record,
        author=env.user,
        send_at=letter.send_at,
        files=_chosen(env, letter),
    )


def read_time(env: Environment, text: str) -> datetime.datetime | None:
    """Return the instant that a user typed in the own time zone; None for an empty text or one that is past.

    Raises:
        ValidationError: It is no time; ``field`` is ``send_at``.
    """
    if not text:
        return None
    try:
        typed = datetime.datetime.fromisoformat(text)
    except ValueError:
        raise ValidationError(_("This is no time."), field="send_at") from None
    zone = ZoneInfo(env.user.timezone) if env.user.timezone else env.timezone
    moment = typed if typed.tzinfo else typed.replace(tzinfo=zone)
    return moment.astimezone(datetime.UTC) if moment > env.now() else None
