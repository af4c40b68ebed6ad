"""Writes the plain changes of many records with one statement for all that changed the same fields. Layer: orm.

SQLAlchemy's unit of work sends one UPDATE for each record of a model with a version, and asks each time whether its row was still there. For
records of which nothing but columns changed the rows can be counted for all together; everything else (relations, new and deleted
records) is left to the unit of work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm.exc import StaleDataError

if TYPE_CHECKING:
    from core.orm.session import RecordSession

Key = tuple[orm.Mapper[Any], tuple[str, ...]]
_KEPT = frozenset({"id", "version"})
"""Columns that this module writes or looks for itself; whoever sets them by hand means something else."""


def write_plain_changes(session: RecordSession) -> None:
    """Write the records of which only columns changed, and let the session know that they are written.

    Side effects: one UPDATE for each model and set of changed fields; the versions of the records grow by one.

    Raises:
        StaleDataError: A row is gone or has another version.
    """
    groups: dict[Key, list[tuple[orm.InstanceState[Any], dict[str, Any]]]] = {}
    for state in session._dirty_states:
        changed = _plain_changes(state)
        if changed and state not in session._deleted:
            groups.setdefault((state.mapper, tuple(sorted(changed))), []).append((state, changed))
    # The same order in every transaction: two of them then wait for each other instead of blocking each other.
    for (mapper, names), found in sorted(
        groups.items(), key=lambda item: (item[0][0].local_table.description, item[0][1])
    ):
        found.sort(key=lambda item: item[0].dict["id"])
        _write(session, mapper, names, found)
        states = [state for state, _changed in found]
        for state in states:
            state.dict["version"] += 1
        # What the unit of work does with the records it has written.
        orm.InstanceState._commit_all_states(((state, state.dict) for state in states), session.identity_map)
        session._register_altered(states)


def _plain_changes(state: orm.InstanceState[Any]) -> dict[str, Any] | None:
    """Return the changed columns by attribute, or None if anything else changed as well."""
    data = state.dict
    if "version" not in data or "id" not in data or "_pending_mutations" in state.__dict__:
        return None
    columns = state.mapper.columns
    changed: dict[str, Any] = {}
    for key, old in state.committed_state.items():
        if key not in columns or key not in data or key in _KEPT:
            return None
        new = data[key]
        if new is not old and new != old:
            changed[key] = new
    return changed


def _write(
    session: RecordSession,
    mapper: orm.Mapper[Any],
    names: tuple[str, ...],
    found: list[tuple[orm.InstanceState[Any], dict[str, Any]]],
) -> None:
    table = cast(sa.Table, mapper.local_table)
    # No column begins with an underscore, so these parameters are never mistaken for one.
    values: dict[Any, Any] = {mapper.columns[name]: sa.bindparam(f"_{place}") for place, name in enumerate(names)}
    values[table.c.version] = sa.bindparam("_next")
    statement = (
        sa.update(table)
        .where(table.c.id == sa.bindparam("_id"), table.c.version == sa.bindparam("_version"))
        .values(values)
    )
    rows = []
    for state, changed in found:
        row = {f"_{place}": changed[name] for place, name in enumerate(names)}
        version = state.dict["version"]
        row.update(_id=state.dict["id"], _version=version, _next=version + 1)
        rows.append(row)
    written = session.connection().execute(statement, rows).rowcount
    if written != len(rows):
        raise StaleDataError(f"{len(rows) - written} of {len(rows)} rows of {table.description} were changed or gone")
