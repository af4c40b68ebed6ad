"""What an administrator changed about rights, read from the database on top of the declarations (CORE-20 to CORE-30). Layer: access.

The overlay is small and the same for everybody, so it is kept per registry and read again only when its *signature* differs: the whole
content of its tables as text, put together by the database. It travels with the statement that reads the user, so a change counts from
the next request on, in every process, without anybody having to announce it (CORE-17).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from core.orm.registry import Registry

__all__ = ["Overlay", "RightRow", "SharingMode", "read_overlay", "signature_columns"]

PRIVATE, PUBLIC_READ, PUBLIC_WRITE = "private", "public_read", "public_write"


@dataclass(frozen=True)
class RightRow:
    """One row of ``core.model_right``, ``field_right``, ``special_grant`` or ``menu_right``: given to or taken from one holder (CORE-26)."""

    table: str
    """Name of the model the row belongs to."""
    id: int
    allowed: bool
    group: str | None = None
    """Key of the group, or None."""
    department: int | None = None
    user: int | None = None

    @property
    def source(self) -> str:
        """How explanations name the row."""
        return f"{self.table} #{self.id}"


@dataclass(frozen=True)
class SharingMode:
    """How the records of one model are kept apart (D13, D14)."""

    mode: str = PRIVATE
    hierarchy: bool = True
    """Whether superiors and team leaders reach what those below them own; False: only data authorisation does (CORE-21)."""
    id: int | None = None
    """Id of the row; None: the default."""


@dataclass(frozen=True)
class Overlay:
    """The administrator's changes. Empty mappings mean that there are none."""

    keys: Mapping[int, str] = field(default_factory=dict)
    """Id of a group's row → its key; groups of addons that are not enabled are left out."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Key of a group → its label in the database's language."""
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Key of a group → its label by other languages."""
    implies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    model_rights: Mapping[tuple[str, str], tuple[RightRow, ...]] = field(default_factory=dict)
    """(model, operation) → rows."""
    field_rights: Mapping[tuple[str, str, str], tuple[RightRow, ...]] = field(default_factory=dict)
    """(model, field, operation) → rows."""
    special: Mapping[str, tuple[RightRow, ...]] = field(default_factory=dict)
    """Special right → rows."""
    menus: Mapping[str, tuple[RightRow, ...]] = field(default_factory=dict)
    """Id of a menu → rows."""
    modes: Mapping[str, SharingMode] = field(default_factory=dict)
    off: frozenset[str] = frozenset()
    """Parameters of switches that are off."""


def signature_columns(registry: Registry, switches: Collection[str] = ()) -> list[sa.Label[str]]:
    """Return one scalar subquery per table of the overlay that gives its whole content as one text.

    Args:
        registry: Whose tables to read.
        switches: Parameters that switch addons.
    """
    columns = []
    for name, selected in _contents(registry, switches).items():
        text: sa.ColumnElement[str] = sa.literal("")
        for column in selected.selected_columns:
            text = text + sa.func.coalesce(sa.cast(column, sa.Text), "") + sa.literal("|")
        whole = selected.with_only_columns(sa.func.aggregate_strings(text, ";"))
        columns.append(whole.scalar_subquery().label(f"signature_{name}"))
    return columns


def read_overlay(registry: Registry, connection: Any, switches: Collection[str] = ()) -> Overlay:
    """Read the overlay: one statement per table, seven in all, and one for the switches where there are any.

    Args:
        registry: Whose tables to read.
        connection: A session or connection in a transaction.
        switches: Parameters that switch addons.
    """
    rows = {name: connection.execute(selected).all() for name, selected in _contents(registry, switches).items()}
    enabled = {*registry.addons, "base"}
    keys = {row.id: row.key for row in rows["group"] if not row.addon or row.addon in enabled}
    implies: dict[str, tuple[str, ...]] = {}
    for group, implied in rows["implies"]:
        if group in keys and implied in keys:
            implies[keys[group]] = (*implies.get(keys[group], ()), keys[implied])
    return Overlay(
        keys=keys,
        labels={row.key: row.label for row in rows["group"]},
        words={row.key: row.label_i18n for row in rows["group"] if isinstance(row.label_i18n, Mapping)},
        implies=implies,
        model_rights=_by(rows["model_right"], keys, "core.model_right", ("model", "operation")),
        field_rights=_by(rows["field_right"], keys, "core.field_right", ("model", "field", "operation")),
        special={
            key[0]: found for key, found in _by(rows["special_grant"], keys, "core.special_grant", ("right",)).items()
        },
        menus={key[0]: found for key, found in _by(rows["menu_right"], keys, "core.menu_right", ("menu",)).items()},
        modes={row.model: SharingMode(row.mode, bool(row.hierarchy), row.id) for row in rows["sharing_mode"]},
        off=frozenset(
            row.key for row in rows.get("parameter", ()) if not (row.default if row.value is None else row.value)
        ),
    )


def _contents(registry: Registry, switches: Collection[str]) -> dict[str, sa.Select[Any]]:
    """Return one select per table of the overlay, the columns that matter only."""
    group = registry["core.group"].table
    implies = registry["core.group"].fields["implies"]
    link, (own, other) = implies.relation_table, implies.relation_columns  # type: ignore[attr-defined]  # set on Many2many
    found: dict[str, sa.Select[Any]] = {
        "group": sa.select(group.c.id, group.c.key, group.c.label, group.c.label_i18n, group.c.addon),
        "implies": sa.select(link.c[own].label("group_id"), link.c[other].label("implied_id")),
    }
    for name, names in {
        "model_right": ("model", "operation"),
        "field_right": ("model", "field", "operation"),
        "special_grant": ("right",),
        "menu_right": ("menu",),
    }.items():
        table = registry[f"core.{name}"].table
        found[name] = sa.select(
            *(table.c[column] for column in ("id", "group_id", "department_id", "user_id", "allowed", *names))
        )
    mode = registry["core.sharing_mode"].table
    found["sharing_mode"] = sa.select(mode.c.id, mode.c.model, mode.c.mode, mode.c.hierarchy)
    if switches:
        parameter = registry["core.parameter"].table
        columns = (parameter.c.key, parameter.c.value, parameter.c.default)
        found["parameter"] = sa.select(*columns).where(parameter.c.key.in_(sorted(switches)))
    return found


def _by(
    rows: Iterable[Any], keys: Mapping[int, str], table: str, names: tuple[str, ...]
) -> dict[Any, tuple[RightRow, ...]]:
    found: dict[Any, tuple[RightRow, ...]] = {}
    for row in rows:
        group = keys.get(row.group_id)
        if row.group_id is not None and group is None:
            continue  # the role of an addon that is not enabled gives nothing
        key = tuple(getattr(row, name) for name in names)
        right = RightRow(table, row.id, bool(row.allowed), group, row.department_id, row.user_id)
        found[key] = (*found.get(key, ()), right)
    return found
