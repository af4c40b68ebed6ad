"""Values that a person and an update of an addon changed differently; kept until somebody decides. Layer: data.

They are stored beside the addon's state (``tangram_addon.data``): few, small, and gone with the addon.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from core.errors import DataError, unknown
from core.orm import bookkeeping

if TYPE_CHECKING:
    from core.orm.environment import Environment

_KEY = "conflicts"


@dataclass(frozen=True)
class Conflict:
    """One field of one shipped record. Values are plain JSON; relations are ids."""

    xid: str
    model: str
    record_id: int
    field: str
    base: Any
    """What was shipped before."""
    ours: Any
    """What a person made of it; it is in force."""
    theirs: Any
    """What is shipped now."""


def conflicts(env: Environment) -> list[Conflict]:
    """Return all conflicts nobody has decided yet, by external id and field.

    One whose record is gone, or holds the shipped value by now, is left out.
    """
    found = []
    for state in bookkeeping.addon_states(env.connection).values():
        for item in state.data.get(_KEY, ()):
            conflict = Conflict(**item)
            record = env.browse(conflict.model, conflict.record_id) if conflict.model in env.registry.models else None
            if record is not None and _differs(record, conflict):
                found.append(conflict)
    return sorted(found, key=lambda each: (each.xid, each.field))


def _differs(record: Any, conflict: Conflict) -> bool:
    item = record._info.fields.get(conflict.field)
    return item is not None and bool(item.to_json(getattr(record, conflict.field)) != conflict.theirs)


def store_conflicts(env: Environment, addon: str, new: Iterable[Conflict]) -> None:
    """Add conflicts to those of an addon; one of the same field replaces the older, but keeps its base."""
    state = bookkeeping.addon_states(env.connection).get(addon)
    listed = list(new)
    if state is None or not listed:
        return
    kept = {(item["xid"], item["field"]): Conflict(**item) for item in state.data.get(_KEY, ())}
    for conflict in listed:
        kept[conflict.xid, conflict.field] = conflict
    _write(env, state, list(kept.values()))


def resolve_conflict(env: Environment, xid: str, field: str, take: Literal["ours", "theirs"]) -> None:
    """Decide a conflict: keep the person's value or take the shipped one; flushes.

    Raises:
        DataError: There is no such conflict; the nearest is proposed.
        ValidationError: The shipped value does not fit the record as it is now.
    """
    for state in bookkeeping.addon_states(env.connection).values():
        listed = [Conflict(**item) for item in state.data.get(_KEY, ())]
        for conflict in listed:
            if (conflict.xid, conflict.field) == (xid, field):
                if take == "theirs":
                    env.browse(conflict.model, conflict.record_id).update(**{field: conflict.theirs})
                    env.flush()
                _write(env, state, [other for other in listed if other is not conflict])
                return
    known = [f"{each.xid}.{each.field}" for each in conflicts(env)]
    raise unknown("conflict", f"{xid}.{field}", known, DataError, code="data.unknown_conflict")


def _write(env: Environment, state: bookkeeping.AddonState, left: Sequence[Conflict]) -> None:
    data = {key: value for key, value in state.data.items() if key != _KEY}
    if left:
        data[_KEY] = [asdict(conflict) for conflict in left]
    bookkeeping.write_addon(env.connection, replace(state, data=data))
