"""Notes what happens to records that an event call waits for, and queues the calls when the transaction commits (CORE-81).

Which calls there are is read once for each registry: changing a call makes every process build its registry anew, so a transaction
pays nothing where none is configured.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from core.base.models.event_call import transition_names
from core.errors import CoreError
from core.orm import bookkeeping
from core.orm.environment import SYSTEM_UID

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.model import Model
    from core.orm.modelinfo import ModelInfo
    from core.orm.registry import Registry

CALL, DELIVERY = "core.event_call", "core.event_delivery"
CREATED, CHANGED, DELETED = "created", "changed", "deleted"
MAX_NOTED = 10_000
"""Most records of one call and transaction that are told one by one; a larger import is not told beyond."""


@dataclass(frozen=True)
class Event:
    """Something happened to a record that a call waits for."""

    call: int
    record: int
    kind: str


class EventCalls:
    """The calls configured, by registry."""

    def __init__(self) -> None:
        self._known: WeakKeyDictionary[Registry, dict[str, list[Any]]] = WeakKeyDictionary()

    def of(self, env: Environment, model: str) -> Sequence[Any]:
        """Return the active calls for a model, as rows. One statement for each registry."""
        known = self._known.get(env.registry)
        if known is None:
            table = env.registry[CALL].table
            known = {}
            for row in env.connection.execute(sa.select(table).where(table.c.active).order_by(table.c.id)):
                known.setdefault(row.model, []).append(row)
            self._known[env.registry] = known
        return known.get(model, ())

    def note_saved(
        self, env: Environment, created: Sequence[Model], updated: Mapping[Model, Mapping[str, Any]]
    ) -> None:
        """Note saved records; of changed ones also the transitions that lead from the state before to that now."""
        for record in created:
            self.note_created(env, record._info.name, [record.id])
        for record, old in updated.items():
            for call in self.of(env, record._info.name):
                if call.changed:
                    env.notes.append(Event(call.id, record.id, CHANGED))
                wanted = transition_names(call.transitions)
                kinds = [name for name in _transitions(record, old) if name in wanted]
                env.notes.extend(Event(call.id, record.id, kind) for kind in kinds)

    def note_created(self, env: Environment, model: str, ids: Sequence[int]) -> None:
        """Note new records."""
        for call in self.of(env, model):
            if call.created:
                env.notes.extend(Event(call.id, number, CREATED) for number in ids)

    def note_deletion(self, env: Environment, model: ModelInfo, ids: Sequence[int]) -> None:
        """Note records about to be deleted, those that the user of a call may see and that fulfil its condition."""
        for call in self.of(env, model.name):
            if call.deleted:
                env.notes.extend(Event(call.id, number, DELETED) for number in seen_by(env, call, list(ids)))


def seen_by(env: Environment, call: Any, ids: list[int]) -> list[int]:
    """Return those of the records that the user of a call sees and its condition wants; none if he may not read the model."""
    parts: list[Any] = [["id", "in", ids], *([call.domain] if call.domain else [])]
    try:
        return list(env.as_user(call.user_id)[call.model].search({"all": parts}).ids)
    except CoreError:
        # The user lost the right, or the condition names a field that is gone.
        return []


def queue_calls(env: Environment) -> None:
    """Write the deliveries of what was noted in the transaction, and a job for each call."""
    kept = _in_the_end([note for note in env.notes if isinstance(note, Event)])
    if not kept:
        return
    now = env.now()
    stamps = {"created_at": now, "created_by_id": env.uid, "updated_at": now, "updated_by_id": env.uid, "version": 1}
    rows = [
        {
            "call_id": event.call,
            "event": event.kind,
            "record_id": event.record,
            "state": "waiting",
            "attempts": 0,
            "due_at": now,
            **stamps,
        }
        for event in kept
    ]
    env.connection.execute(sa.insert(env.registry[DELIVERY].table), rows)
    system = env.as_user(SYSTEM_UID)
    for call in dict.fromkeys(event.call for event in kept):
        system.defer("base.send_events", call=call)


def tell_all(env: Environment) -> None:
    """Let every process read the calls anew once this transaction commits."""
    bookkeeping.bump_sequence(env.connection)


def _in_the_end(events: Sequence[Event]) -> list[Event]:
    """Return each event once: what was created and changed is created, what was created and deleted nothing."""
    unique = list(dict.fromkeys(events))
    born = {(each.call, each.record) for each in unique if each.kind == CREATED}
    gone = {(each.call, each.record) for each in unique if each.kind == DELETED}
    found: list[Event] = []
    counts: dict[int, int] = {}
    for each in unique:
        key = (each.call, each.record)
        if key in gone and (key in born or each.kind != DELETED):
            continue
        if each.kind == CHANGED and key in born:
            continue
        counts[each.call] = counts.get(each.call, 0) + 1
        if counts[each.call] <= MAX_NOTED:
            found.append(each)
    return found


def _transitions(record: Model, old: Mapping[str, Any]) -> list[str]:
    return [
        action.name
        for action in record._info.actions.values()
        if action.field in old
        and getattr(record, str(action.field)) == action.target
        and (not action.source or old[str(action.field)] in action.source)
    ]
