"""Whatever refers to a record, in any model of any addon: found in the registry, moved from one record to another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from addons.base_exchange.services.merging.journal import Journal
from core.api import Environment

_CHUNK = 500
_NO_NOTES = frozenset({"core.deletion", "base.merge"})
"""Models that name records of the past, which stays as it was."""
HISTORY = "core.history"


def referring_fields(env: Environment, model: str) -> list[Any]:
    """Return the stored fields, of any model, that hold one record of a model; computed ones follow by themselves."""
    return [field for field in env.registry.referrers[model] if not field.computed]


def any_model_fields(env: Environment, model: str) -> list[Any]:
    """Return the fields that may hold a record of any model, this one too."""
    return [
        field
        for info in env.registry.models.values()
        for field in info.fields.values()
        if field.kind == "reference"
        and field.is_stored
        and not field.computed
        and (field.models is None or model in field.models)
    ]


def linking_fields(env: Environment, model: str) -> list[Any]:
    """Return the fields, of any model, that link many records of a model."""
    return [
        field
        for info in env.registry.models.values()
        for field in info.fields.values()
        if field.kind == "many2many" and field.comodel == model and not field.computed
    ]


def noting_models(env: Environment) -> list[Any]:
    """Return the models whose rows name a model and a record: files, favourites, shares, reminders, the history and whatever addons keep so."""
    found = []
    for info in env.registry.models.values():
        model, record = info.fields.get("model"), info.fields.get("record_id")
        if model is None or record is None or (model.kind, record.kind) != ("char", "integer"):
            continue
        if info.name == HISTORY or not (info.is_log or info.name in _NO_NOTES):
            found.append(info)
    return found


def move_fields(env: Environment, model: str, losers: Sequence[int], winner: Any, journal: Journal) -> None:
    """Let everything that refers to the losers by a field refer to the winner.

    Through the records, so that totals and whatever else depends on them follow; rows in the recycle bin directly.
    """
    tree = env.registry[model].parent_field
    if tree is not None:
        _take_place(winner, tree, losers, journal)
        # Saved apart: the database takes no circle of changes.
        env.flush()
    for field in [*referring_fields(env, model), *any_model_fields(env, model)]:
        info = env.registry[field.model_name]
        living, binned = _rows(env, info, field, model, losers)
        if info.name == model:
            # Losers that refer to one another go as they are.
            living = [row for row in living if row[0] not in losers]
        targets = dict(living)
        for record in env.load(info.name, list(targets)):
            is_itself = info.name == model and record.id == winner.id
            setattr(record, field.name, None if is_itself else winner)
        _set_column(env, info, field, [number for number, _old in binned], winner.id)
        if living or binned:
            journal.fields.append({"model": info.name, "field": field.name, "rows": living, "binned": binned})
    env.flush()


def _take_place(winner: Any, name: str, losers: Sequence[int], journal: Journal) -> None:
    """Let a winner that stands below a loser in the tree of the model stand where the topmost of those losers does."""
    above, place = getattr(winner, name), None
    while above is not None:
        if above.id in losers:
            place = above
        above = getattr(above, name)
    if place is not None:
        old, new = getattr(winner, name), getattr(place, name)
        setattr(winner, name, new)
        journal.place = {"field": name, "old": old.id, "new": None if new is None else new.id}


def _leave_place(env: Environment, model: str, winner: Any, journal: Journal) -> None:
    step = journal.place
    if step is None or step["field"] not in winner._info.fields:
        return
    now = getattr(winner, step["field"])
    if (None if now is None else now.id) == step["new"]:
        old = env.load(model, [step["old"]])
        setattr(winner, step["field"], old[0] if old else None)


def return_fields(env: Environment, model: str, winner: Any, journal: Journal) -> None:
    """Let what still refers to the winner because of a merge refer to the losers again, which are living by now."""
    for step in journal.fields:
        info = env.registry.models.get(step["model"])
        field = None if info is None else info.fields.get(step["field"])
        if info is None or field is None:
            continue
        targets = dict(step["rows"])
        losers = {record.id: record for record in env.load(model, sorted(set(targets.values())))}
        for record in env.load(info.name, list(targets)):
            now = getattr(record, field.name)
            is_itself = info.name == model and record.id == winner.id
            stays = now is not None if is_itself else now is not winner
            if not stays and targets[record.id] in losers:
                setattr(record, field.name, losers[targets[record.id]])
        for number, old in step["binned"]:
            _set_column(env, info, field, [number], old, only=winner.id)
    env.flush()
    _leave_place(env, model, winner, journal)
    env.flush()


def move_notes(env: Environment, model: str, losers: Sequence[int], winner: int, journal: Journal) -> None:
    """Let rows that name a loser name the winner. Where it has the like already, as a favourite of the same user, they stay."""
    connection = env.connection
    for info in noting_models(env):
        columns = info.table.c
        names = [columns.id, columns.record_id, *(_column(info, name) for name in _together(info))]
        mine = info.table.select().with_only_columns(*names).where(columns.model == model)
        taken = {tuple(row[2:]) for row in connection.execute(mine.where(columns.record_id == winner))}
        moving = []
        for row in connection.execute(
            mine.where(columns.record_id.in_(losers), *_whole(env, info, model)).order_by(columns.id)
        ):
            if _together(info):
                if tuple(row[2:]) in taken:
                    continue
                taken.add(tuple(row[2:]))
            moving.append([row[0], row[1]])
        for some in _chunks([number for number, _old in moving]):
            connection.execute(info.table.update().where(columns.id.in_(some)).values(record_id=winner))
        if moving:
            journal.notes.append({"model": info.name, "rows": moving})


def move_file(env: Environment, number: int, winner: int, journal: Journal) -> None:
    """Make a file that a field of a loser held one of the winner's."""
    columns = env.registry["core.attachment"].table.c
    row = env.connection.execute(
        env.registry["core.attachment"].table.select().with_only_columns(columns.record_id).where(columns.id == number)
    ).one_or_none()
    if row is not None and row[0] is not None:
        _point(env, "core.attachment", [number], winner)
        journal.notes.append({"model": "core.attachment", "rows": [[number, row[0]]]})


