"""Changes an administrator made, kept in the database and applied on top of what addons ship (layer views; design 1.5).

A change is stored with the text it was made against. When an update ships another text there, the change still wins for display, and
the conflict is listed with both.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ValidationError

from core.config.problems import translated
from core.errors import CoreError, ViewError, Where, nearest
from core.i18n import _
from core.plugins.yamlfile import KeyPath
from core.views.build import Place
from core.views.loader import Placed
from core.views.patches import Patch, changed_text
from core.views.schema import Operation
from core.views.tree import ADMINISTRATOR, Node, Source


@dataclass(frozen=True)
class AdminPatch:
    """One row of an administrator's changes (model ``core.view_patch``)."""

    target: str
    """Id of the view, menu or panel."""
    patch: Any
    """Views: an operation as in a view file, or a list of them. Menus and panels: ``{"set": {…}}``, ``{"remove": true}`` or, for a
    new one, ``{"add": {…}}``."""
    kind: Literal["view", "menu", "panel"] = "view"
    base: Any = None
    """What `ViewSet.base_of` gave when the change was made; None: not compared."""
    id: int | None = None
    """Id of the row, for messages."""

    @property
    def operations(self) -> list[Any]:
        """The operations, one or several."""
        return list(self.patch) if isinstance(self.patch, list) else [self.patch]

    @property
    def bases(self) -> list[Any]:
        """What each operation was made against."""
        if isinstance(self.patch, list):
            given = list(self.base) if isinstance(self.base, list) else []
            return given + [None] * (len(self.patch) - len(given))
        return [self.base]

    def place(self, index: int) -> Place:
        """Return what tells the place of an operation's keys."""
        prefix: KeyPath = (f"{self.kind}_patch", *(() if self.id is None else (self.id,)), index)

        def source(key: KeyPath) -> Source:
            return Source(ADMINISTRATOR, None, None, ".".join(str(part) for part in (*prefix, *key)))

        return source


@dataclass(frozen=True)
class Conflict:
    """An administrator's change of something that an update has changed, too. The administrator's is shown."""

    kind: str
    target: str
    ref: str | None
    """Address of the node, or several with commas; None for menus and panels."""
    base: Any
    """What was shipped when the change was made, as plain data."""
    theirs: Any
    """What is shipped now."""
    ours: Any
    """What the administrator wants; None: it is to be gone."""
    patch_id: int | None = None

    @property
    def texts(self) -> tuple[str, str, str]:
        """Base, theirs and ours as YAML, for showing them beside each other; empty for None."""
        return as_text(self.base), as_text(self.theirs), as_text(self.ours)


def as_text(data: Any) -> str:
    """Return plain data as YAML; empty for None."""
    if data is None:
        return ""
    return yaml.safe_dump(plain(data), allow_unicode=True, sort_keys=False, default_flow_style=False)


def plain(data: Any) -> Any:
    """Return data as it comes back from a JSON column."""
    return json.loads(json.dumps(data, default=str))


def read_operations(patch: AdminPatch) -> tuple[list[tuple[Patch, Any]], list[CoreError]]:
    """Return a view's operations, each with what it was made against, and the faults of those that are malformed."""
    read: list[tuple[Patch, Any]] = []
    faults: list[CoreError] = []
    for index, (raw, base) in enumerate(zip(patch.operations, patch.bases, strict=True)):
        place = patch.place(index)
        try:
            read.append((Patch(patch.target, Operation.model_validate(raw), place), base))
        except ValidationError as err:

            def where(key: KeyPath, at: Place = place) -> Where:
                return at(key).where

            faults.extend(translated(err, raw, Operation, ViewError, where))
    return read, faults


def conflict_of(patch: AdminPatch, operation: Patch, base: Any, shipped: Node) -> Conflict | None:
    """Return the conflict between an operation and what is shipped now, None if there is none."""
    if base is None:
        return None
    checked = operation.operation
    ref = ", ".join(checked.targets)
    theirs = plain(changed_text(checked, shipped))
    ours: Any = checked.changes if checked.verb == "set" else checked.items or None
    if theirs is None or theirs == base or theirs == plain(ours):
        return None
    return Conflict("view", patch.target, ref, base, theirs, ours, patch.id)


def base_of_entry(entry: Placed | None, patch: Mapping[str, Any]) -> Any:
    """Return what a change of a menu or panel overwrites, None if nothing."""
    if entry is None:
        return None
    data = plain(entry.model.model_dump(exclude_unset=True))
    if isinstance(changes := patch.get("set"), Mapping):
        return {key: data.get(key) for key in sorted(changes)}
    return data if patch.get("remove") else None


def change_entries(
    kind: str, schema: type[BaseModel], entries: dict[str, Placed], patches: Sequence[AdminPatch]
) -> tuple[dict[str, Placed], list[CoreError], list[Conflict]]:
    """Apply changes to menus or panels.

    Args:
        kind: ``menu`` or ``panel``; patches of other kinds are passed over.
        schema: Model that an entry must fit after the change.
        entries: What addons ship, by id.
        patches: The changes, in the order they apply.
    """
    result = dict(entries)
    faults: list[CoreError] = []
    conflicts: list[Conflict] = []
    for patch in patches:
        if patch.kind != kind:
            continue
        for index, (raw, base) in enumerate(zip(patch.operations, patch.bases, strict=True)):
            source: Source = patch.place(index)(())
            fault = _change_entry(schema, result, patch.target, raw, source)
            if fault is not None:
                faults.extend(fault)
                continue
            theirs = base_of_entry(entries.get(patch.target), raw)
            ours = raw.get("set")
            if base is not None and theirs is not None and theirs != base and theirs != plain(ours):
                conflicts.append(Conflict(kind, patch.target, None, base, theirs, ours, patch.id))
    return result, faults, conflicts


def _change_entry(
    schema: type[BaseModel], entries: dict[str, Placed], target: str, raw: Any, source: Source
) -> list[CoreError] | None:
    """Apply one change; returns the faults, None if it went through."""
    verb = next(iter(raw)) if isinstance(raw, Mapping) and len(raw) == 1 else None
    if verb not in ("set", "remove", "add") or (verb != "remove" and not isinstance(raw[verb], Mapping)):
        return [ViewError(_("Expected one of: set, remove, add."), code="view.patch", where=source.where)]
    if verb != "add" and target not in entries:
        close = nearest(target, entries)
        hint = _('did you mean "%(name)s"?', name=close) if close else None
        message = _('There is no "%(target)s"; the patch is skipped.', target=target)
        return [ViewError(message, code="view.patch_target", hint=hint, where=source.where)]
    if verb == "remove":
        del entries[target]
        return None
    old = {} if verb == "add" else entries[target].model.model_dump(exclude_unset=True)
    data = {**old, **raw[verb], "id": target}
    data = {key: value for key, value in data.items() if value is not None}
    faults: list[CoreError] | None = None
    try:
        entries[target] = Placed(schema.model_validate(data), source if verb == "add" else entries[target].source)
    except ValidationError as err:

        def place(key: KeyPath) -> Where:
            return Where(addon=ADMINISTRATOR, key=".".join(str(part) for part in (source.key, *key)))

        faults = translated(err, data, schema, ViewError, place)
    return faults
