"""Duplicate check (CORE-61, D21): off, remind or forbid, over all records, telling only name and owner of what was found.

Each record has one normalised key per rule in `core.duplicate_key`, so a check is one indexed look-up. ``forbid`` is enforced
on every save; ``remind`` is asked by pages and API before they save (`find_duplicates`), because only a person can confirm.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.base.services.normalise import duplicate_key
from core.errors import ValidationError, Where
from core.i18n import _
from core.orm.inserting import insert_rows

if TYPE_CHECKING:
    from core.orm.environment import Environment

_CACHE = "base.duplicate_rules"
_LONGEST = 200
_BATCH = 2000
_MOST_LOCKS = 50
_LOCK_SPACE = 661
"""First half of the key of the advisory lock on a whole rule; the second is its id."""


@dataclass(frozen=True)
class Duplicate:
    """A record that is like the one to be saved. Nothing else of it is told, for the user may have no right to see it."""

    model: str
    record_id: int | None
    """None: not a record yet, but one about to be saved together with it."""
    name: str
    owner: str | None
    """Name of the owner, or None."""
    policy: str
    """``remind`` or ``forbid``."""
    fields: tuple[str, ...]
    """Names of the fields in which they are alike."""


def rules_of(env: Environment, model: str) -> list[Any]:
    """Return the rules of ``model`` that are not off, as rows; all rules are read once per transaction."""
    rules: dict[str, list[Any]] | None = env.cache.get(_CACHE)
    if rules is None:
        table = env.registry["core.duplicate_rule"].table
        rules = {}
        for row in env.connection.execute(sa.select(table).where(table.c.policy != "off").order_by(table.c.id)):
            rules.setdefault(row.model, []).append(row)
        env.cache[_CACHE] = rules
    return rules.get(model, [])


def forget_rules(env: Environment) -> None:
    """Drop the rules kept for this transaction, after one changed."""
    for one in env.family:
        one.cache.pop(_CACHE, None)


def find_duplicates(
    env: Environment, model: str, values: Mapping[str, Any], *, exclude: int | None = None
) -> list[Duplicate]:
    """Return the living records, also those the user may not see, that are like ``values`` under a rule that is not off.

    Args:
        env: The environment.
        model: Name of the model.
        values: Field name → value of the record about to be saved; relations as record or id.
        exclude: Id of the record itself when it is changed.
    """
    found: list[Duplicate] = []
    for rule in rules_of(env, model):
        key = _key(rule, values.get)
        if key is not None:
            found += _matches(env, rule, {key}, {exclude} if exclude else set()).get(key, [])
    return found


def refuse_forbidden(env: Environment, model: str, records: Sequence[tuple[int | None, Callable[[str], Any]]]) -> None:
    """Refuse records that a rule with the policy ``forbid`` finds to be duplicates, of others or of one another.

    Two transactions that save the same name at once are made to wait for each other.

    Args:
        env: The environment.
        model: Name of the model.
        records: Pairs (id or None for a new record, function giving a field's value).

    Raises:
        ValidationError: A duplicate; names the fields, and name and owner of the other record.
    """
    for rule in rules_of(env, model):
        if rule.policy == "forbid":
            _refuse_keys(env, rule, [(record_id, _key(rule, read)) for record_id, read in records])


def _refuse_keys(env: Environment, rule: Any, found: Iterable[tuple[int | None, str | None]]) -> None:
    keys: dict[str, int | None] = {}
    for record_id, key in found:
        if key is None:
            continue
        if key in keys:
            raise _refusal(rule, rule.model, _("it comes twice in what is saved"), record_id)
        keys[key] = record_id
    if not keys:
        return
    _lock(env, rule, keys)
    own = {record_id for record_id in keys.values() if record_id is not None}
    for key, others in _matches(env, rule, set(keys), own).items():
        other = others[0]
        text = _("%(name)s, owner %(owner)s", name=other.name, owner=other.owner or "–")
        raise _refusal(rule, rule.model, text, keys[key])


RowKeys = list[tuple[Any, list[str | None]]]
"""Pairs (rule, key of each row)."""


def refuse_forbidden_rows(env: Environment, model: str, columns: Mapping[str, Sequence[Any]], count: int) -> RowKeys:
    """Do for rows about to be inserted what `refuse_forbidden` does for records, and return their keys for `insert_keys`.

    Args:
        env: The environment.
        model: Name of the model.
        columns: Field → values, row by row, relations as ids.
        count: Number of rows.

    Raises:
        ValidationError: As for `refuse_forbidden`.
    """
    found: RowKeys = []
    for rule in rules_of(env, model):
        empty: list[Any] = [None] * count
        values = zip(*(columns.get(name, empty) for name in rule.field_names), strict=True)
        keys = [None if key is None else _short(key) for key in (duplicate_key(each, rule.compare) for each in values)]
        if rule.policy == "forbid":
            _refuse_keys(env, rule, [(None, key) for key in keys])
        found.append((rule, keys))
    return found


def insert_keys(env: Environment, found: RowKeys, ids: Sequence[int]) -> None:
    """Write the keys of rows just inserted: one statement for each rule."""
    table = env.registry["core.duplicate_key"].table
    for rule, keys in found:
        having = [(number, key) for number, key in zip(ids, keys, strict=True) if key is not None]
        if having:
            records, texts = zip(*having, strict=True)
            columns = {"record_id": records, "key": texts}
            insert_rows(env.connection, table, columns, {"rule_id": rule.id}, len(having))


def write_keys(env: Environment, model: str, records: Sequence[tuple[int, Callable[[str], Any]]]) -> None:
    """Write the keys of saved records, in two statements per rule whatever their number.

    Args:
        env: The environment.
        model: Name of the model.
        records: Pairs (id, function giving a field's value).
    """
    table = env.registry["core.duplicate_key"].table
    connection = env.connection
    for rule in rules_of(env, model):
        ids = [record_id for record_id, _read in records]
        for start in range(0, len(ids), _BATCH):
            batch = ids[start : start + _BATCH]
            connection.execute(sa.delete(table).where(table.c.rule_id == rule.id, table.c.record_id.in_(batch)))
        rows = [
            {"rule_id": rule.id, "record_id": record_id, "key": key}
            for record_id, read in records
            if (key := _key(rule, read)) is not None
        ]
        if rows:
            connection.execute(sa.insert(table), rows)


def rebuild_keys(env: Environment, rule_id: int) -> int:
    """Make the keys of all records of one rule anew, after the rule changed; return how many records have one."""
    forget_rules(env)
    rules = env.registry["core.duplicate_rule"].table
    keys = env.registry["core.duplicate_key"].table
    connection = env.connection
    rule = connection.execute(sa.select(rules).where(rules.c.id == rule_id)).one()
    connection.execute(sa.delete(keys).where(keys.c.rule_id == rule_id))
    info = env.registry.models.get(rule.model)
    if info is None or rule.policy == "off":
        return 0
    columns = [
        info.table.c[str(info.field(name).column)].label(f"v{place}") for place, name in enumerate(rule.field_names)
    ]
    count, last = 0, 0
    while True:
        statement = (
            sa.select(info.table.c.id, *columns).where(info.table.c.id > last).order_by(info.table.c.id).limit(_BATCH)
        )
        batch = connection.execute(statement).all()
        if not batch:
            return count
        last = batch[-1].id
        rows = [
            {"rule_id": rule_id, "record_id": row[0], "key": _short(key)}
            for row in batch
            if (key := duplicate_key(row[1:], rule.compare)) is not None
        ]
        if rows:
            connection.execute(sa.insert(keys), rows)
        count += len(rows)


def _key(rule: Any, read: Callable[[str], Any]) -> str | None:
    values = (_plain(read(name)) for name in rule.field_names)
    key = duplicate_key(values, rule.compare)
    return None if key is None else _short(key)


def _plain(value: Any) -> Any:
    return value.id if hasattr(value, "_info") else value


def _short(key: str) -> str:
    return key if len(key) <= _LONGEST else hashlib.sha256(key.encode()).hexdigest()


def _matches(env: Environment, rule: Any, keys: set[str], exclude: set[int]) -> dict[str, list[Duplicate]]:
    """Return the living records with one of ``keys``, by key, the oldest first."""
    info = env.registry.models.get(rule.model)
    if info is None:
        return {}
    table, keyed, users = info.table, env.registry["core.duplicate_key"].table, env.registry["core.user"].table
    name = table.c[str(info.field(info.rec_name).column)] if info.rec_name else sa.cast(table.c.id, sa.String)
    owner = users.c.name if info.owner_field else sa.null()
    source = keyed.join(table, table.c.id == keyed.c.record_id)
    if info.owner_field:
        source = source.outerjoin(users, users.c.id == table.c.owner_id)
    base = sa.select(keyed.c.key, table.c.id, name.label("name"), owner.label("owner")).select_from(source)
    base = base.where(keyed.c.rule_id == rule.id).order_by(table.c.id)
    if info.recycle:
        base = base.where(table.c.deletion_id.is_(None))
    found: dict[str, list[Duplicate]] = {}
    ordered = sorted(keys)
    for start in range(0, len(ordered), _BATCH):
        for row in env.connection.execute(base.where(keyed.c.key.in_(ordered[start : start + _BATCH]))):
            if row.id not in exclude:
                duplicate = Duplicate(
                    rule.model, row.id, str(row.name), row.owner, rule.policy, tuple(rule.field_names)
                )
                found.setdefault(row.key, []).append(duplicate)
    return found


def _lock(env: Environment, rule: Any, keys: Iterable[str]) -> None:
    """Make transactions with the same keys wait for one another; SQLite has one writer at a time anyway.

    Many keys would take more locks than a server has room for, so whoever saves many locks the whole rule, which the others share.
    """
    connection = env.connection
    if connection.dialect.name != "postgresql":
        return
    ordered = sorted(keys)
    if len(ordered) > _MOST_LOCKS:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK_SPACE, sa.cast(rule.id, sa.Integer))))
        return
    # The columns of a SELECT are computed in their order, so that everybody takes the keys in the same one.
    locks = [sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(key, rule.id)) for key in ordered]
    connection.execute(
        sa.select(sa.func.pg_advisory_xact_lock_shared(_LOCK_SPACE, sa.cast(rule.id, sa.Integer)), *locks)
    )


def _refusal(rule: Any, model: str, other: Any, record_id: int | None) -> ValidationError:
    return ValidationError(
        _("There is already such a record: %(other)s.", other=other),
        code="validation.duplicate",
        where=Where(model=model, field=rule.field_names[0], record=record_id),
    )


def find_duplicates_of_many(
    env: Environment, model: str, rows: Sequence[Mapping[str, Any]], policy: str | None = None
) -> dict[int, list[Duplicate]]:
    """Return what `find_duplicates` would for each of many records about to be saved, with one statement a rule.

    Args:
        env: The environment.
        model: Name of the model.
        rows: Field name → value of each; relations as record or id.
        policy: Only rules with this policy; None means all that are not off.

    Returns:
        Position in ``rows`` → what is like it, under rules that are not off; positions without any are left out. A row before it in
        ``rows`` counts as well, with None as its id.
    """
    found: dict[int, list[Duplicate]] = {}
    for rule in rules_of(env, model):
        if policy is not None and rule.policy != policy:
            continue
        keys = [_key(rule, row.get) for row in rows]
        there = _matches(env, rule, {key for key in keys if key is not None}, set())
        first: dict[str, int] = {}
        for position, key in enumerate(keys):
            if key is None:
                continue
            alike = list(there.get(key, ()))
            if key in first:
                name = str(rows[first[key]].get(rule.field_names[0], ""))
                alike.append(Duplicate(model, None, name, None, rule.policy, tuple(rule.field_names)))
            first.setdefault(key, position)
            if alike:
                found.setdefault(position, []).extend(alike)
    return found
