"""Brings the records an addon ships into the database, by external id (issue 2, item 3). Layer: data.

Loading again changes nothing: what was written is remembered with the external id. When a shipped value changed, the record follows,
unless a person changed the same field; then the person's value stays and the conflict is listed (`core.data.conflicts`). A record that a
person deleted does not come back. What is no longer shipped goes, unless a person changed it or something refers to it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.data.conflicts import Conflict
from core.data.order import Order, in_order
from core.data.schema import RecordSpec, Text
from core.data.shipped import Shipped, current, shipped_values
from core.data.unshipped import remove_unshipped
from core.data.values import Resolver, as_fault
from core.errors import CoreError, DataError, raise_faults
from core.i18n import Translator, _
from core.orm import bookkeeping, bulk, writing
from core.orm.bookkeeping import Xid

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.modelinfo import ModelInfo

BATCH = 1000
"""Most records made before they are written."""


@dataclass
class LoadReport:
    """What loading the records of one addon did; external ids with the addon."""

    addon: str
    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: int = 0
    skipped: list[str] = field(default_factory=list)
    """Changed in the files but left alone: marked ``noupdate``, or deleted by a person."""
    conflicts: list[Conflict] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    """No longer shipped, and deleted."""
    kept: list[str] = field(default_factory=list)
    """No longer shipped, but kept because a person changed them or something refers to them."""

    def add(self, other: LoadReport) -> None:
        """Take in what a further load of the same addon did."""
        self.unchanged += other.unchanged
        for name in ("created", "updated", "skipped", "conflicts", "removed", "kept"):
            getattr(self, name).extend(getattr(other, name))


def load_records(
    env: Environment,
    addon: str,
    specs: Sequence[RecordSpec],
    texts: Translator,
    *,
    complete: bool = False,
    others: Sequence[RecordSpec] = (),
) -> LoadReport:
    """Create and update the records of one addon. One statement if nothing changed.

    Args:
        env: An environment of the system whose language is the database's.
        addon: Name of the addon.
        specs: Its records, from `core.data.schema.read_folder`.
        texts: Translations of the enabled addons.
        complete: ``specs`` and ``others`` are all the addon ships: records of an earlier version that are missing are to go.
        others: Records that were loaded before.

    Raises:
        DataError: References or values are wrong, or the ORM refuses records; holds all faults of the step that failed.
    """
    shipped = {spec.name for spec in (*specs, *others)}
    return _Loading(env, addon, specs, texts).run(shipped if complete else None)


class _Loading:
    """The steps of loading one addon's records; lives only that long."""

    def __init__(self, env: Environment, addon: str, specs: Sequence[RecordSpec], texts: Translator) -> None:
        self.env = env
        self.specs = specs
        self.report = LoadReport(addon)
        self.existing = bookkeeping.xids_of_addon(env.connection, addon)
        known = {str(xid): (xid.model, xid.record_id) for xid in self.existing.values()}
        self.resolver = Resolver(env, addon, texts, known)
        self.hashes: dict[str, str] = {}

    def run(self, shipped: Collection[str] | None) -> LoadReport:
        changed = [spec for spec in self.specs if self._is_changed(spec)]
        self.report.unchanged = len(self.specs) - len(changed)
        if changed:
            self._check(changed)
            new = [spec for spec in changed if spec.name not in self.existing]
            order = in_order(new, self.resolver.links)
            for level in order.levels:
                for batch in _batches(level):
                    self._create(batch, order)
            for spec in changed:
                if spec.name in self.existing:
                    self._update(spec)
            self._fill_deferred(order)
            self.env.flush()
        if shipped is not None:
            gone = [xid for name, xid in self.existing.items() if name not in shipped and xid.fingerprint is not None]
            self.report.removed, self.report.kept = remove_unshipped(self.env, gone)
        return self.report

    def _is_changed(self, spec: RecordSpec) -> bool:
        parts = [spec.model, _canonical(spec.values), self.resolver.translations_of(spec)]
        digest = blake2b(json.dumps(parts, sort_keys=True, default=str).encode(), digest_size=16).hexdigest()
        self.hashes[spec.name] = digest
        known = self.existing.get(spec.name)
        if known is not None and known.fingerprint is None:
            return False  # made or adopted by the system, not from a file
        return known is None or Shipped.read(known.fingerprint).digest != digest

    def _check(self, changed: Sequence[RecordSpec]) -> None:
        """Raise all that is wrong with names and values before anything is written."""
        known = self.resolver.known
        named = {link.xid for spec in changed for link in self.resolver.links(spec)}
        foreign = [xid for xid in named if xid not in known]
        known |= _look_up(self.env, foreign)
        models = {xid: model for xid, (model, _number) in known.items()} | {spec.xid: spec.model for spec in self.specs}
        faults: list[CoreError] = []
        for spec in changed:
            faults.extend(self.resolver.faults(spec, models))
            earlier = self.existing.get(spec.name)
            if earlier is None:
                faults.extend(self._missing_values(spec))
            elif earlier.model != spec.model:
                message = _('"%(xid)s" was a record of "%(model)s" before.', xid=spec.xid, model=earlier.model)
                faults.append(DataError(message, code="data.model", where=spec.where()))
        faults.sort(key=lambda fault: (fault.where.file or "", fault.where.line or 0))
        raise_faults(faults, DataError, f"data of {self.report.addon}")

    def _missing_values(self, spec: RecordSpec) -> Iterable[CoreError]:
        for item in self.env.registry[spec.model].fields.values():
            filled = item.computed or item.default is not None or item.kind in ("boolean", "sequence")
            if item.required and not filled and spec.values.get(item.name) is None:
                message = _('"%(field)s" is required.', field=item.name)
                yield DataError(message, code="data.required", where=replace(spec.where(), field=item.name))

    # Creating ---------------------------------------------------------------------------------------------------------

    def _create(self, batch: Sequence[RecordSpec], order: Order) -> None:
        """Create records of one model that don't refer to one another; each by itself where they don't go together."""
        rows = []
        faults: list[CoreError] = []
        for spec in batch:
            try:
                without = frozenset(order.deferred.get(spec.xid, ()))
                rows.append((spec, self.resolver.resolve(spec, without=without)))
            except CoreError as error:
                faults.append(as_fault(error, spec))
        raise_faults(faults, DataError, f"data of {self.report.addon}")
        info = self.env.registry[batch[0].model]
        try:
            ids = self._insert(info, rows)
        except CoreError as error:
            if len(rows) == 1:
                raise as_fault(error, rows[0][0]) from error
            self._tell_apart(info, rows)
            raise as_fault(error, rows[0][0]) from error
        xids = []
        for (spec, resolved), number in zip(rows, ids, strict=True):
            self.resolver.known[spec.xid] = (spec.model, number)
            values = shipped_values(self.env, info, resolved)
            fingerprint = Shipped(self.hashes[spec.name], values).write()
            xids.append(Xid(spec.addon, spec.name, spec.model, number, fingerprint, spec.noupdate))
            self.report.created.append(spec.xid)
        bookkeeping.write_xids(self.env.connection, xids)

    def _insert(self, info: ModelInfo, rows: Sequence[Any]) -> list[int]:
        env = self.env
        values = [resolved.values for _spec, resolved in rows]
        plain = not any(resolved.translations for _spec, resolved in rows)
        if plain and bulk.possible(env, info, values) and not any(info.fields[n].to_many for v in values for n in v):
            env.before_query()
            return bulk.create(env, info, values)
        records = []
        for _spec, resolved in rows:
            record = writing.build(env, info, resolved.values, save=True)
            for name, texts in resolved.translations.items():
                setattr(record, f"{info.fields[name].column}_i18n", texts or None)
            records.append(record)
        env.flush()
        return [record.id for record in records]

    def _tell_apart(self, info: ModelInfo, rows: Sequence[Any]) -> None:
        """Create one by one what failed together, to tell the faults of each; always ends with nothing more than before."""
        faults: list[CoreError] = []
        for spec, resolved in rows:
            try:
                self._insert(info, [(spec, resolved)])
            except CoreError as error:
                faults.append(as_fault(error, spec))
        raise_faults(faults, DataError, f"data of {self.report.addon}")

    def _fill_deferred(self, order: Order) -> None:
        for xid, names in order.deferred.items():
            spec = next(spec for spec in self.specs if spec.xid == xid)
            others = frozenset(spec.values) - names
            resolved = self.resolver.resolve(spec, without=others)
            record = self.env.browse(spec.model, self.resolver.known[xid][1])
            try:
                record.update(**resolved.values)
                self.env.flush()
            except CoreError as error:
                raise as_fault(error, spec) from error
            info = self.env.registry[spec.model]
            everything = self.resolver.resolve(spec)
            fingerprint = Shipped(self.hashes[spec.name], shipped_values(self.env, info, everything)).write()
            known = Xid(spec.addon, spec.name, spec.model, record.id, fingerprint, spec.noupdate)
            bookkeeping.write_xids(self.env.connection, [known])

    # Updating ---------------------------------------------------------------------------------------------------------

    def _update(self, spec: RecordSpec) -> None:
        known = self.existing[spec.name]
        record = None if known.noupdate or spec.noupdate else self.env.browse(known.model, known.record_id)
        if record is None:
            self.report.skipped.append(spec.xid)
            return
        info = self.env.registry[spec.model]
        base = Shipped.read(known.fingerprint)
        try:
            resolved = self.resolver.resolve(spec)
            theirs = shipped_values(self.env, info, resolved)
            take = self._to_take(spec, record, base, theirs)
            record.update(**{name: resolved.values[name] for name in take})
            for name, texts in resolved.translations.items():
                if name in take or theirs.get(name) == current(record, info.fields[name], theirs.get(name)):
                    setattr(record, f"{info.fields[name].column}_i18n", texts or None)
            self.env.flush()
        except CoreError as error:
            raise as_fault(error, spec) from error
        fingerprint = Shipped(self.hashes[spec.name], {**base.values, **theirs}).write()
        bookkeeping.write_xids(
            self.env.connection, [Xid(known.addon, known.name, known.model, known.record_id, fingerprint)]
        )
        self.report.updated.append(spec.xid)

    def _to_take(self, spec: RecordSpec, record: Any, base: Shipped, theirs: Mapping[str, Any]) -> list[str]:
        """Return the fields to write; notes a conflict for each that a person and the addon changed differently."""
        take = []
        for name, new in theirs.items():
            item = record._info.fields[name]
            ours = current(record, item, new)
            old = base.values.get(name, _default_of(self.env, item))
            if new in (old, ours):
                continue
            if ours == old:
                take.append(name)
            else:
                self.report.conflicts.append(Conflict(spec.xid, spec.model, record.id, name, old, ours, new))
        return take


