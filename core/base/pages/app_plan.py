"""GET /apps/<name>: one addon, and what enabling, disabling, removing, upgrading or restoring it would do (layer base; design 1.12)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.access.loader import read_security
from core.base.pages.administrators import bad_value, for_administrators
from core.base.pages.apps import Card, apps_page, cards_of, text_of
from core.base.services.addon_changes import ACTIONS, is_running
from core.data.lifecycle.removal import FOLDER
from core.errors import CoreError
from core.i18n import _, formats
from core.plugins.addon import BASE
from core.views.loader import load_views
from core.web.call import Later
from core.web.errors import not_found

if TYPE_CHECKING:
    from core.data.lifecycle import Plan, Step
    from core.plugins.addon import Addon
    from core.web.call import Call
    from core.web.request import Response

VERBS: Mapping[str, Any] = {
    "enable": _("Enable"),
    "disable": _("Disable"),
    "upgrade": _("Upgrade"),
    "remove": _("Remove"),
    "restore": _("Restore"),
}
HEADINGS: Mapping[str, Any] = {
    "enable": _("Enable “%(title)s”"),
    "disable": _("Disable “%(title)s”"),
    "upgrade": _("Upgrade “%(title)s”"),
    "remove": _("Remove “%(title)s”"),
    "restore": _("Restore “%(title)s”"),
}
NOTES: Mapping[str, Any] = {
    "enable": _(
        "It can be disabled at any time: menus, fields and rules are hidden, the data stay, enabling again brings all back."
    ),
    "disable": _("Menus, fields and rules are hidden, the data stay, enabling again brings all back."),
    "upgrade": _("Brings tables, records and rules of the database to the app's present files; all data stay."),
    "remove": _("Deletes the data; first an export is written that can be restored."),
    "restore": _("Brings back the app with the same records as in the export."),
}
_TOLD = 12
"""Lines of one kind that a plan shows."""
_BRINGING = ("enable", "upgrade", "restore")


@for_administrators
def show_app(call: Call, name: str) -> Response:
    """GET /apps/<name>?do=…: the sheet of an addon; the plan is made outside the request's transaction.

    Raises:
        MissingRecord: There is no such addon.
        RequestError: ``do`` is no action, or none that fits its state (400).
    """
    card = card_of(call, name)
    wanted = call.request.args.get("do", "")
    if wanted and wanted not in ACTIONS:
        raise bad_value("do", wanted)
    possible = actions_of(call, card)
    action = wanted or (possible[0] if possible and possible[0] in ("enable", "restore") else "")
    if wanted and wanted not in possible:
        raise bad_value("do", wanted)
    if not action or is_running(call.host, call.env.database.name):
        return apps_page(call, name, sheet_of(call, card, possible, action))
    raise later_plan(call, card, action)


def later_plan(call: Call, card: Card, action: str, *, status: int = 200, fault: str | None = None) -> Later:
    """Build (not raise) what makes the plan outside the transaction and then shows it."""
    database, host = call.env.database.name, call.host
    archive = archive_of(call, card.name) if action == "restore" else None

    def work() -> Plan:
        return host.lifecycle(database).plan(action, [card.name], archive=archive)  # type: ignore[arg-type]  # one of ACTIONS

    def show(again: Call, found: Plan) -> Response:
        fresh = card_of(again, card.name)
        sheet = sheet_of(again, fresh, actions_of(again, fresh), action, found, fault)
        return apps_page(again, card.name, sheet, status)

    return Later(work, show)


def card_of(call: Call, name: str) -> Card:
    """Return one addon.

    Raises:
        MissingRecord: There is none of this name.
    """
    found = next((card for card in cards_of(call) if card.name == name), None)
    if found is None:
        raise not_found()
    return found


def actions_of(call: Call, card: Card) -> list[str]:
    """Return what can be done with an addon in its state."""
    if card.name == BASE:
        return ["upgrade"] if card.upgrades else []
    found = []
    if card.state in ("new", "disabled"):
        found.append("enable")
    if not card.is_known and card.state == "new" and exports_of(call, card.name):
        found.append("restore")
    if card.is_enabled:
        found += ["upgrade"] if card.upgrades else []
        found.append("disable")
    if card.is_known:
        found.append("remove")
    return found


def exports_of(call: Call, name: str) -> list[Path]:
    """Return the exports that hold an addon removed before, the newest first."""
    folder = call.host.settings.data_dir / FOLDER
    found = [path for path in folder.glob("*.zip") if name in path.stem and not path.name.startswith(".")]
    return sorted(found, key=lambda path: path.stat().st_mtime_ns, reverse=True)


def archive_of(call: Call, name: str) -> Path:
    """Return the export asked for, else the newest.

    Raises:
        RequestError: There is no such export of this addon (400).
    """
    exports = exports_of(call, name)
    wanted = call.request.values.get("archive", "")
    chosen = next((path for path in exports if not wanted or path.name == wanted), None)
    if chosen is None:
        raise bad_value("archive", wanted)
    return chosen


def sheet_of(
    call: Call, card: Card, possible: Sequence[str], action: str, plan: Plan | None = None, fault: str | None = None
) -> dict[str, Any]:
    """Return what the sheet shows."""
    title = call.text(_(HEADINGS[action].msgid, title=card.title)) if action else card.title
    return {
        "card": card,
        "action": action,
        "title": title,
        "verb": call.text(VERBS[action]) if action else "",
        "note": call.text(NOTES[action]) if action else "",
        "others": [
            (call.text(VERBS[each]), f"{card.url.partition('?')[0]}?do={each}", each)
            for each in possible
            if each != action
        ],
        "plan": None if plan is None else _plan(call, card, plan),
        "fault": fault,
        "exports": [path.name for path in exports_of(call, card.name)] if action == "restore" else [],
        "archive": call.request.values.get("archive", ""),
        "is_busy": is_running(call.host, call.env.database.name),
    }


def _plan(call: Call, card: Card, plan: Plan) -> dict[str, Any]:
    titles = {addon.name: text_of(call, _(addon.title)) for addon in call.host.addons}
    brings = plan.action in _BRINGING
    sections = [
        (call.text(_("Along with it")), _along(call, plan, titles)),
        (
            call.text(_("Database")),
            _steps(call, plan.of_kind("migration", "table", "column", "schema", "recompute", "records")),
        ),
        (call.text(_("Pages and rights")), _interface(call, plan, "+" if brings else "−")),
        (call.text(_("Would not fit any more")), _steps(call, plan.of_kind("view", "conflict"), "!")),
        (call.text(_("Deleted")), _steps(call, plan.of_kind("drop"), "−")),
        (call.text(_("Records that refer to it")), _steps(call, plan.of_kind("reference"), "!")),
    ]
    return {
        "sections": [(heading, lines, more) for heading, (lines, more) in sections if lines],
        "refusals": [_refusal(call, error) for error in plan.refusals],
        "is_possible": plan.possible and bool(plan.addons),
        "seconds": call.text(_("About %(count)s s", count=f"{max(1, round(plan.seconds))}")),
        "at": formats.datetime(
            call.env.now(), call.lang, str(call.env.user.timezone or call.env.timezone), now=call.env.now()
        ),
    }


Lines = tuple[list[tuple[str, str, str]], int]
"""Lines (sign, text, beside it), and how many were left out."""


def _along(call: Call, plan: Plan, titles: Mapping[str, str]) -> Lines:
    present = call.env.registry.addons
    sign = "+" if plan.action in _BRINGING else "−"
    lines = [
        (sign, f"{titles.get(name, name)}  {name}", call.text(_("bridge, by itself")) if _is_bridge(call, name) else "")
        for name in plan.cascaded
    ]
    if plan.action == "enable":
        needs = [need for name in plan.names if name in call.host.addons for need in call.host.addons[name].depends]
        lines = [
            ("✓", f"{titles.get(need, need)}  {need}", call.text(_("enabled")))
            for need in needs
            if need in present and need != BASE
        ] + lines
    return lines[:_TOLD], max(0, len(lines) - _TOLD)


def _is_bridge(call: Call, name: str) -> bool:
    return name in call.host.addons and call.host.addons[name].is_bridge


def _steps(call: Call, steps: Iterable[Step], sign: str = "+") -> Lines:
    lines = []
    for step in steps:
        rows = "" if step.rows is None else call.text(_("%(count)s rows", count=formats.number(step.rows, call.lang)))
        lines.append((sign, text_of(call, step.text), rows))
    return lines[:_TOLD], max(0, len(lines) - _TOLD)


def _interface(call: Call, plan: Plan, sign: str) -> Lines:
    """Return the menus, views, panels and roles that come or go."""
    lines: list[tuple[str, str, str]] = []
    for name in plan.addons if plan.action != "upgrade" else ():
        if name in call.host.addons and call.host.addons[name].manifest is not None:
            lines += [(sign, *line) for line in _brought(call, call.host.addons[name])]
    return lines[:_TOLD], max(0, len(lines) - _TOLD)


def _brought(call: Call, addon: Addon) -> list[tuple[str, str]]:
    """Return what one addon's files bring to the pages: pairs (what and which, how many)."""
    declared = load_views(addon.name, addon.path)
    join = "、" if call.lang.startswith("zh") else ", "

    def names(entries: Iterable[Any]) -> str:
        found = [text_of(call, _(label)) for entry in entries if (label := getattr(entry.model, "label", None))]
        return join.join(found[:5]) + ("…" if len(found) > 5 else "")

    pages = [
        text_of(call, _(str(item["label"])))
        for patch in declared.patches
        for item in patch.operation.items or ()
        if isinstance(item, Mapping) and "page" in item and item.get("label")
    ]
    lines = [
        (call.text(_("Menus")), names(declared.menus), len(declared.menus)),
        (call.text(_("Tabs")), join.join(pages), len(pages)),
        (call.text(_("Panels")), names(declared.panels), len(declared.panels)),
        (call.text(_("Roles")), join.join(_roles(call, addon)), len(_roles(call, addon))),
    ]
    return [(f"{what}  {which}", str(count)) for what, which, count in lines if count]


def _roles(call: Call, addon: Addon) -> list[str]:
    try:
        sources = read_security(addon.name, addon.path / "security")
    except CoreError:
        return []
    return [text_of(call, _(group.label or group.id)) for source in sources for group in source.content.groups]


def _refusal(call: Call, error: CoreError) -> str:
    told = text_of(call, error.message)
    return f"{told} {text_of(call, error.hint)}" if error.hint else told
