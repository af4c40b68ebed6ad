"""What an added menu opens: an object's list or report, a page of this system, another site, or only other menus (layer base; CORE-43)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.base.pages.administrators import number_of
from core.base.pages.tables import model_label
from core.base.pages.why import model_options
from core.errors import ValidationError
from core.i18n import _
from core.render.form import Option
from core.views.menus import is_link
from core.web.pages.records import KINDS as PAGES
from core.web.pages.targets import LONGEST, safe_target
from core.web.pages.viewing import viewset

if TYPE_CHECKING:
    from core.web.call import Call

KINDS: Mapping[str, Any] = {
    "list": _("List or report"),
    "page": _("Page of this system"),
    "link": _("Other site"),
    "heading": _("Only holds others"),
}
ICONS: Mapping[str, Any] = {
    "star": _("Star"),
    "users": _("Employees"),
    "building": _("Building"),
    "package": _("Parcel"),
    "file-text": _("Document"),
    "chart-bar": _("Chart"),
    "calendar": _("Calendar"),
    "link": _("Link"),
    "tool": _("Tool"),
}


def new_menu(call: Call) -> dict[str, Any]:
    """Return what the menu that the form describes leads to, checked.

    Raises:
        ValidationError: Something is missing or not there; names its field of the form.
    """
    form = call.request.form
    kind = form.get("kind", "")
    if kind not in KINDS:
        raise ValidationError(_("Choose what the menu opens."), field="kind")
    icon = form.get("icon") or None
    if icon is not None and icon not in ICONS:
        raise ValidationError(_("There is no such icon."), field="icon")
    leads = {"list": _list, "page": _own_page, "link": _link}
    return {**(leads[kind](call) if kind in leads else {}), "icon": icon}


def target_fields(call: Call, typed: Mapping[str, str]) -> dict[str, Any]:
    """Return what the form of a new menu offers to choose from, with what was typed."""
    wanted = typed.get("scheme", "")
    return {
        "models": model_options(call, typed.get("model", "")),
        "views": [Option(name, call.text(kind.label), name == typed.get("view")) for name, kind in PAGES.items()],
        "searches": [
            Option(str(row["id"]), f"{model_label(call, row['model'])} · {row['name']}", str(row["id"]) == wanted)
            for row in _shared_searches(call)
        ],
        "icons": [Option(name, call.text(label), name == typed.get("icon")) for name, label in ICONS.items()],
        "page": typed.get("page", "")[:LONGEST],
        "link": typed.get("link", "")[:LONGEST],
    }


def _list(call: Call) -> dict[str, Any]:
    form = call.request.form
    model, view, scheme = form.get("model", ""), form.get("view") or None, form.get("scheme") or None
    search = None
    if scheme is not None:
        number = number_of(scheme, "scheme")
        search = next((row for row in _shared_searches(call) if row["id"] == number), None)
        if search is None:
            raise ValidationError(_("There is no such saved search that is shared."), field="scheme")
        model = model or search["model"]
    info = call.env.registry.models.get(model)
    if info is None or info.abstract:
        raise ValidationError(_("Choose an object or a saved search."), field="model")
    if search is not None and search["model"] != model:
        raise ValidationError(_("The saved search is one of another object."), field="scheme")
    if view is not None and view not in viewset(call.env).types(model):
        raise ValidationError(_("The object has no such view."), field="view")
    return {"model": model, "views": [view] if view else None, "scheme": search["id"] if search else None}


def _own_page(call: Call) -> dict[str, Any]:
    address = call.request.form.get("page", "").strip()
    if address == "/" or safe_target(address) != address:
        raise ValidationError(
            _("The address of a page begins with a slash, such as /records/crm.customer."), field="page"
        )
    return {"url": address}


def _link(call: Call) -> dict[str, Any]:
    address = call.request.form.get("link", "").strip()
    if len(address) > LONGEST or not is_link(address):
        raise ValidationError(_("A link begins with http:// or https:// and names a site."), field="link")
    return {"url": address}


def _shared_searches(call: Call) -> list[dict[str, Any]]:
    """Return the saved searches that somebody besides their owners sees."""
    rows = call.env["core.search_scheme"].read(
        [["shared_with", "is_set", True]], ["id", "name", "model", "shared_with"], "model, name", 500
    )
    return [row for row in rows if row["shared_with"] and row["model"] in call.env.registry.models]
