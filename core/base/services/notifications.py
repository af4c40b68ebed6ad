"""Telling a user something: kept until read, counted by the bell (CORE-46). Mail and SMS are other addons' channels."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import Message, ValidationError
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.environment import Environment

LONGEST_TITLE = 200


def notify(
    env: Environment,
    users: Iterable[Any],
    title: str | Message,
    *,
    text: str | Message = "",
    url: str | None = None,
    kind: str = "message",
) -> int:
    """Tell users something; return how many were told.

    Args:
        env: Who tells; needs no right, since only the readers see it.
        users: Records or ids of the readers; each is told once, the inactive are passed over.
        title: One line; a `Message` made by ``_()`` is kept in the language of each reader.
        text: More of it, likewise; may be empty.
        url: Page of ours it is about, such as ``/records/crm.order/7``.
        kind: ``message``, ``task`` (something to do), ``warning``, or a kind that an addon adds to the model.

    Raises:
        ValidationError: An unknown kind, no title, or an address that is none of ours.
    """
    if (
        kind not in env.registry["core.notification"].fields["kind"].options  # type: ignore[attr-defined]  # a Selection
        or not str(title).strip()
        or (url is not None and (not url.startswith("/") or url.startswith("//")))
    ):
        raise ValidationError(_("A message has a kind, a title and a page of ours."), code="notification")
    env.before_query()
    people = env.registry["core.user"].table
    ids = sorted({getattr(user, "id", user) for user in users})
    wanted = sa.select(people.c.id, people.c.language).where(people.c.id.in_(ids), people.c.active)
    found = env.connection.execute(wanted).all()
    if found:
        now = env.now()
        stamps = {
            "created_at": now,
            "created_by_id": env.uid,
            "updated_at": now,
            "updated_by_id": env.uid,
            "version": 1,
        }
        values = {"kind": kind, "url": url, "at": now, **stamps}
        rows = [
            {
                **values,
                "user_id": number,
                "title": _in_words(env, title, language).strip()[:LONGEST_TITLE],
                "text": _in_words(env, text, language) or None,
            }
            for number, language in found
        ]
        env.connection.execute(sa.insert(env.registry["core.notification"].table), rows)
    return len(found)


def _in_words(env: Environment, words: str | Message, language: str | None) -> str:
    """Return a text in the language of its reader; one without a language of their own has that of the database."""
    return env.services.text(words, language or env.default_lang) if isinstance(words, Message) else words


def count_unread(env: Environment) -> int:
    """Return how many messages the user of ``env`` has not read."""
    table = env.registry["core.notification"].table
    statement = sa.select(sa.func.count()).where(table.c.user_id == env.uid, table.c.read_at.is_(None))
    return int(env.connection.execute(statement).scalar_one())


def mark_read(env: Environment, number: int | None = None) -> int:
    """Note that the user of ``env`` has read a message, or all (None); return how many that were.

    Someone else's message is passed over like one that is not there.
    """
    return set_read(env, None if number is None else [number], read=True)


def set_read(env: Environment, numbers: Iterable[int] | None, *, read: bool) -> int:
    """Note that the user of ``env`` has read messages, or that they are unread again; return how many were changed.

    Args:
        env: Whose messages they are; those of others are passed over.
        numbers: Ids of the messages; None means all.
        read: What to note.
    """
    table = env.registry["core.notification"].table
    which = [table.c.user_id == env.uid, table.c.read_at.is_(None) if read else table.c.read_at.is_not(None)]
    if numbers is not None:
        which.append(table.c.id.in_(list(numbers)))
    now = env.now()
    values = {"read_at": now if read else None, "updated_at": now, "version": table.c.version + 1}
    return int(env.connection.execute(sa.update(table).where(*which).values(values)).rowcount)
