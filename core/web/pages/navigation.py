"""Menus as the navigation shows them: only what the user may open, with the current one unfolded (layer web)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from core.render.shell import Crumb, NavItem
from core.views.menus import Menu
from core.views.menutree import visible_menus
from core.web.api.models import may
from core.web.pages.addresses import records_url

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.web.call import Call

FOOT_SEQUENCE = 900
"""Top-level menus from this sequence on stand at the bottom of the navigation."""


def menus_of(env: Environment) -> tuple[Menu, ...]:
    """Return the menus that the user of ``env`` sees."""
    if env.registry.views is None:
        return ()
    menus = env.registry.views.menus
    groups = {group for group in _groups(menus) if env.guard.has_group(env, group)}
    return visible_menus(
        menus,
        frozenset(groups),
        lambda model: model in env.registry.models and may(env, env.registry[model], "read"),
        lambda menu: env.guard.sees_menu(env, menu.id),
    )


def _groups(menus: Iterable[Menu]) -> set[str]:
    """Return all groups that some menu names."""
    found: set[str] = set()
    for menu in menus:
        found |= menu.groups | _groups(menu.children)
    return found


def menu_label(call: Call, menu: Menu) -> str:
    """Return what a menu is called for the reader."""
    return menu.label_in(call.lang) or call.text(menu.label)


def menu_url(menu: Menu) -> str | None:
    """Return where a menu leads itself, None if it only holds others."""
    if menu.url:
        return menu.url
    return records_url(menu.model, menu=menu.id) if menu.model else None


def first_url(menu: Menu) -> str | None:
    """Return where a menu leads: itself, else its first child that leads somewhere."""
    own = menu_url(menu)
    return own or next((url for child in menu.children if (url := first_url(child))), None)


def leaves(menus: Iterable[Menu]) -> Iterator[tuple[Menu, str]]:
    """Yield the menus that lead somewhere, each with the icon of the app it belongs to."""
    for menu in menus:
        yield from _below(menu, menu.icon or "puzzle")


def _below(menu: Menu, icon: str) -> Iterator[tuple[Menu, str]]:
    if menu.leads_somewhere:
        yield menu, icon
    for child in menu.children:
        yield from _below(child, icon)


def trail_of(menus: Iterable[Menu], wanted: str | None, model: str | None = None) -> tuple[Menu, ...]:
    """Return the menus from the top down to the current one; empty if none fits.

    Args:
        menus: Menus of one level.
        wanted: Id of the menu the page was opened by, or None.
        model: Without such an id: the first menu of this model is taken.
    """
    for menu in menus:
        if menu.id == wanted or (wanted is None and model is not None and menu.model == model):
            return (menu,)
        below = trail_of(menu.children, wanted, model)
        if below:
            return (menu, *below)
    return ()


def current_trail(call: Call, menus: tuple[Menu, ...], model: str | None) -> tuple[Menu, ...]:
    """Return the menus down to the page shown: by the address's ``menu``, else by path, else by model.

    A page of an addon may tell of a model that has a menu of its own, such as the ageing of receivables: then its path counts.
    """
    wanted = call.request.args.get("menu")
    found = trail_of(menus, wanted) if wanted else ()
    found = found or _by_path(menus, call.request.path)
    return found or (trail_of(menus, None, model) if model is not None else ())


def _by_path(menus: Iterable[Menu], path: str) -> tuple[Menu, ...]:
    for menu in menus:
        if below := _by_path(menu.children, path):
            return (menu, *below)
        own = menu.url.partition("?")[0] if menu.url else ""
        if own and (path == own or path.startswith(f"{own.rstrip('/')}/")):
            return (menu,)
    return ()


def navigation(
    call: Call, menus: Iterable[Menu], trail: tuple[Menu, ...]
) -> tuple[tuple[NavItem, ...], tuple[NavItem, ...]]:
    """Return the entries of the navigation and those at its foot."""
    ids = [menu.id for menu in trail]
    items = [(menu.sequence, _item(call, menu, ids, top=True)) for menu in menus]
    return (
        tuple(item for sequence, item in items if sequence < FOOT_SEQUENCE),
        tuple(item for sequence, item in items if sequence >= FOOT_SEQUENCE),
    )


def _item(call: Call, menu: Menu, trail: list[str], *, top: bool = False) -> NavItem:
    is_open = menu.id in trail
    return NavItem(
        menu.id,
        menu_label(call, menu),
        menu.icon or ("puzzle" if top else None),
        first_url(menu),
        is_current=bool(trail) and menu.id == trail[-1],
        is_open=is_open,
        children=tuple(_item(call, child, trail) for child in menu.children) if is_open else (),
    )


def crumbs(call: Call, trail: tuple[Menu, ...]) -> tuple[Crumb, ...]:
    """Return the steps of the breadcrumb that the menus give."""
    return tuple(Crumb(menu_label(call, menu), first_url(menu)) for menu in trail)
