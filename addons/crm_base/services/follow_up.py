"""What a saved follow-up does to its customer and contact, and who may change it (BASE-37, BASE-39, BASE-40)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.api import AccessDenied, Environment, _, notify

FOLLOW_UP = "crm.follow_up"
COMMENT = "crm.follow_up.comment"
_WORDS = frozenset({"at", "channel", "kind", "content", "result", "next_date"})
"""What the author alone changes."""
_NOTED = frozenset({"customer", "contact", "at", "next_date"})


def on_saved(env: Environment, model: str, created: Sequence[int], changed: Mapping[int, Mapping[str, Any]]) -> None:
    """Act on saved follow-ups and comments, whichever way they came.

    Raises:
        AccessDenied: Somebody changed what another one wrote.
    """
    if model == FOLLOW_UP:
        _check_author(env, model, "owner", [number for number, old in changed.items() if _WORDS & old.keys()])
        note_contacts(env, [*created, *(number for number, old in changed.items() if _NOTED & old.keys())])
    elif model == COMMENT:
        _check_author(env, model, "author", [number for number, old in changed.items() if "text" in old])
        _tell_authors(env, created)


def _check_author(env: Environment, model: str, field: str, ids: Sequence[int]) -> None:
    if env.is_elevated or not ids:
        return
    for record in env.load(model, ids):
        author = getattr(record, field)
        if author is not None and author.id != env.uid:
            raise AccessDenied(
                _("Only %(name)s changes what %(name)s wrote.", name=author.name), hint=_("write a comment instead")
            )


def _tell_authors(env: Environment, ids: Sequence[int]) -> None:
    for comment in env.load(COMMENT, ids):
        follow_up = comment.follow_up
        if follow_up.owner is not None and follow_up.owner.id != env.uid:
            title = _(
                "%(name)s commented on your follow-up of %(customer)s",
                name=env.user.name,
                customer=follow_up.customer.name,
            )
            notify(env, [follow_up.owner], title, text=comment.text, url=f"/records/{FOLLOW_UP}/{follow_up.id}")


def note_contacts(env: Environment, ids: Iterable[int]) -> None:
    """Note follow-ups as the last contact of their customers and contacts, and the day of the next.

    An earlier one never takes the place of a later one. A planned next contact that a follow-up answers goes, or moves to the day that
    the follow-up names. Who may enter a follow-up need not be allowed to change the customer.
    """
    follow_ups = sorted(env.load(FOLLOW_UP, list(ids)), key=lambda each: (each.at, each.id))
    with env.system_changes():
        for each in follow_ups:
            _note_contact(each, each.at.astimezone(env.timezone).date())


def _note_contact(follow_up: Any, day: Any) -> None:
    customer, contact = follow_up.customer, follow_up.contact
    if contact is not None and (contact.last_contact is None or contact.last_contact < day):
        contact.last_contact = day
    if customer.last_contact is not None and customer.last_contact > day:
        return
    if customer.last_contact != day:
        customer.last_contact = day
    if follow_up.next_date is not None:
        customer.next_contact = follow_up.next_date
    elif customer.next_contact is not None and customer.next_contact <= day:
        customer.next_contact = None
