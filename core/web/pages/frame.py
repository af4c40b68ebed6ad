"""Answers with a page inside the frame: navigation, top bar, notices (layer web)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from core.i18n import _
from core.render.shell import Crumb, NavItem, Notice, Person, Shell
from core.render.values import Formatter
from core.web.api.models import may
from core.web.pages.addresses import record_url
from core.web.pages.navigation import FOOT_SEQUENCE, crumbs, current_trail, leaves, menus_of, navigation
from core.web.request import Response

if TYPE_CHECKING:
    from core.views import Menu
    from core.web.call import Call

MOST_NEW = 8
"""Entries of the button "New"."""
NOTICE_COOKIE = "tangram_notice"
_LONGEST_NOTICE = 600
_ASSETS = {
    "echarts": "vendor/echarts.common.min.js",
    "sortable": "vendor/sortable.min.js",
    "calendar": "vendor/event-calendar.min.js",
    "choices": "vendor/tom-select.complete.min.js",
}
"""Scripts that only some pages need."""
_TEXTS = {
    "unsaved": _("There are changes that are not saved. Leave this page?"),
    "leave": _("Leave"),
    "save": _("Save"),
    "not_pasted": _("%(count)s of the values pasted were not taken over: nothing is called so, or it is no date."),
    "failed": _("This did not work. Check the connection and try again."),
    "no_conditions": _(
        "There is no such object, or you may not read its records: its conditions can't be put together here."
    ),
    "none_found": _("Nothing found"),
    "loading": _("Loading …"),
    "create": _("Create"),
    "remove": _("Remove"),
    "close": _("Close"),
    "saving": _("Saving …"),
    "selected": _("%(count)s selected"),
    "delete_question": _("Delete %(count)s?"),
    "cancel": _("Cancel"),
    "yes": _("Yes"),
}
"""Texts of the scripts."""


def framed(
    call: Call,
    template: str,
    title: str,
    *,
    status: int = 200,
    model: str | None = None,
    more_crumbs: tuple[Crumb, ...] = (),
    **data: Any,
) -> Response:
    """Return a page inside the frame.

    Args:
        call: The request.
        template: Template that extends ``shell.html``.
        title: Title of the page in the reader's language.
        status: HTTP status.
        model: Model the page is about; finds the current menu where the address names none.
        more_crumbs: Steps of the breadcrumb behind those of the menus.
        data: What the template shows.
    """
    shell = shell_of(call, title, model, more_crumbs)
    response = call.page(template, status, shell=shell, **data)
    if NOTICE_COOKIE in call.request.cookies:
        response.delete_cookie(NOTICE_COOKIE, path="/", httponly=True, samesite="Lax")
    return response


def shell_of(call: Call, title: str, model: str | None = None, more_crumbs: tuple[Crumb, ...] = ()) -> Shell:
    """Return the frame of a page for the user of ``call``."""
    env = call.env
    menus = menus_of(env)
    trail = current_trail(call, menus, model)
    nav, foot = navigation(call, menus, trail)
    company = env.company
    steps = (*crumbs(call, trail), *more_crumbs)
    # The page itself is named once, whether its menu calls it so or shorter.
    if steps and (steps[-1].label == title or steps[-1].url == call.request.path):
        steps = steps[:-1]
    return Shell(
        title,
        Person(env.uid, env.user.name, env.user.login or ""),
        "" if company is None else company.name,
        call.csrf,
        nav,
        foot,
        steps,
        notice=_notice(call),
        new=_new_items(call, menus),
        help_url=_help_url(call, model),
        assets={name: call.pages.static(file) for name, file in _ASSETS.items()},
        texts={name: call.text(message) for name, message in _TEXTS.items()},
        **preferences_of(call),
    )


def _new_items(call: Call, menus: tuple[Menu, ...]) -> tuple[NavItem, ...]:
    """Return what the button "New" offers: the models of the apps that the user may create records of."""
    found: dict[str, NavItem] = {}
    for menu, icon in leaves(menu for menu in menus if menu.sequence < FOOT_SEQUENCE):
        model = menu.model
        if model and model not in found and len(found) < MOST_NEW and may(call.env, call.env.registry[model], "create"):
            label = call.text(call.env.registry[model].label)
            found[model] = NavItem(model, label, icon, record_url(model, "new", menu=menu.id))
    return tuple(found.values())


def _help_url(call: Call, model: str | None) -> str:
    """Return the help page of the addon that a model belongs to; without one the list of all."""
    info = call.env.registry.models.get(model or "")
    return f"/help/{info.addon}" if info is not None else "/help"


def preferences_of(call: Call) -> dict[str, Any]:
    """Return how the reader wants pages to look, as arguments of `Shell`."""
    kept = call.host.accounts.read_preferences(call.env)
    return {
        "theme": kept["theme"],
        "density": kept["density"],
        "is_collapsed": kept["nav_collapsed"],
        "has_shortcuts": kept["shortcuts"],
    }


def formatter_of(call: Call) -> Formatter:
    """Return what shows values to the reader: in their language, time zone and the company's currency."""
    env = call.env
    zone = getattr(env.user, "timezone", None) or str(env.timezone)
    company = env.company
    currency = getattr(company, "currency", None) if company is not None else None
    code = getattr(currency, "key", None) or getattr(currency, "code", None) or currency
    return Formatter(call.lang, zone, env.now(), call.text, code if isinstance(code, str) else None)


def go_to(path: str, notice: Notice | None = None) -> Response:
    """Return the answer that sends the browser on after a change, with a short message for the next page."""
    response = Response(status=303, headers={"Location": path})
    if notice is not None:
        text = quote(json.dumps([notice.kind, notice.text[:_LONGEST_NOTICE]]))
        response.set_cookie(NOTICE_COOKIE, text, max_age=60, path="/", httponly=True, samesite="Lax")
    return response


def _notice(call: Call) -> Notice | None:
    """Return the message that the page before left."""
    try:
        kind, text = json.loads(unquote(call.request.cookies.get(NOTICE_COOKIE, "")))
    except (ValueError, TypeError):
        return None
    return Notice(text, kind) if kind in ("done", "error") and isinstance(text, str) else None