def _default_of(env: Environment, item: Any) -> Any:
    """Return the value, in plain JSON, a field has that nobody has set; empty for relations to many."""
    if item.to_many:
        return []
    value = item.default_value(env)
    return None if value is None else item.to_json(item.convert(value, env))


def _batches(level: Sequence[RecordSpec]) -> Iterable[list[RecordSpec]]:
    """Divide a level by model, and what is too much at once."""
    models: dict[str, list[RecordSpec]] = {}
    for spec in level:
        models.setdefault(spec.model, []).append(spec)
    for specs in models.values():
        yield from (specs[start : start + BATCH] for start in range(0, len(specs), BATCH))


def _look_up(env: Environment, xids: Sequence[str]) -> dict[str, tuple[str, int]]:
    """Return the external ids of other addons, and all others of the addons concerned, so that a nearest one can be proposed."""
    addons = sorted({xid.partition(".")[0] for xid in xids})
    if not addons:
        return {}
    table = bookkeeping.XID
    statement = sa.select(table.c.addon, table.c.name, table.c.model, table.c.record_id).where(
        table.c.addon.in_(addons)
    )
    rows = env.connection.execute(statement)
    return {f"{row.addon}.{row.name}": (row.model, row.record_id) for row in rows if row.model in env.registry.models}


def _canonical(value: Any) -> Any:
    """Return a value of a file in types of JSON, the same for equal files."""
    if isinstance(value, Text):
        return {"text": value.text}
    if isinstance(value, Mapping):
        return {str(key): _canonical(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_canonical(item) for item in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)
