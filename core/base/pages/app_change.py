"""POST /apps/<name>/<action>: change the set of addons; GET /apps/progress: how far it is (layer base; design 1.12)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.base.pages.administrators import bad_value, for_administrators, require_administrator
from core.base.pages.app_plan import VERBS, actions_of, archive_of, card_of, later_plan
from core.base.pages.apps import text_of
from core.base.services.addon_changes import ACTIONS, DEMO, is_running, last_change, start_change
from core.data.lifecycle.removal import FOLDER
from core.errors import ConflictError
from core.i18n import _
from core.render.shell import Crumb, Notice
from core.web.call import Later
from core.web.errors import not_found
from core.web.pages.frame import framed, go_to
from core.web.request import Response

if TYPE_CHECKING:
    from core.web.call import Call

DONE = {
    "enable": _("Enabled: %(names)s"),
    "disable": _("Disabled: %(names)s. The data stay."),
    "upgrade": _("Upgraded: %(names)s"),
    "remove": _("Removed: %(names)s"),
    "restore": _("Restored: %(names)s"),
}


@for_administrators
def change_app(call: Call, name: str, action: str) -> Response:
    """POST /apps/<name>/<action>: fields ``typed`` (the name, to remove) and ``archive`` (to restore).

    Raises:
        MissingRecord: There is no such addon.
        RequestError: No such action, or none that fits its state (400).
        ConflictError: Another change is running.
    """
    card = card_of(call, name)
    if action not in ACTIONS or action not in actions_of(call, card):
        raise bad_value("action", action)
    host, database, uid = call.host, call.env.database.name, call.env.uid
    if is_running(host, database):
        raise ConflictError(_("Another change of apps is running."), code="conflict.addons_change")
    if action == "remove" and call.request.form.get("typed", "").strip() != name:
        fault = call.text(_("Type “%(name)s” to remove it.", name=name))
        raise later_plan(call, card, action, status=422, fault=fault)
    archive = archive_of(call, name) if action == "restore" else None
    texts, lang = host.addon_texts(), call.lang

    def work() -> bool:
        return start_change(
            host, database, action, [name], uid, lambda message: texts.render(message, lang), archive=archive
        )

    def show(again: Call, found: bool) -> Response:
        return go_to("/apps/progress") if not found else _ended(again)

    raise Later(work, show)


@for_administrators
def show_progress(call: Call) -> Response:
    """GET /apps/progress: the present or last change, asking again by itself while it runs."""
    change = last_change(call.host, call.env.database.name)
    if change is None:
        return go_to("/apps")
    title = call.text(_("Change of apps"))
    return framed(
        call,
        "app_progress.html",
        title,
        more_crumbs=(Crumb(call.text(_("Apps")), "/apps"),),
        change=change,
        heading=_heading(call, change),
        back="/setup" if change["action"] == DEMO else f"/apps/{change['names'][0]}",
        part=_part(change),
    )


@for_administrators
def download_export(call: Call, file: str) -> Response:
    """GET /apps/exports/<file>: an export written before something was removed."""
    folder = call.host.settings.data_dir / FOLDER
    path = next((each for each in folder.glob("*.zip") if each.name == file and not file.startswith(".")), None)
    if path is None:
        raise not_found()
    return _download(path)


def _download(path: Path) -> Response:
    response = Response(path.open("rb"), direct_passthrough=True, content_type="application/zip")
    response.headers["Content-Length"] = str(path.stat().st_size)
    response.headers.set("Content-Disposition", "attachment", filename=path.name)
    return response


def _ended(call: Call) -> Response:
    """Answer a change that ended while the request waited: go on where it is told, or tell what went wrong."""
    require_administrator(call)
    change = last_change(call.host, call.env.database.name)
    if change is None or change["state"] != "done" or change["archive"] or change["lost"]:
        return go_to("/apps/progress")
    told = _(DONE[change["action"]].msgid, names=", ".join(_titles(call, change)))
    return go_to(f"/apps/{change['names'][0]}", Notice(call.text(told)))


def _heading(call: Call, change: dict[str, Any]) -> str:
    if change["action"] == DEMO:
        return call.text(_("Remove the demo data"))
    return f"{call.text(VERBS[change['action']])}: {', '.join(_titles(call, change))}"


def _titles(call: Call, change: dict[str, Any]) -> list[str]:
    addons = call.host.addons
    return [text_of(call, _(addons[name].title)) if name in addons else name for name in change["names"]]


def _part(change: dict[str, Any]) -> int | None:
    """Return how much is done in percent, None if that is not known."""
    total = change["total"]
    return min(100, round(100 * change["done"] / total)) if total and total > 1 else None
