"""``/settings/menus``: the administrator renames, moves, hides and adds menus, and undoes each change (layer base; CORE-43)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from core.base.pages.administrators import bad_value, for_administrators, number_of
from core.base.pages.menu_targets import KINDS, new_menu, target_fields
from core.base.pages.tables import model_label, when
from core.base.services import menus
from core.errors import ConflictError, ValidationError
from core.i18n import _
from core.i18n.languages import LANGUAGES
from core.render.form import Option
from core.render.shell import Notice
from core.web.api import query
from core.web.call import Answered
from core.web.pages.addresses import with_query
from core.web.pages.frame import framed, go_to
from core.web.pages.navigation import FOOT_SEQUENCE, menu_label
from core.web.pages.viewing import viewset

if TYPE_CHECKING:
    from core.views import Menu
    from core.web.call import Call
    from core.web.request import Response

PATH = "/settings/menus"
_INDENT = "\u2003"
_ASPECTS: Mapping[str, Any] = {
    "rename": _("Renamed"),
    "move": _("Moved"),
    "hide": _("Hidden"),
    "show": _("Shown"),
    "add": _("Added"),
    "other": _("Changed"),
}


@for_administrators
def show_menus(call: Call) -> Response:
    """GET /settings/menus; ``open`` is the menu looked at, ``add`` asks for a new one.

    Raises:
        RequestError: A parameter is wrong (400).
    """
    query.only(call.request, ("open", "add", "menu"))
    wanted = call.request.args.get("open")
    if wanted and viewset(call.env).menu(wanted) is None:
        raise bad_value("open", wanted)
    return _page(call, wanted, {}, {}, adds="add" in call.request.args)


@for_administrators
def change_menus(call: Call) -> Response:
    """POST /settings/menus: ``do`` says what, to the menu ``id``.

    Raises:
        RequestError: ``do`` or ``id`` is none that there is (400).
        MissingRecord: There is no such change to undo.
    """
    form = call.request.form
    do, menu = form.get("do", ""), form.get("id", "")
    if do not in _DO:
        raise bad_value("do", do)
    if do not in ("add", "undo") and viewset(call.env).menu(menu) is None:
        raise bad_value("id", menu)
    try:
        with call.env.savepoint():
            opened, done = _DO[do](call, menu)
    except (ValidationError, ConflictError) as error:
        status = 422 if isinstance(error, ValidationError) else 409
        told = call.translator.render_error(error, call.lang)
        faults = {error.where.field or "menu": told}
        shown = menu if viewset(call.env).menu(menu) is not None else None
        raise Answered(_page(call, shown, faults, form, adds=do == "add", status=status)) from error
    return go_to(with_query(PATH, {"open": opened}), Notice(call.text(done)))


def _rename(call: Call, menu: str) -> tuple[str, Any]:
    menus.rename(call.env, menu, sent_labels(call))
    return menu, _("The menu has another name.")


def _move(call: Call, menu: str) -> tuple[str, Any]:
    form = call.request.form
    menus.move(call.env, menu, form.get("parent") or None, form.get("before") or None)
    return menu, _("The menu has moved.")


def _step(call: Call, menu: str) -> tuple[str, Any]:
    way = call.request.form.get("way", "")
    if way not in ("up", "down", "in", "out"):
        raise bad_value("way", way)
    menus.step(call.env, menu, cast(menus.Way, way))
    return menu, _("The menu has moved.")


def _hide(call: Call, menu: str) -> tuple[str, Any]:
    menus.hide(call.env, menu)
    return menu, _("The menu is hidden. All rights stay as they are.")


def _show(call: Call, menu: str) -> tuple[str, Any]:
    menus.hide(call.env, menu, hidden=False)
    return menu, _("The menu is shown again.")


def _add(call: Call, _menu: str) -> tuple[str, Any]:
    parent = call.request.form.get("parent") or None
    added = menus.add(call.env, sent_labels(call), parent, _end_of_business(call, parent), new_menu(call))
    return added, _("The menu is added. It grants no right: who may not see the records does not see it.")


def _undo(call: Call, _menu: str) -> tuple[str | None, Any]:
    number = number_of(call.request.form.get("number", ""), "number")
    target = menus.undo(call.env, number)
    return None if target.startswith(f"{menus.OWN}.") else target, _("The change is undone.")


_DO: Mapping[str, Callable[[Call, str], tuple[str | None, Any]]] = {
    "rename": _rename,
    "move": _move,
    "step": _step,
    "hide": _hide,
    "show": _show,
    "add": _add,
    "undo": _undo,
}


def sent_labels(call: Call) -> dict[str, str]:
    """Return the names that the form sends, by language."""
    return {lang: call.request.form.get(f"label_{lang}", "") for lang in LANGUAGES}


def _end_of_business(call: Call, parent: str | None) -> str | None:
    """Return what a new menu of the top level stands before, so that it comes behind the apps and not below the settings."""
    if parent is not None:
        return None
    return next((menu.id for menu in viewset(call.env).menus if menu.sequence >= FOOT_SEQUENCE), None)


def _page(
    call: Call,
    chosen: str | None,
    faults: Mapping[str, str],
    typed: Mapping[str, str],
    *,
    adds: bool = False,
    status: int = 200,
) -> Response:
    views = viewset(call.env)
    kept = menus.changes(call.env)
    touched = {change["target"] for change in kept}
    return framed(
        call,
        "menu_editor.html",
        call.text(_("Menus")),
        status=status,
        path=PATH,
        tree=_nodes(call, views.menus, touched, chosen, ""),
        count=sum(1 for _each in _flat(views.menus)),
        changes=[_told(call, change) for change in kept],
        about=_about(call, chosen, typed) if chosen and not adds else None,
        adding=_adding(call, typed) if adds else None,
        faults=faults,
        ways=[(way, symbol, call.text(told)) for way, symbol, told in _WAYS],
    )


_WAYS = (
    ("up", "arrow-up", _("Move up")),
    ("down", "arrow-down", _("Move down")),
    ("out", "arrow-left", _("Move out, behind the menu it stands in")),
    ("in", "arrow-right", _("Move into the menu above")),
)


def _nodes(
    call: Call, level: tuple[Menu, ...], touched: set[str], chosen: str | None, parent: str
) -> list[dict[str, Any]]:
    """Return the menus of one level, with those below, as the template draws them."""
    found = []
    for at, menu in enumerate(level):
        ways = {"up": at > 0, "down": at + 1 < len(level), "out": bool(parent), "in": at > 0}
        found.append(
            {
                "id": menu.id,
                "label": menu_label(call, menu),
                "icon": None if parent else menu.icon or "puzzle",
                "leads": _leads(call, menu),
                "is_hidden": menu.hidden,
                "is_changed": menu.id in touched,
                "is_own": menu.id.startswith(f"{menus.OWN}."),
                "is_open": menu.id == chosen,
                "url": with_query(PATH, {"open": menu.id}),
                "ways": [way for way, may in ways.items() if may],
                "children": _nodes(call, menu.children, touched, chosen, menu.id),
            }
        )
    return found


def _leads(call: Call, menu: Menu) -> str:
    """Return in words what a menu opens."""
    if menu.url:
        return menu.url
    if menu.model is None:
        return ""
    return model_label(call, menu.model)


def _flat(level: tuple[Menu, ...], depth: int = 0) -> Iterator[tuple[Menu, int]]:
    for menu in level:
        yield menu, depth
        yield from _flat(menu.children, depth + 1)


def _parents(call: Call, chosen: str | None, without: str | None = None) -> list[Option]:
    """Return the menus that others can stand in; not one itself nor what stands in it."""
    views = viewset(call.env)
    own = views.menu(without) if without else None
    below = {without, *(menu.id for menu, _depth in _flat(own.children))} if own is not None else set()
    return [
        Option("", call.text(_("Top level")), not chosen),
        *(
            Option(menu.id, _INDENT * depth + menu_label(call, menu), menu.id == chosen)
            for menu, depth in _flat(views.menus)
            if menu.id not in below
        ),
    ]


def _about(call: Call, chosen: str, typed: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the menu looked at, with what was typed where that was refused."""
    menu = viewset(call.env).menu(chosen)
    if menu is None:
        return None
    words = {lang: menu.label_in(lang) or call.translator.text(menu.label, lang) for lang in LANGUAGES}
    trail = menus.path_to(viewset(call.env), chosen)
    return {
        "id": menu.id,
        "label": menu_label(call, menu),
        "leads": _leads(call, menu),
        "is_hidden": menu.hidden,
        "addon": menu.id.partition(".")[0],
        "is_own": menu.id.startswith(f"{menus.OWN}."),
        "labels": [(lang, name, typed.get(f"label_{lang}", words[lang])[:200]) for lang, name in LANGUAGES.items()],
        "longest": menus.LONGEST,
        "parents": _parents(call, typed.get("parent", trail[-2].id if len(trail) > 1 else ""), menu.id),
        "roles": [call.text(_role(call, group)) for group in sorted(menu.groups)],
    }


