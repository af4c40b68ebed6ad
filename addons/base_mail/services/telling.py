"""Tells users something by the channels they chose for its kind: behind the bell, by mail, by SMS."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from addons.base_mail.services.outbox import queue_message
from core.api import Environment, ValidationError, notify

CHANNELS = ("message", "mail", "sms")
CHOICE = "base.mail.choice"


@dataclass(frozen=True)
class Told:
    """What one user is told, in their language already."""

    user: int
    title: str
    text: str
    html: str | None = None
    url: str | None = None
    model: str | None = None
    record: int | None = None
    """The record it is about, for the log; None for none, or several."""


def offered(source: Any) -> frozenset[str]:
    """Return the channels that a rule or kind of reminder has switched on."""
    return frozenset(name for name in CHANNELS if getattr(source, f"by_{name}"))


def tell(env: Environment, kind: str, channels: frozenset[str], tellings: Sequence[Told], *, bell: str) -> int:
    """Tell users, each by the channels chosen; return how many messages, mails and SMS that became.

    Nobody gets a channel that the rule does not have. Who has no address for a channel gets the message instead, so that nothing is lost.

    Args:
        env: An environment of the system.
        kind: What choices are kept by, such as ``rule:7``.
        channels: Those of the rule.
        tellings: What to tell whom.
        bell: Kind of the internal message.
    """
    ids = sorted({each.user for each in tellings})
    if not ids or not channels:
        return 0
    people = {user.id: user for user in env["core.user"].search([["id", "in", ids], ["active", "=", True]])}
    chosen = {row.user.id: offered(row) for row in env[CHOICE].search([["kind", "=", kind], ["user", "in", ids]])}
    count = 0
    for told in tellings:
        person = people.get(told.user)
        if person is not None:
            count += _tell_one(env, person, channels & chosen.get(told.user, channels), told, bell)
    return count


def _tell_one(env: Environment, person: Any, channels: frozenset[str], told: Told, bell: str) -> int:
    failed = {
        channel
        for channel, address in (("mail", person.mail), ("sms", person.phone))
        if channel in channels and not _send(env, channel, address, told)
    }
    by_bell = "message" in channels or bool(failed)
    if by_bell:
        notify(env, [person], told.title, text=told.text, url=told.url, kind=bell)
    return len(channels - failed - {"message"}) + by_bell


def _send(env: Environment, channel: str, address: str | None, told: Told) -> bool:
    if not address:
        return False
    record = env[told.model].find(told.record) if told.model and told.record else None
    is_mail = channel == "mail"
    try:
        queue_message(
            env,
            channel,
            [address],
            text=_with_link(env, told) if is_mail else (told.text or told.title)[:300],
            subject=told.title if is_mail else None,
            html=told.html if is_mail else None,
            record=record,
        )
    except ValidationError:
        return False
    return True


def _with_link(env: Environment, told: Told) -> str:
    base = env.settings.public_url
    text = told.text or told.title
    return f"{text}\n\n{base}{told.url}\n" if base and told.url else text
