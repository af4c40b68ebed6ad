"""Which columns a list shows, and in which order: those of the view, those the user chose, those offered (layer web; CORE-33)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.access import has_right
from core.i18n import _
from core.render.shell import Notice
from core.views.tree import Node, freeze
from core.web.api.models import visible_model
from core.web.errors import query_faults
from core.web.pages.addresses import records_url
from core.web.pages.columns import Bound, bind_columns
from core.web.pages.frame import go_to
from core.web.pages.schemes import SHARE_RIGHT, share_columns
from core.web.pages.search import PAGE_SIZES, Listing, read_listing
from core.web.pages.viewing import follow, label_of

if TYPE_CHECKING:
    from core.web.call import Call
    from core.web.request import Response

MOST_COLUMNS = 40
DENSITIES = ("compact", "normal", "roomy")
_UNSHOWN = frozenset({"one2many", "json", "html", "file", "reference"})
STAMPS = (_("Created at"), _("Created by"), _("Updated at"), _("Updated by"))
"""Labels that the kernel makes of the names of fields that every model has; named here so that they are translated."""
_INTERNAL = frozenset({"version", "deletion", "deletion_id"})


def list_columns(call: Call, listing: Listing) -> list[Bound]:
    """Return the columns that a list shows to the user."""
    offered = _offered(call, listing)
    wanted = [name for name in _wanted(listing) if name in offered]
    if not wanted:
        wanted = [name for name, node in offered.items() if _is_usual(listing, node)]
    return bind_columns(call, listing.info.name, [offered[name] for name in wanted[:MOST_COLUMNS]])


def column_menu(call: Call, listing: Listing, columns: list[Bound]) -> dict[str, Any]:
    """Return what the menu of columns offers: those shown in their order, then the others."""
    shown = {column.path for column in columns}
    others = []
    for name, node in _offered(call, listing).items():
        if name not in shown:
            label = call.text(label_of(node, follow(call.env, listing.info.name, name)))
            others.append({"name": name, "label": label or name})
    return {
        "url": listing.url().replace(f"/records/{listing.info.name}", f"/records/{listing.info.name}/columns", 1),
        "shown": [
            {"name": each.path, "label": each.column.label or each.path, "is_fixed": each.column.is_name}
            for each in columns
        ],
        "others": sorted(others, key=lambda each: str(each["label"])),
        "sizes": PAGE_SIZES,
        "size": listing.size,
        "density": call.host.accounts.read_preferences(call.env)["density"],
        "may_share": has_right(call.env, SHARE_RIGHT),
    }


def choose_columns(call: Call, model: str) -> Response:
    """POST /records/<model>/columns: keep columns, rows of a page or density for the user, or go back to what is usual.

    ``do=everybody`` makes the columns sent the usual ones of everybody who chose none.

    Raises:
        AccessDenied: The user may not choose for others.
    """
    info = visible_model(call.env, model)
    with query_faults():
        listing = read_listing(call, info, ("list",))
    form, lists = call.request.form, call.host.lists
    choices = dict(listing.setting)
    if form.get("density") in DENSITIES:
        call.host.accounts.write_preference(call.env, "density", form["density"])
    elif form.get("size", "").isdigit() and int(form["size"][:4]) in PAGE_SIZES:
        lists.write_setting(call.env, listing.view.id, {**choices, "size": int(form["size"][:4])})
    elif form.get("do") == "reset":
        choices.pop("columns", None)
        lists.write_setting(call.env, listing.view.id, choices)
    else:
        offered = _offered(call, listing)
        wanted = [name for name in dict.fromkeys(form.getlist("cols")) if name in offered][:MOST_COLUMNS]
        if not wanted:
            return go_to(listing.url(), Notice(call.text(_("A list shows one column at least")), "error"))
        if form.get("do") == "everybody":
            share_columns(call, listing, wanted)
            choices.pop("columns", None)
            lists.write_setting(call.env, listing.view.id, choices)
            return go_to(
                records_url(info.name, menu=listing.parameters.get("menu")),
                Notice(call.text(_("Columns set for everybody"))),
            )
        lists.write_setting(call.env, listing.view.id, {**choices, "columns": wanted})
    return go_to(listing.url(cols=None, size=None))


def _wanted(listing: Listing) -> list[str]:
    if listing.names("cols"):
        return list(listing.names("cols"))
    kept = listing.setting.get("columns")
    return [str(name) for name in kept] if isinstance(kept, list) else []


def _is_usual(listing: Listing, node: Node) -> bool:
    return node in listing.view.slot("columns") and node.attrs.get("optional") != "hide"


def _offered(call: Call, listing: Listing) -> dict[str, Node]:
    """Return path → column, those of the view first, then every other field of the model that the user may read."""
    info = listing.info
    found = {str(node.attrs["field"]): node for node in listing.view.slot("columns")}
    hidden = call.env.hidden_fields(info, "read")
    for name, field in info.fields.items():
        if name in found or name in hidden or name in _INTERNAL or field.kind in _UNSHOWN or not field.label:
            continue
        found[name] = Node("column", name, freeze({"field": name, "sum": field.kind == "money" or None}))
    return found
