"""`BaseServices`: what the ORM asks of the base addon while it saves and deletes (`core.orm.guard.Services`).

One instance serves any number of registries; it keeps nothing of their data between transactions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from core.access import write_audit
from core.base.services import (
    administrators,
    bulk_rules,
    dictionary,
    duplicates,
    employment,
    event_calls,
    field_rules,
    file_fields,
    numbering,
    ownership,
    parameters,
    protected,
    responsible,
    supplies,
    view_patches,
)
from core.base.services.sessions import end_sessions
from core.errors import CoreError, ValidationError, raise_faults
from core.i18n import Translator, _
from core.orm import bookkeeping
from core.orm.fields import Lookup
from core.orm.fields import Sequence as NumberField

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.model import Model
    from core.orm.modelinfo import ModelInfo

Defer = Callable[..., Any]
"""Takes an environment, the name of a job and its arguments; and ``run_at`` where the job is to start later."""
Updated = Mapping["Model", Mapping[str, Any]]
"""Saved records → names of the fields that changed, with the values before."""

_DRAWN = "base.drawn_numbers"


class BaseServices:
    """Numbers, dictionary, the administrator's rules, protected records, audit log.

    Args:
        defer: Writes a background job into the transaction of an environment; given by `core.app`.
        texts: Returns the translations of all addons; without it texts that are kept stay English.
    """

    def __init__(self, defer: Defer, texts: Callable[[], Translator] = Translator) -> None:
        self._defer = defer
        self._texts = texts
        self._lookups: WeakKeyDictionary[ModelInfo, tuple[Lookup, ...]] = WeakKeyDictionary()
        self._events = event_calls.EventCalls()
        self._numbers: WeakKeyDictionary[ModelInfo, tuple[NumberField, ...]] = WeakKeyDictionary()

    def numbers(self, env: Environment, field: NumberField, records: Sequence[Model]) -> Sequence[str]:
        """Draw one document number for each new record, with one statement for all (CORE-54)."""
        drawn = numbering.draw_numbers(
            env, field.code, len(records), codes=lambda position: numbering.record_codes(records[position])
        )
        env.cache.setdefault(_DRAWN, set()).update((field.code, number) for number in drawn)
        return drawn

    def dictionary_item(self, env: Environment, dictionary_code: str, key: str) -> Any:
        """Return the dictionary's item with this key, or None (CORE-56)."""
        return dictionary.dictionary_item(env, dictionary_code, key)

    def supply(self, env: Environment, addons: Collection[str]) -> None:
        """Make the numbering rules and (empty) dictionaries that fields of these addons name and nobody has made yet."""
        supplies.supply(env, addons)

    def has_rules(self, env: Environment, model: str) -> bool:
        """Whether saving a record of the model does more than `before_insert` and `after_insert` can do without one."""
        info = env.registry[model]
        return bool(
            model in _WATCHED or info.is_log or file_fields.file_fields(info) or not bulk_rules.are_plain(env, info)
        )

    def before_insert(self, env: Environment, model: str, columns: dict[str, list[Any]], count: int) -> Any:
        """Do for rows about to be inserted what `before_save` does for records; return what `after_insert` needs.

        Raises:
            ValidationError: A rule is broken; all faults of field rules at once.
        """
        info = env.registry[model]
        bulk_rules.follow_owners(env, info, columns, count)
        return bulk_rules.refuse(env, info, columns, count, self._lookups_of(info))

    def after_insert(self, env: Environment, model: str, ids: Sequence[int], found: Any) -> None:
        """Keep the duplicate keys of inserted rows."""
        duplicates.insert_keys(env, found, ids)
        self._events.note_created(env, model, ids)

    def before_save(self, env: Environment, created: Sequence[Model], updated: Updated) -> None:
        """Refuse what breaks the administrator's rules: required fields and formats, duplicates, retired items, manual numbers.

        Raises:
            ValidationError: A rule is broken; all faults of field rules at once.
            AccessDenied: Somebody tries to write a log.
        """
        protected.refuse_log_changes(env, created, updated)
        ownership.follow_owner(env, created, updated)
        faults: list[CoreError] = []
        for record in created:
            faults += field_rules.faults_of(env, record._info.name, _reader(record))
            self._refuse_retired(record, self._lookups_of(record._info))
            self._check_manual(env, record)
        for record, old in updated.items():
            faults += field_rules.faults_of(env, record._info.name, _reader(record), old, record.id)
            self._refuse_retired(record, [field for field in self._lookups_of(record._info) if field.name in old])
        raise_faults(faults, ValidationError, _("The record breaks rules of the administrator"))
        for model, records in _by_model(env, created, updated).items():
            duplicates.refuse_forbidden(
                env, model, [(record.__dict__.get("id"), _reader(record)) for record in records]
            )

    def after_save(self, env: Environment, created: Sequence[Model], updated: Updated) -> None:
        """Keep what depends on the saved rows: duplicate keys, files, department history, sessions, single default, caches.

        Raises:
            ConflictError: The last administrator would be gone (CORE-03).
        """
        for model, records in _by_model(env, created, updated).items():
            duplicates.write_keys(env, model, [(record.id, _reader(record)) for record in records])
        file_fields.take_files(env, [*created, *(one for one, before in updated.items() if _file_changed(one, before))])
        names = {record._info.name for record in (*created, *updated)}
        if names & {"core.user", "core.group"}:
            self._users_saved(env, created, updated)
        if names & _CACHED.keys():
            for name in names & _CACHED.keys():
                _CACHED[name](env)
        if "core.dictionary.item" in names:
            _keep_one_default(
                env, [record for record in (*created, *updated) if record._info.name == "core.dictionary.item"]
            )
        for record in (*created, *updated):
            if record._info.name == "core.duplicate_rule":
                duplicates.rebuild_keys(env, record.id)
        responsible.note_passings(env, updated)
        self._events.note_saved(env, created, updated)

    def before_delete(self, env: Environment, model: ModelInfo, ids: Sequence[int]) -> None:
        """Refuse to delete what may only be retired.

        Raises:
            ConflictError: A user, a role that is held or belongs to an addon, a parameter.
            AccessDenied: A log.
        """
        protected.refuse_deletion(env, model, ids)
        if model.name in ("core.view_patch", event_calls.CALL):
            bookkeeping.bump_sequence(env.connection)
        self._events.note_deletion(env, model, ids)

    def defer(
        self, env: Environment, name: str, arguments: Mapping[str, Any], *, run_at: dt.datetime | None = None
    ) -> Any:
        """Write a background job into the transaction, to start not before ``run_at``; None: at once."""
        return self._defer(env, name, arguments, **({} if run_at is None else {"run_at": run_at}))

    def elevated(self, env: Environment, reason: str) -> None:
        """Write the use of elevated rights to the audit log."""
        write_audit(env, "elevated", reason)

    def before_commit(self, env: Environment) -> None:
        """Tell old and new holders of the records that the transaction passed on (CORE-32), queue event calls (CORE-81)."""
        responsible.tell_holders(env)
        event_calls.queue_calls(env)

    def text(self, message: Any, lang: str) -> str:
        """Return a message in a language."""
        return self._texts().render(message, lang)

    def _lookups_of(self, info: ModelInfo) -> tuple[Lookup, ...]:
        """Return the stored fields of a model that choose from a dictionary."""
        if info not in self._lookups:
            fields = (field for field in info.fields.values() if isinstance(field, Lookup))
            self._lookups[info] = tuple(field for field in fields if field.is_stored and not field.computed)
        return self._lookups[info]

    def _numbers_of(self, info: ModelInfo) -> tuple[NumberField, ...]:
        """Return the fields of a model that hold document numbers."""
        if info not in self._numbers:
            self._numbers[info] = tuple(field for field in info.fields.values() if isinstance(field, NumberField))
        return self._numbers[info]

    def _refuse_retired(self, record: Model, fields: Sequence[Lookup]) -> None:
        """Refuse a retired dictionary item as a new choice (CORE-57)."""
        for field in fields:
            item = getattr(record, field.name)
            if item is not None and not item.active:
                raise field.invalid(
                    _('%(label)s: "%(value)s" is retired.', label=field.label, value=item.name),
                    code="validation.retired",
                )

    def _check_manual(self, env: Environment, record: Model) -> None:
        """Refuse numbers given by hand where the rule allows none; the system, which imports and restores, is free."""
        if env.is_elevated:
            return
        drawn: set[tuple[str, str]] = env.cache.get(_DRAWN, set())
        for field in self._numbers_of(record._info):
            number = record.__dict__.get(field.name)
            if number and (field.code, number) not in drawn:
                numbering.check_manual_number(env, field.code, number)

    def _users_saved(self, env: Environment, created: Sequence[Model], updated: Updated) -> None:
        users = [record for record in created if record._info.name == "core.user"]
        for record, old in updated.items():
            if record._info.name != "core.user":
                continue
            if old.keys() & set(employment.FOLLOWED):
                users.append(record)
            user: Any = record
            if "active" in old and not user.active:
                end_sessions(env, user.id)
        employment.note_changes(env, users)
        administrators.keep_one(env, updated)


