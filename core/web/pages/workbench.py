"""``/``: the workbench, panels that addons contribute, arranged by each user (layer web; CORE-45)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from core.i18n import _, formats
from core.render.shell import Notice
from core.render.workbench import WIDTHS, Place
from core.web.errors import malformed
from core.web.pages.frame import formatter_of, framed, go_to
from core.web.pages.panels import panels_for
from core.web.routes import Endpoint

if TYPE_CHECKING:
    from core.views.menus import Panel
    from core.web.call import Call
    from core.web.request import Response

PREFERENCE = "workbench"
"""Triples (id of a panel, twelfths, whether it is shown), in the user's order."""
_USUAL_WIDTH = {"chart": 6, "list": 6, "view": 6, "widget": 4, "url": 6}


def show_workbench(call: Call) -> Response:
    """GET /. The panels themselves come by their own requests."""
    places = places_for(call)
    return framed(
        call,
        "workbench.html",
        call.text(_("Workbench")),
        greeting=_greeting(call),
        today=formats.date(call.env.today(), call.lang, "long"),
        figures=[place for place in places if place.kind == "figure" and place.is_shown],
        panels=[place for place in places if place.kind != "figure" and place.is_shown],
        places=places,
        widths=WIDTHS,
    )


def places_for(call: Call) -> list[Place]:
    """Return all panels the user may see in the user's order; those that came after it was chosen stand last."""
    kept = _kept(call)
    known = {panel.id: panel for panel in panels_for(call.env)}
    ordered = [panel_id for panel_id in kept if panel_id in known]
    ordered += [panel_id for panel_id in known if panel_id not in kept]
    return [_place(call, known[panel_id], kept.get(panel_id)) for panel_id in ordered]


def _kept(call: Call) -> dict[str, tuple[int, bool]]:
    stored = call.host.accounts.read_preferences(call.env).get(PREFERENCE) or []
    return {panel: (width, shown) for panel, width, shown in stored}


def _place(call: Call, panel: Panel, kept: tuple[int, bool] | None) -> Place:
    usual = panel.width or _USUAL_WIDTH.get(panel.kind, 3)
    nearest = min(WIDTHS, key=lambda width: abs(width - usual))
    width, is_shown = kept if kept is not None else (nearest, True)
    help_text = call.text(panel.help) if panel.help else None
    return Place(panel.id, call.text(panel.label), panel.kind, width, is_shown, help_text, panel.url)


def _greeting(call: Call) -> str:
    hour = call.env.now().astimezone(ZoneInfo(formatter_of(call).zone)).hour
    words = _("Good morning, %(name)s") if 5 <= hour < 12 else _("Good evening, %(name)s")
    if 12 <= hour < 18:
        words = _("Good afternoon, %(name)s")
    return call.text(words) % {"name": call.env.user.name}


def arrange(call: Call) -> Response:
    """POST /workbench: keep the user's order, widths and what is shown; ``reset`` goes back to the usual.

    The form repeats ``panel`` in order, names those to be shown by ``shown``, and has ``width.<id>`` for each.

    Raises:
        RequestError: A panel is not the user's, or a width is none of those possible.
    """
    form = call.request.form
    accounts = call.host.accounts
    if form.get("reset"):
        accounts.write_preference(call.env, PREFERENCE, None)
        return go_to("/", Notice(call.text(_("Your workbench is as usual again."))))
    places = {place.id: place for place in places_for(call)}
    named = list(dict.fromkeys(form.getlist("panel")))
    shown = set(form.getlist("shown"))
    if not set(named) <= set(places) or not shown <= set(named):
        raise malformed(_("There is no such panel for you."), key="panel")
    kept: list[list[Any]] = [[name, _width(form.get(f"width.{name}"), places[name]), name in shown] for name in named]
    kept += [[name, place.width, place.is_shown] for name, place in places.items() if name not in named]
    accounts.write_preference(call.env, PREFERENCE, kept)
    return go_to("/", Notice(call.text(_("Your workbench is arranged."))))


def _width(text: str | None, place: Place) -> int:
    if text is None:
        return place.width
    if text not in {str(width) for width in WIDTHS}:
        raise malformed(_("This is no width of a panel."), key="width")
    return int(text)


ENDPOINTS = (
    Endpoint("/", ("GET",), show_workbench),
    Endpoint("/workbench", ("POST",), arrange, writes=True),
)
