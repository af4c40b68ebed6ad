"""The administrator's rules for rows that are inserted together, without a record for each (CORE-60, CORE-61).

They are the same rules as for single records (`BaseServices.before_save`), read from columns of values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.base.services import dictionary, duplicates, field_rules
from core.errors import CoreError, ValidationError, raise_faults
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.fields import Lookup
    from core.orm.modelinfo import ModelInfo

Columns = Mapping[str, list[Any]]
"""Field → converted values, row by row; relations as ids. A field that is missing is empty in all rows."""


def are_plain(env: Environment, info: ModelInfo) -> bool:
    """Whether all rules of a model speak of fields with a column of their own, so that no record is needed to check them."""
    names = {rule.field for rule in field_rules.rules_of(env, info.name)}
    names |= {name for rule in duplicates.rules_of(env, info.name) for name in rule.field_names}
    # A rule for a field whose addon is disabled sleeps.
    fields = [info.fields[name] for name in names if name in info.fields]
    return all(field.column is not None and not field.computed and field.kind != "reference" for field in fields)


def follow_owners(env: Environment, info: ModelInfo, columns: dict[str, list[Any]], count: int) -> None:
    """Give rows made for somebody else that person's department, as `core.base.services.ownership.follow_owner` does."""
    owners = columns.get("owner") if info.responsible_field else None
    others = set() if owners is None else {owner for owner in owners if owner is not None and owner != env.uid}
    if owners is None or not others:
        return
    users = env.registry["core.user"].table
    found = env.connection.execute(sa.select(users.c.id, users.c.department_id).where(users.c.id.in_(others)))
    places = {row.id: row.department_id for row in found}
    own = getattr(env.user.department, "id", None)
    departments = columns.setdefault("department", [None] * count)
    for position, owner in enumerate(owners):
        if owner in others and departments[position] in (None, own):
            departments[position] = places.get(owner)


def refuse(
    env: Environment, info: ModelInfo, columns: Columns, count: int, lookups: Sequence[Lookup]
) -> duplicates.RowKeys:
    """Refuse rows that break a rule: required fields and formats, retired items, duplicates. Return their keys for duplicates.

    Args:
        env: Who saves.
        info: Their model.
        columns: The values.
        count: Number of rows.
        lookups: The fields of the model that choose from a dictionary.

    Raises:
        ValidationError: A rule is broken; the message says in which row, counted from 0.
    """
    rules = field_rules.rules_of(env, info.name)
    if rules:
        faults: list[CoreError] = []
        relations = {name for name, field in info.fields.items() if field.is_relation}
        names = [rule.field for rule in rules]
        empty: list[Any] = [None] * count
        for position, row in enumerate(zip(*(columns.get(name, empty) for name in names), strict=True)):
            values = dict(zip(names, row, strict=True))
            found = field_rules.faults_of(env, info.name, partial(_without_ids, values, relations))
            faults += [fault.located(key=f"row {position}") for fault in found]
        raise_faults(faults, ValidationError, _("The record breaks rules of the administrator"))
    _refuse_retired(env, columns, lookups)
    return duplicates.refuse_forbidden_rows(env, info.name, columns, count)


def _without_ids(values: Mapping[str, Any], relations: set[str], name: str) -> Any:
    """Return a value as rules see it: of a relation they only ask whether it is there, and its id is no number of theirs."""
    value = values[name]
    return (value,) if name in relations and value is not None else value


def _refuse_retired(env: Environment, columns: Columns, lookups: Sequence[Lookup]) -> None:
    retired = dictionary.retired_dictionaries(env) if lookups else frozenset()
    for field in lookups:
        chosen = {value for value in columns.get(field.name, ()) if value is not None}
        if not chosen or field.dictionary not in retired:
            continue
        items = env.registry["core.dictionary.item"].table
        statement = sa.select(items.c.id, items.c.name).where(items.c.id.in_(chosen), ~items.c.active)
        off = {row.id: row.name for row in env.connection.execute(statement)}
        for position, value in enumerate(columns[field.name]):
            if value in off:
                raise field.invalid(
                    _('%(label)s: "%(value)s" is retired.', label=field.label, value=off[value]),
                    code="validation.retired",
                ).located(key=f"row {position}")
