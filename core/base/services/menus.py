"""The administrator's own navigation: menus renamed, moved, hidden and added (layer base; CORE-43).

Each change is a row of ``core.view_patch`` on top of what the addons ship, so no update overwrites it and each is undone by itself.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from core.access import write_audit
from core.errors import ConflictError, MissingRecord, ValidationError
from core.i18n import _
from core.i18n.languages import related
from core.views import Menu, ViewSet

if TYPE_CHECKING:
    from core.orm.environment import Environment

MODEL = "core.view_patch"
OWN = "custom"
"""What stands before the dot in the ids of added menus."""
LONGEST = 60
GAP = 10
"""Between the last menu of a level and one put behind it."""
Way = Literal["up", "down", "in", "out"]


def rename(env: Environment, menu: str, labels: Mapping[str, str]) -> None:
    """Give a menu another label in some languages; all others take the English one.

    Raises:
        ValidationError: A label is empty or too long (field ``label_<language>``).
        MissingRecord: There is no such menu.
    """
    _known(env, menu)
    worded = _worded(labels)
    _write(env, "rename", menu, {"label": worded["en"], "labels": worded})


def hide(env: Environment, menu: str, *, hidden: bool = True) -> None:
    """Show a menu, with all below it, to nobody any more, or again. No right changes.

    Raises:
        MissingRecord: There is no such menu.
    """
    _known(env, menu)
    _write(env, "hide" if hidden else "show", menu, {"hidden": hidden})


def move(env: Environment, menu: str, parent: str | None, before: str | None) -> None:
    """Put a menu below another.

    Args:
        env: The administrator's environment.
        menu: Id of the menu.
        parent: Id of the menu it comes to stand in; None: the top level.
        before: Id of the menu there that it comes to stand before; None: at the end.

    Raises:
        ValidationError: It would be inside itself, or there is no such place (field ``parent``).
        MissingRecord: There is no such menu.
    """
    _known(env, menu)
    if parent is not None and any(each.id == menu for each in path_to(_views(env), parent)):
        raise ValidationError(_("A menu can't be put inside itself."), field="parent")
    _write(env, "move", menu, {"parent": parent, "sequence": _sequence(env, parent, before, menu)})


def step(env: Environment, menu: str, way: Way) -> None:
    """Move a menu by one place: ``up`` or ``down`` among its own, ``in`` the one above it, ``out`` behind the one it is in.

    Raises:
        ValidationError: There is no place that way.
        MissingRecord: There is no such menu.
    """
    _known(env, menu)
    trail = path_to(_views(env), menu)
    parent = trail[-2].id if len(trail) > 1 else None
    level = [each.id for each in _level(env, parent)]
    at = level.index(menu)
    if way == "up" and at > 0:
        move(env, menu, parent, level[at - 1])
    elif way == "down" and at + 1 < len(level):
        move(env, menu, parent, level[at + 2] if at + 2 < len(level) else None)
    elif way == "in" and at > 0:
        move(env, menu, level[at - 1], None)
    elif way == "out" and parent is not None:
        above = trail[-3].id if len(trail) > 2 else None
        upper = [each.id for each in _level(env, above)]
        behind = upper.index(parent) + 1
        move(env, menu, above, upper[behind] if behind < len(upper) else None)
    else:
        raise ValidationError(_("The menu can't go further that way."), field="menu")


def add(
    env: Environment, labels: Mapping[str, str], parent: str | None, before: str | None, leads: Mapping[str, Any]
) -> str:
    """Add a menu and return its id. It grants nothing: who may not read the model does not see it.

    Args:
        env: The administrator's environment.
        labels: Label by language; English is needed.
        parent: Id of the menu it stands in; None: the top level.
        before: Id of the menu there that it stands before; None: at the end.
        leads: What it opens: ``model``, ``views``, ``scheme`` or ``url``, checked by the caller; ``icon``.

    Raises:
        ValidationError: A label is empty or too long, or there is no such place.
    """
    name = f"{OWN}.{secrets.token_hex(4)}"
    worded = _worded(labels)
    values = {"label": worded["en"], "labels": worded, "sequence": _sequence(env, parent, before, None)}
    given = {key: value for key, value in {**values, "parent": parent, **leads}.items() if value is not None}
    row = env[MODEL].create({"kind": "menu", "target": name, "patch": {"add": given}})
    _note(env, "add", name, row, given)
    return name


def undo(env: Environment, number: int) -> str:
    """Take one change back, so that what the addons ship holds there again; return the id of the menu.

    With an added menu all changes of it go.

    Raises:
        MissingRecord: There is no such change.
        ConflictError: Others stand inside the added menu.
    """
    row = next(iter(env[MODEL].search([["id", "=", number], ["kind", "=", "menu"], ["active", "=", True]])), None)
    if row is None:
        raise MissingRecord(_("There is no such change."))
    target, patch = row.target, row.patch
    rows = [row]
    if _verb(patch) == "add":
        menu = _views(env).menu(target)
        if menu is not None and menu.children:
            raise ConflictError(
                _("Other menus stand inside this one."), code="conflict.in_use", hint=_("move them elsewhere first")
            )
        rows = list(env[MODEL].search([["kind", "=", "menu"], ["target", "=", target]]))
    _note(env, "undo", target, row, patch)
    for each in rows:
        each.delete()
    env.flush()
    return str(target)


def changes(env: Environment) -> list[dict[str, Any]]:
    """Return the changes in force, the newest first, each as ``id target aspect values at by``; one statement."""
    rows = env[MODEL].read(
        [["kind", "=", "menu"], ["active", "=", True]],
        ["id", "target", "patch", "created_at", "created_by.display_name"],
        "id desc",
    )
    return [
        {
            "id": row["id"],
            "target": row["target"],
            "aspect": aspect_of(row["patch"]),
            "values": dict(row["patch"].get(_verb(row["patch"])) or {}) if isinstance(row["patch"], Mapping) else {},
            "at": row["created_at"],
            "by": row["created_by.display_name"] or "",
        }
        for row in rows
    ]


def aspect_of(patch: Any) -> str:
    """Return what a change is about: ``rename``, ``move``, ``hide``, ``show``, ``add``, or ``other`` for what was written by hand."""
    values = patch.get("set") if isinstance(patch, Mapping) else None
    if _verb(patch) == "add":
        return "add"
    keys = set(values) if isinstance(values, Mapping) else set()
    if keys == {"hidden"}:
        return "hide" if values is not None and values["hidden"] else "show"
    return {("label", "labels"): "rename", ("parent", "sequence"): "move"}.get(tuple(sorted(keys)), "other")


def path_to(views: ViewSet, menu: str) -> tuple[Menu, ...]:
    """Return the menus from the top down to one; empty if there is none of this id."""
    waiting: list[tuple[Menu, ...]] = [(each,) for each in views.menus]
    while waiting:
        trail = waiting.pop()
        if trail[-1].id == menu:
            return trail
        waiting += [(*trail, child) for child in trail[-1].children]
    return ()


def _views(env: Environment) -> ViewSet:
    views = env.registry.views
    if not isinstance(views, ViewSet):
        raise MissingRecord(_("There is no such menu."))
    return views


def _known(env: Environment, menu: str) -> Menu:
    found = _views(env).menu(menu)
    if found is None:
        raise MissingRecord(_("There is no such menu."))
    return found


def _level(env: Environment, parent: str | None) -> tuple[Menu, ...]:
    """Return the menus of one level in their order.

    Raises:
        ValidationError: There is no such parent.
    """
    views = _views(env)
    if parent is None:
        return views.menus
    found = views.menu(parent)
    if found is None:
        raise ValidationError(_("There is no such menu."), field="parent")
    return found.children


def _sequence(env: Environment, parent: str | None, before: str | None, menu: str | None) -> float:
    """Return the sequence of a menu that is to stand before another."""
    level = [each for each in _level(env, parent) if each.id != menu]
    if before is None:
        return level[-1].sequence + GAP if level else GAP
    at = next((index for index, each in enumerate(level) if each.id == before), None)
    if at is None:
        raise ValidationError(_("There is no such menu."), field="parent")
    low = level[at - 1].sequence if at else level[at].sequence - 2 * GAP
    high = level[at].sequence
    middle = (low + high) / 2
    chosen = int(middle) if low < int(middle) < high else middle
    if not low < chosen < high:
        raise ValidationError(_("There is no room between these two; undo a move of this level first."), field="parent")
    return chosen


def _worded(labels: Mapping[str, str]) -> dict[str, str]:
    found = {}
    given = [lang for lang, text in labels.items() if text.strip()]
    for lang, text in labels.items():
        word = " ".join(text.split())
        if not word and related(lang, given):
            # Simplified and Traditional Chinese stand in for one another.
            continue
        if not word:
            raise ValidationError(_("A menu needs a name in each language."), field=f"label_{lang}")
        if len(word) > LONGEST:
            raise ValidationError(_("At most %(limit)s characters.", limit=LONGEST), field=f"label_{lang}")
        found[lang] = word
    return found


def _verb(patch: Any) -> str:
    return next(iter(patch)) if isinstance(patch, Mapping) and len(patch) == 1 else ""


def _write(env: Environment, act: str, menu: str, values: Mapping[str, Any]) -> None:
    """Keep a change; an older one of the same kind on the same menu goes."""
    patch = {"set": dict(values)}
    for row in env[MODEL].search([["kind", "=", "menu"], ["target", "=", menu]]):
        if isinstance(row.patch, Mapping) and set(row.patch.get("set") or ()) == set(values):
            row.delete()
    base = _views(env).base_of("menu", menu, patch)
    row = env[MODEL].create({"kind": "menu", "target": menu, "patch": patch, "base": base})
    _note(env, act, menu, row, values)


def _note(env: Environment, act: str, menu: str, row: Any, values: Any) -> None:
    env.flush()
    write_audit(env, "customisation", f"{act} menu: {menu}", model=MODEL, record=row.id, detail={"values": values})
