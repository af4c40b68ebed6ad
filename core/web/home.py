"""``/``: who you are, what is open to you, how other systems call (layer web)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from core.views.menus import Menu, visible_menus
from core.web.api.models import may
from core.web.routes import Endpoint

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.web.call import Call
    from core.web.request import Response


def show_home(call: Call) -> Response:
    """GET /."""
    env = call.env
    company = env.company
    user = env.user
    return call.page(
        "home.html",
        user={
            "name": user.name,
            "login": user.login,
            "language": call.lang,
            "groups": ", ".join(call.text(group.label) for group in user.groups),
            "must_change_password": bool(user.must_change_password),
        },
        company="" if company is None else company.name,
        csrf=call.identity.csrf or "" if call.identity else "",
        menus=[_plain(call, menu) for menu in menus_of(env)],
        addons=_addons(call),
        address=call.request.host_url,
    )


ENDPOINTS = (Endpoint("/", ("GET",), show_home),)


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
    )


def _groups(menus: Iterable[Menu]) -> set[str]:
    """Return all groups that some menu names."""
    found: set[str] = set()
    for menu in menus:
        found |= menu.groups | _groups(menu.children)
    return found


def _plain(call: Call, menu: Menu) -> dict[str, Any]:
    """Return a menu as the template shows it; until there are list pages it leads to the data."""
    return {
        "label": call.text(menu.label),
        "url": menu.url or (f"/api/v1/{menu.model}" if menu.model else None),
        "children": [_plain(call, child) for child in menu.children],
    }


def _addons(call: Call) -> list[dict[str, str]]:
    hooks = call.env.registry.hooks
    if hooks is None:
        return []
    manifests = [(each.name, each.addon.manifest) for each in hooks.loaded.values()]
    return [
        {
            "name": name,
            "title": call.text(manifest.title),
            "summary": call.text(manifest.summary),
            "version": str(manifest.version),
        }
        for name, manifest in manifests
        if manifest is not None
    ]
