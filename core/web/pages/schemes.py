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
from core.web.pages.addresses import records_url
from core.web.pages.frame import go_to
from core.web.pages.search import Listing, read_listing

if TYPE_CHECKING:
    from core.orm.modelinfo import ModelInfo
    from core.web.call import Call
    from core.web.request import Response

KEPT = ("q", "f", "domain", "by", "order", "cols", "view", "fav", "cat", "mode")
"""Parameters of the address that a saved search holds."""
NONE = "-"
"""Value of ``scheme`` that asks for no saved search, not even the default."""
SHARE_RIGHT = "base.share_scheme"
_MAX_DIGITS = 18


def default_url(call: Call, info: ModelInfo, schemes: Sequence[Mapping[str, Any]]) -> str | None:
    """Return where a page leads whose address says nothing of what to show: the user's default search; None: nowhere."""
    args = call.request.args
    if any(name in args for name in (*KEPT, "scheme", "page", "date")):
        return None
    chosen = next((each for each in schemes if each["is_default"]), None)
    return None if chosen is None else _url(info, chosen, args.get("menu"))


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
    state = _state(listing)
    is_changed = state != _plain(current["query"]) if current is not None else bool(set(state) - {"view"})
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
        "roles": _roles(call) if has_right(call.env, SHARE_RIGHT) else [],
    }


def keep_scheme(call: Call, model: str) -> Response:
    """POST /records/<model>/schemes: save the search that the address holds, under a new name or in place, or delete one.

    Raises:
        MissingRecord: There is no such saved search that the user may change.
        AccessDenied: Sharing takes a right that the user lacks.
    """
    info = visible_model(call.env, model)
    with query_faults():
        listing = read_listing(call, info, _TYPES)
    form, lists = call.request.form, call.host.lists
    digits = form.get("number", "")
    number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= _MAX_DIGITS else None
    menu = listing.parameters.get("menu")
    if form.get("do") == "delete":
        lists.delete_scheme(call.env, model, number or 0)
        target = listing.url(scheme=NONE)
        return go_to(target, Notice(call.text(_("Saved search deleted"))))
    try:
        with call.env.savepoint():
            saved = lists.save_scheme(
                call.env,
                model,
                form.get("name", ""),
                _state(listing),
                number=number,
                shared_with=[role for role in form.getlist("role") if role] if "roles" in form else None,
                is_default=bool(form.get("is_default")),
            )
    except ValidationError as error:
        return go_to(listing.url(), Notice(call.translator.render_error(error, call.lang), "error"))
    target = records_url(model, menu=menu, **_state(listing), scheme=saved)
    return go_to(target, Notice(call.text(_("Search saved"))))


_TYPES = ("list", "kanban", "calendar", "chart", "pivot")


def _state(listing: Listing) -> dict[str, str]:
    return {name: listing.parameters[name] for name in KEPT if name in listing.parameters}


def _plain(query: Any) -> dict[str, str]:
    """Return what a saved search holds, as far as it can stand in an address."""
    items = query.items() if isinstance(query, Mapping) else ()
    return {name: value for name, value in items if name in KEPT and isinstance(value, str)}


def _url(info: ModelInfo, scheme: Mapping[str, Any], menu: str | None) -> str:
    return records_url(info.name, menu=menu, **_plain(scheme["query"]), scheme=scheme["id"])


def _roles(call: Call) -> list[dict[str, str]]:
    """Return the roles that a search can be shared with."""
    rows = call.env["core.group"].read([], ["key", "display_name"])
    return [{"key": row["key"], "label": call.text(row["display_name"])} for row in rows if row["key"] != "base.nobody"]