def return_notes(env: Environment, winner: int, journal: Journal) -> None:
    """Let rows name the losers again."""
    for step in journal.notes:
        by_loser: dict[int, list[int]] = {}
        for number, loser in step["rows"]:
            by_loser.setdefault(loser, []).append(number)
        for loser, numbers in by_loser.items():
            if step["model"] in env.registry.models:
                _point(env, step["model"], numbers, loser, only=winner)


def move_links(env: Environment, model: str, losers: Sequence[Any], winner: Any, journal: Journal) -> None:
    """Give the winner the links of the losers, from either side."""
    gone = {record.id for record in losers} | {winner.id}
    for field in env.registry[model].fields.values():
        if field.kind == "many2many" and not field.computed:
            wanted = [
                other
                for loser in losers
                for other in getattr(loser, field.name)
                if field.comodel != model or other.id not in gone
            ]
            _link(winner, field.name, wanted, journal)
    env.flush()
    for field in linking_fields(env, model):
        info = env.registry[field.model_name]
        own, other = (field.relation_table.c[name] for name in field.relation_columns)
        query = field.relation_table.select().with_only_columns(own).where(other.in_([each.id for each in losers]))
        ids = sorted({row[0] for row in env.connection.execute(query)})
        for record in env.load(info.name, ids):
            if info.name != model or record.id not in gone:
                _link(record, field.name, [winner], journal)
        env.flush()


def return_links(env: Environment, journal: Journal) -> None:
    """Take away the links that a merge added."""
    for step in reversed(journal.links):
        info = env.registry.models.get(step["model"])
        if info is None or step["field"] not in info.fields:
            continue
        for record in env.load(info.name, [step["record"]]):
            kept = [other for other in getattr(record, step["field"]) if other.id not in step["others"]]
            setattr(record, step["field"], kept)
    env.flush()


def _link(record: Any, name: str, wanted: Sequence[Any], journal: Journal) -> None:
    present = list(getattr(record, name))
    known = {other.id for other in present}
    new = [other for other in dict.fromkeys(wanted) if other.id not in known]
    if new:
        setattr(record, name, [*present, *new])
        step = {"model": record._info.name, "field": name, "record": record.id, "others": [other.id for other in new]}
        journal.links.append(step)


def _rows(
    env: Environment, info: Any, field: Any, model: str, losers: Sequence[int]
) -> tuple[list[list[int]], list[list[int]]]:
    """Return pairs (id, loser) of what refers to the losers: the living, and those in the recycle bin."""
    table = info.table
    column = table.c[field.column]
    query = table.select().with_only_columns(table.c.id, column, *([table.c.deletion_id] if info.recycle else []))
    query = query.where(column.in_(losers)).order_by(table.c.id)
    if field.kind == "reference":
        query = query.where(table.c[f"{field.name}_model"] == model)
    rows = env.connection.execute(query).all()
    living = [[row[0], row[1]] for row in rows if not info.recycle or row[2] is None]
    return living, [[row[0], row[1]] for row in rows if info.recycle and row[2] is not None]


def _set_column(
    env: Environment, info: Any, field: Any, ids: Sequence[int], target: int, *, only: int | None = None
) -> None:
    column = info.table.c[field.column]
    for some in _chunks(ids):
        change = info.table.update().where(info.table.c.id.in_(some))
        if only is not None:
            change = change.where(column == only)
        env.connection.execute(change.values({column: target}))


def _point(env: Environment, model: str, ids: Sequence[int], target: int, *, only: int | None = None) -> None:
    table = env.registry[model].table
    for some in _chunks(ids):
        change = table.update().where(table.c.id.in_(some))
        if only is not None:
            change = change.where(table.c.record_id == only)
        env.connection.execute(change.values(record_id=target))


def _together(info: Any) -> list[str]:
    """Return the fields that may be the same only once for a record; empty for most models."""
    return [
        name for names in info.unique if "record_id" in names for name in names if name not in {"model", "record_id"}
    ]


def _column(info: Any, name: str) -> Any:
    return info.table.c[info.fields[name].column]


def _whole(env: Environment, info: Any, model: str) -> list[Any]:
    """Leave out files that a field of a loser holds; they go along only where their field is chosen."""
    if info.name != "core.attachment":
        return []
    holders = [name for name, field in env.registry[model].fields.items() if field.kind in ("file", "image")]
    column = info.table.c.field
    return [column.is_(None) | column.not_in(holders)]


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK))
