"""Tells the old and the new holder when the responsible person of records changes (CORE-32).

What changes is noted while records are saved and told when the transaction ends, so that however many records one change passes
on, each holder gets one message for each kind of record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.base.services.notifications import notify
from core.errors import AccessDenied, Message
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.model import Model

SYSTEM_UID = 1


@dataclass(frozen=True)
class Passing:
    """A record passed from one holder to another; either may be nobody (None)."""

    model: str
    record: int
    old: int | None
    new: int | None
    by: int
    """Id of who made the change."""


def note_passings(env: Environment, updated: Mapping[Model, Mapping[str, Any]]) -> None:
    """Note the saved records whose owner changed, for `tell_holders`.

    Args:
        env: Who saved them.
        updated: Saved records → names of the changed fields, with the values before.
    """
    for record, before in updated.items():
        name = record._info.owner_field
        if name is not None and name in before:
            old, new = before[name], getattr(record, name)
            env.notes.append(
                Passing(record._info.name, record.id, getattr(old, "id", old), getattr(new, "id", new), env.uid)
            )


def tell_holders(env: Environment) -> None:
    """Tell everybody who got or lost a record in the transaction; not who did it, and nobody of what came to nothing.

    Side effects: at most one message for each holder, kind of record and taker; some SELECTs for each of them.
    """
    gained: dict[tuple[int, str, int], list[int]] = {}
    lost: dict[tuple[int, str, int, int | None], list[int]] = {}
    for passing in _in_the_end(env.notes):
        if passing.new is not None and passing.new != passing.by:
            gained.setdefault((passing.new, passing.model, passing.by), []).append(passing.record)
        if passing.old is not None and passing.old != passing.by:
            lost.setdefault((passing.old, passing.model, passing.by, passing.new), []).append(passing.record)
    for (reader, model, by), ids in gained.items():
        _tell_gained(env, reader, model, by, ids)
    for (reader, model, by, taker), ids in lost.items():
        _tell_lost(env, reader, model, by, taker, ids)


def _in_the_end(notes: Sequence[Any]) -> list[Passing]:
    """Return one passing for each record: from its first holder to its last."""
    net: dict[tuple[str, int], Passing] = {}
    for note in notes:
        if isinstance(note, Passing):
            key = (note.model, note.record)
            first = net.get(key, note)
            net[key] = Passing(note.model, note.record, first.old, note.new, note.by)
    return [passing for passing in net.values() if passing.old != passing.new]


def _tell_gained(env: Environment, reader: int, model: str, by: int, ids: Sequence[int]) -> None:
    label = _(env.registry[model].label)
    if len(ids) > 1:
        title = _("You are now responsible for %(count)s records: %(model)s", count=f"{len(ids):,}", model=label)
        notify(env, [reader], title, text=_made_by(env, by), url=f"/records/{model}")
        return
    name = _name_for(env, reader, model, ids[0])
    title = (
        _("You are now responsible: %(model)s", model=label)
        if name is None
        else _('You are now responsible: %(model)s "%(name)s"', model=label, name=name)
    )
    notify(env, [reader], title, text=_made_by(env, by), url=None if name is None else _page(model, ids[0]))


def _tell_lost(env: Environment, reader: int, model: str, by: int, taker: int | None, ids: Sequence[int]) -> None:
    label, holder = _(env.registry[model].label), env.browse("core.user", taker)
    who: Message | str = _("nobody") if holder is None else holder.name
    if len(ids) > 1:
        title = _(
            "%(holder)s is now responsible for %(count)s records of yours: %(model)s",
            holder=who,
            count=f"{len(ids):,}",
            model=label,
        )
        notify(env, [reader], title, text=_made_by(env, by))
        return
    seen = _name_for(env, reader, model, ids[0])
    # Who held the record knew its name; without the right to read it any more there is no page to open.
    held = env.browse(model, ids[0])
    name = seen or (held.display_name if held is not None else None)
    if name is not None:
        title = _('%(holder)s is now responsible for %(model)s "%(name)s"', holder=who, model=label, name=name)
        notify(env, [reader], title, text=_made_by(env, by), url=None if seen is None else _page(model, ids[0]))


def _name_for(env: Environment, reader: int, model: str, number: int) -> str | None:
    """Return how a reader knows a record; None if they may not see it."""
    theirs = env.as_user(reader)
    try:
        found = theirs[model].read([["id", "=", number]], ["display_name"])
    except AccessDenied:
        return None
    return str(found[0].get("display_name") or number) if found else None


def _made_by(env: Environment, by: int) -> Message | str:
    """Return who made the change, in words; nothing for the system."""
    person = env.browse("core.user", by) if by != SYSTEM_UID else None
    return "" if person is None else _("Changed by %(name)s", name=person.name)


def _page(model: str, number: int) -> str:
    return f"/records/{model}/{number}"
