"""Saved searches as tabs over the records of a model (layer web; CORE-41)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.access import has_right
from core.errors import ValidationError
from core.i18n import _
from core.render.shell import Notice
from core.web.api.models import visible_model
from core.web.errors import query_faults
from core.web.ids import id_of
from core.web.pages.addresses import records_url
from core.web.pages.comparing import STATE
from core.web.pages.frame import go_to
from core.web.pages.search import VIEWS, Listing, read_listing

if TYPE_CHECKING:
    from core.orm.modelinfo import ModelInfo
    from core.web.call import Call
    from core.web.request import Response

KEPT = ("q", "f", "domain", "by", "order", "cols", "view", "fav", "cat", "mode", *STATE)
"""Parameters of the address that a saved search holds."""
NONE = "-"
"""Value of ``scheme`` that asks for no saved search, not even the default."""
SHARE_RIGHT = "base.share_scheme"
EVERYBODY = "base.user"
"""The role that all staff have."""


def default_url(call: Call, info: ModelInfo, schemes: Sequence[Mapping[str, Any]]) -> str | None:
    """Return where a page leads whose address says nothing of what to show: the search of its menu, else the user's default; None: nowhere."""
    args = call.request.args
    if any(name in args for name in (*KEPT, "scheme", "page", "date")):
        return None
    wanted = _of_menu(call, info, schemes)
    chosen = wanted or next((each for each in schemes if each["is_default"]), None)
    if chosen is None:
        return None
    kept = _plain(chosen["query"])
    if "cols" in kept and not chosen["is_own"]:
        with query_faults():
            if read_listing(call, info, VIEWS).setting.get("columns"):
                del kept["cols"]
    return records_url(info.name, menu=args.get("menu"), **kept, scheme=chosen["id"])


