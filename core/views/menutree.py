"""How menus hang together: their tree, their order, and which of them a user sees (layer views).

A menu whose parent is missing (or that would be its own ancestor) is reported and put at the top level, so that nothing becomes
unreachable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from core.errors import CoreError, ViewError, unknown
from core.i18n import _
from core.views.loader import Placed
from core.views.menus import Menu

_STEP = 1 / 1024
"""Between menus that are shipped with one sequence; exact in binary, and far below what is written in files."""


def apart(changed: Mapping[str, Placed], shipped: Mapping[str, Placed]) -> dict[str, Placed]:
    """Return menus in which no two of one parent are shipped with one sequence, so that another can be put between them.

    Args:
        changed: The menus by id with the administrator's changes; a sequence that these set stays.
        shipped: The menus as addons declare them, in the order that decides between equal sequences.
    """
    result = dict(changed)
    taken: dict[tuple[str | None, float], int] = {}
    for name, placed in shipped.items():
        place = (placed.model.parent, placed.model.sequence)
        rank = taken[place] = taken.get(place, -1) + 1
        now = changed.get(name)
        if rank and now is not None and (now.model.parent, now.model.sequence) == place:
            moved = now.model.model_copy(update={"sequence": place[1] + rank * _STEP})
            result[name] = Placed(moved, now.source)
    return result


def menu_tree(menus: Mapping[str, Menu], faults: list[CoreError]) -> tuple[Menu, ...]:
    """Return the top-level menus with their children, by sequence and then in the order declared.

    Args:
        menus: All menus by id, in the order declared.
        faults: Takes what is wrong with parents.
    """
    parents: dict[str, str | None] = {}
    for menu in menus.values():
        parent = menu.parent
        if parent is not None and parent not in menus:
            faults.append(unknown("menu", parent, menus, ViewError, where=_at_parent(menu), code="view.unknown_menu"))
            parent = None
        elif parent is not None and _leads_back(menu.id, menus):
            message = _('The menu "%(name)s" would be inside itself.', name=menu.id)
            faults.append(ViewError(message, code="view.menu_cycle", where=_at_parent(menu)))
            parent = None
        parents[menu.id] = parent
    children: dict[str | None, list[Menu]] = {}
    for menu in menus.values():
        children.setdefault(parents[menu.id], []).append(menu)

    def grown(menu: Menu) -> Menu:
        return replace(menu, parent=parents[menu.id], children=branch(menu.id))

    def branch(parent: str | None) -> tuple[Menu, ...]:
        return tuple(grown(menu) for menu in sorted(children.get(parent, ()), key=lambda menu: menu.sequence))

    return branch(None)


def _at_parent(menu: Menu) -> Any:
    where = menu.source.where
    return replace(where, key=".".join(part for part in (where.key, "parent") if part))


def _leads_back(start: str, menus: Mapping[str, Menu]) -> bool:
    """Tell whether following the parents from ``start`` comes back to it."""
    seen: set[str] = set()
    current = menus[start].parent
    while current is not None and current in menus and current not in seen:
        if current == start:
            return True
        seen.add(current)
        current = menus[current].parent
    return False


def visible_menus(
    menus: Iterable[Menu],
    groups: frozenset[str],
    may_read: Callable[[str], bool],
    may_see: Callable[[Menu], bool] | None = None,
) -> tuple[Menu, ...]:
    """Return the menus a user sees: own groups, readable models; a menu left with nothing to open is gone.

    Args:
        menus: Menus of one level.
        groups: All groups the user is in, implied ones included.
        may_read: Tells whether the user may read records of a model.
        may_see: Tells whether menu rights let the user see a menu with all below it (CORE-24); None: all do.
    """
    shown: list[Menu] = []
    for menu in menus:
        if menu.hidden or (menu.groups and not menu.groups & groups) or (may_see is not None and not may_see(menu)):
            continue
        children = visible_menus(menu.children, groups, may_read, may_see)
        opens = menu.leads_somewhere and (menu.model is None or may_read(menu.model))
        if opens or children:
            kept = menu if opens else replace(menu, model=None, view=None, url=None, views=(), domain=None)
            shown.append(replace(kept, children=children))
    return tuple(shown)
