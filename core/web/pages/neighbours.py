"""The records before and after one in the list it was opened from (layer web).

Rows and cards carry where they stand in the address of their page: ``list``, the parameters of the list with those of the group as
``within``, and ``at``, the place in it from 1.
What stands beside is looked up by the order and conditions of the list as they are now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from core.errors import CoreError
from core.render.form import Neighbours
from core.web.api import query
from core.web.pages.addresses import record_url, records_url
from core.web.pages.lists import COUNTED
from core.web.pages.search import PARAMETERS, Listing, read_listing
from core.web.request import Request

if TYPE_CHECKING:
    from core.orm.modelinfo import ModelInfo
    from core.web.call import Call

REACH = 10
"""How far from its old place a record is looked for: what was changed meanwhile may have moved it."""
LAST_PLACE = 2**31 - 1
KEPT = ("menu", "list", "at")
"""Parameters that go along from page to page of one record."""


def kept_query(call: Call) -> dict[str, str]:
    """Return the parameters of the address that the other pages of the record get too."""
    return {name: call.request.args[name] for name in KEPT if call.request.args.get(name)}


def list_url(call: Call, info: ModelInfo) -> str:
    """Return the list that the record was opened from, as the address says; the plain one where it says nothing."""
    return records_url(info.name, **{**_parameters(call), "menu": call.request.args.get("menu")})


def neighbours_of(call: Call, info: ModelInfo, record: Any) -> Neighbours | None:
    """Return what stands before and after a record; None if it was not opened from a list.

    A record that its list shows no more, as when a button took it out of the conditions, stands between what was before it and what took
    its place. A list that can't be read any more has no neighbours: the page of the record comes all the same. At most two
    statements, and those that the conditions need.

    Raises:
        RequestError: The place is no whole number (400).
    """
    at = query.whole_number(call.request, "at", 0, LAST_PLACE)
    if not at:
        return None
    try:
        listing = _listing(call, info)
        start = max(0, at - 1 - REACH)
        rows = call.env[info.name].read(listing.domain, ["id"], listing.order, 2 * REACH + 1, start)
        ids = [row["id"] for row in rows]
        total = start + len(ids) if len(ids) <= 2 * REACH else _count(call, info, listing)
    except CoreError:
        return None
    here = ids.index(record.id) if record.id in ids else None
    following = at - 1 - start if here is None else here + 1
    before = following - 1 if here is None else here - 1

    def url(index: int) -> str | None:
        if not 0 <= index < len(ids):
            return None
        return record_url(info.name, ids[index], **{**kept_query(call), "at": start + index + 1})

    place = "–" if here is None else f"{start + here + 1:,}"
    many = f"{COUNTED:,}+" if total > COUNTED else f"{total:,}"
    return Neighbours(f"{place} / {many}", url(before), url(following))


def _count(call: Call, info: ModelInfo, listing: Listing) -> int:
    found: Mapping[str, Any] = call.env[info.name].aggregate(listing.domain, {"id": "count"}, at_most=COUNTED + 1)[0]
    return int(found["id"])


def _parameters(call: Call) -> dict[str, str]:
    """Return the parameters of the list; those that no list has are passed over."""
    return {name: value for name, value in _given(call).items() if name in PARAMETERS}


def _given(call: Call) -> dict[str, str]:
    """Return all that the address says of the list; nothing where it says more than there can be."""
    try:
        return dict(parse_qsl(call.request.args.get("list", ""), max_num_fields=len(PARAMETERS) + 1))
    except ValueError:
        return {}


def _listing(call: Call, info: ModelInfo) -> Listing:
    """Return the list as if its own address had been asked."""
    parameters = {**_parameters(call), "view": "list"}
    if call.request.args.get("menu"):
        parameters["menu"] = call.request.args["menu"]
    within = _given(call).get("within")
    if within:
        own = parameters.get("domain")
        parameters["domain"] = f'{{"all":[{own},{within}]}}' if own else within
    request = Request({**call.request.environ, "QUERY_STRING": urlencode(parameters)}, populate_request=False)
    return read_listing(replace(call, request=request), info, ("list",))