def _of_menu(call: Call, info: ModelInfo, schemes: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Return the saved search that the menu of the address opens; None if it names none, or none that the user sees."""
    views = call.env.registry.views
    menu = views.menu(call.request.args.get("menu", "")) if views is not None else None
    if menu is None or menu.scheme is None or menu.model != info.name:
        return None
    return next((each for each in schemes if each["id"] == menu.scheme), None)


def scheme_tabs(call: Call, listing: Listing, schemes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the tabs, and what can be done with the search as it is now.

    Args:
        call: The request.
        listing: The page.
        schemes: Saved searches from `Lists.read_schemes`.
    """
    info, menu = listing.info, listing.parameters.get("menu")
    wanted = listing.parameters.get("scheme")
    current = next((each for each in schemes if str(each["id"]) == wanted), None)
    state = state_of(listing)
    is_changed = _differs(listing, state, current) if current is not None else bool(set(state) - {"view"})
    address = listing.url().replace(f"/records/{info.name}", f"/records/{info.name}/schemes", 1)
    return {
        "tabs": [
            {
                "label": call.text(_("All")),
                "url": records_url(info.name, menu=menu, scheme=NONE),
                "is_on": current is None,
                "is_shared": False,
            },
            *(
                {
                    "label": each["name"],
                    "url": _url(info, each, menu),
                    "is_on": each is current,
                    "is_shared": not each["is_own"],
                }
                for each in schemes
            ),
        ],
        "url": address,
        "current": current,
        "is_changed": is_changed,
        "reset_url": _url(info, current, menu)
        if current is not None
        else records_url(info.name, menu=menu, scheme=NONE),
        "roles": roles_to_share(call),
    }


def _differs(listing: Listing, state: Mapping[str, str], scheme: Mapping[str, Any]) -> bool:
    """Tell whether the page shows something else than a saved search; columns chosen over those of a shared one do not count."""
    kept = _plain(scheme["query"])
    if "cols" in state or "cols" not in kept:
        return state != kept
    columns = kept.pop("cols")
    own = listing.setting.get("columns")
    return state != kept or (scheme["is_own"] and isinstance(own, list) and columns != ",".join(map(str, own)))


def keep_scheme(call: Call, model: str) -> Response:
    """POST /records/<model>/schemes: save the search that the address holds, under a new name or in place, or delete one.

    Raises:
        MissingRecord: There is no such saved search that the user may change.
        AccessDenied: Sharing takes a right that the user lacks.
    """
    info = visible_model(call.env, model)
    with query_faults():
        listing = read_listing(call, info, VIEWS)
    form, lists = call.request.form, call.host.lists
    number = id_of(form.get("number", ""))
    if form.get("do") == "delete":
        lists.delete_scheme(call.env, model, number or 0)
        target = listing.url(scheme=NONE)
        return go_to(target, Notice(call.text(_("Saved search deleted"))))
    try:
        target = save_search(call, listing, state_of(listing), number)
    except ValidationError as error:
        return go_to(listing.url(), Notice(call.translator.render_error(error, call.lang), "error"))
    return go_to(target, Notice(call.text(_("Search saved"))))


def save_search(call: Call, listing: Listing, state: Mapping[str, str], number: int | None = None) -> str:
    """Save a search as the form says (``name roles role is_default``) and return its address; nothing is changed where it raises.

    Args:
        call: The request.
        listing: The page it was made on; the columns that the user chose there are saved with it.
        state: What it finds and shows, as parameters of an address.
        number: The saved search to change; None makes a new one.

    Raises:
        ValidationError: It has no name, or there are too many.
        MissingRecord: There is no such saved search that the user may change.
        AccessDenied: Sharing takes a right that the user lacks.
    """
    form, info = call.request.form, listing.info
    kept = dict(state)
    columns = listing.setting.get("columns")
    if "cols" not in kept and isinstance(columns, list):
        kept["cols"] = ",".join(str(name) for name in columns)
    with call.env.savepoint():
        saved = call.host.lists.save_scheme(
            call.env,
            info.name,
            form.get("name", ""),
            kept,
            number=number,
            shared_with=[role for role in form.getlist("role") if role] if "roles" in form else None,
            is_default=bool(form.get("is_default")),
        )
    return records_url(info.name, menu=listing.parameters.get("menu"), **kept, scheme=saved)


def share_columns(call: Call, listing: Listing, columns: Sequence[str]) -> None:
    """Make columns the usual ones of everybody: kept in a saved search that is shared with all staff and opens the list.

    There is one of these for a model: what it holds else stays.

    Raises:
        AccessDenied: The user may not share searches.
    """
    env, model = call.env, listing.info.name
    schemes = call.host.lists.read_schemes(env, model)
    there = next((each for each in schemes if each["is_default"] and EVERYBODY in each["shared_with"]), None)
    call.host.lists.save_scheme(
        env,
        model,
        there["name"] if there else call.text(_("Standard")),
        {**(_plain(there["query"]) if there else {}), "cols": ",".join(columns)},
        number=there["id"] if there else None,
        shared_with=there["shared_with"] if there else [EVERYBODY],
        is_default=True,
    )


def state_of(listing: Listing) -> dict[str, str]:
    """Return the parameters of the page that a saved search holds."""
    return {name: listing.parameters[name] for name in KEPT if name in listing.parameters}


def _plain(query: Any) -> dict[str, str]:
    """Return what a saved search holds, as far as it can stand in an address."""
    items = query.items() if isinstance(query, Mapping) else ()
    return {name: value for name, value in items if name in KEPT and isinstance(value, str)}


def _url(info: ModelInfo, scheme: Mapping[str, Any], menu: str | None) -> str:
    return records_url(info.name, menu=menu, **_plain(scheme["query"]), scheme=scheme["id"])


def roles_to_share(call: Call) -> list[dict[str, str]]:
    """Return the roles that the user may share a search with; none without the right."""
    if not has_right(call.env, SHARE_RIGHT):
        return []
    rows = call.env["core.group"].read([], ["key", "display_name"])
    return [{"key": row["key"], "label": call.text(row["display_name"])} for row in rows if row["key"] != "base.nobody"]