def _role(call: Call, key: str) -> str:
    guard: Any = call.env.guard
    label: str = guard.policy(call.env).group_label(key, call.lang)
    return label


def _adding(call: Call, typed: Mapping[str, str]) -> dict[str, Any]:
    return {
        "labels": [(lang, name, typed.get(f"label_{lang}", "")[:200]) for lang, name in LANGUAGES.items()],
        "longest": menus.LONGEST,
        "parents": _parents(call, typed.get("parent") or None),
        "kinds": [
            Option(key, call.text(label), key == typed.get("kind", next(iter(KINDS)))) for key, label in KINDS.items()
        ],
        **target_fields(call, typed),
    }


def _told(call: Call, change: Mapping[str, Any]) -> dict[str, Any]:
    """Return a change in words."""
    menu = viewset(call.env).menu(change["target"])
    values, note = change["values"], ""
    if change["aspect"] == "rename":
        note = " · ".join((values.get("labels") or {}).values())
    elif change["aspect"] == "move":
        parent = viewset(call.env).menu(values.get("parent") or "")
        note = menu_label(call, parent) if parent is not None else call.text(_("Top level"))
    return {
        "id": change["id"],
        "name": change["target"] if menu is None else menu_label(call, menu),
        "target": change["target"],
        "url": None if menu is None else with_query(PATH, {"open": menu.id}),
        "what": call.text(_ASPECTS[change["aspect"]]),
        "note": note,
        "by": change["by"],
        "at": when(call, change["at"]),
    }