_CACHED: dict[str, Callable[[Environment], None]] = {
    "core.parameter": parameters.forget_parameters,
    "core.dictionary": dictionary.forget_items,
    "core.dictionary.item": dictionary.forget_items,
    "core.field_rule": field_rules.forget_rules,
    "core.duplicate_rule": duplicates.forget_rules,
    "core.view_patch": view_patches.tell_all,
    event_calls.CALL: event_calls.tell_all,
}
"""Model → what to forget when one of its records was saved."""
_WATCHED = frozenset({"core.user", "core.group", *_CACHED})
"""Models whose saving has consequences in `BaseServices.after_save`."""


def _file_changed(record: Model, before: Mapping[str, Any]) -> bool:
    return not before.keys().isdisjoint(file_fields.file_fields(record._info))


def _reader(record: Model) -> Callable[[str], Any]:
    return lambda name: getattr(record, name)


def _by_model(env: Environment, created: Sequence[Model], updated: Updated) -> dict[str, list[Model]]:
    """Return the records, by model, that a duplicate rule looks at because they are new or a compared field changed."""
    found: dict[str, list[Model]] = {}
    for record in created:
        if duplicates.rules_of(env, record._info.name):
            found.setdefault(record._info.name, []).append(record)
    for record, old in updated.items():
        rules = duplicates.rules_of(env, record._info.name)
        if any(name in old for rule in rules for name in rule.field_names):
            found.setdefault(record._info.name, []).append(record)
    return found


def _keep_one_default(env: Environment, items: Sequence[Any]) -> None:
    """Take the default mark from the other items of a dictionary when one gets it."""
    table = env.registry["core.dictionary.item"].table
    for item in items:
        if item.is_default:
            others = (table.c.dictionary_id == item.dictionary_id) & (table.c.id != item.id) & table.c.is_default
            env.connection.execute(sa.update(table).where(others).values(is_default=False))
