"""Records as cards in columns, moved by dragging or by the arrow keys (layer web)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from core.errors import AccessDenied, ConflictError
from core.i18n import _
from core.render.kanban import Board, Card, CardField, Lane
from core.render.table import Row
from core.render.values import NUMBERS
from core.web.api.models import may, visible_model, visible_record
from core.web.errors import not_found, query_faults
from core.web.ids import id_of
from core.web.pages.addresses import record_url
from core.web.pages.columns import Bound, bind_columns, paths_to_read, show_rows
from core.web.pages.frame import formatter_of
from core.web.pages.lanes import LaneFigures, bar_of, read_lanes, total_text
from core.web.pages.search import Listing, read_listing
from core.web.request import json_response

if TYPE_CHECKING:
    from core.orm.decorators import ActionInfo
    from core.orm.modelinfo import ModelInfo
    from core.web.call import Call
    from core.web.request import Response

CARDS = 20
"""Cards of a column at first, where the view says nothing."""
MOST_CARDS = 200
_DATES = frozenset({"date", "datetime"})


def show_kanban(call: Call, listing: Listing) -> dict[str, Any]:
    """Return the board. At most five statements, however many columns and cards there are."""
    info, formatter = listing.info, formatter_of(call)
    lanes = read_lanes(call, listing)
    against, usual = set(listing.names("folded")), set(listing.view.get("fold") or ())
    folded = {key for key, lane in lanes.items() if (lane.key in usual) is not (lane.key in against)}
    cards = _cards(call, listing, [key for key in lanes if key not in folded and lanes[key].count])
    takes = _takes(call, listing)
    may_create = may(call.env, info, "create") and listing.view.get("create") is not False and takes == "writes"
    shown = []
    for key, lane in lanes.items():
        own = cards.get(key, ())
        remaining = 0 if key in folded else lane.count - len(own)
        shown.append(
            Lane(
                lane.key,
                lane.label,
                lane.count,
                total_text(call, listing, lane, formatter),
                tuple(own),
                bar_of(call, listing, lane, formatter),
                key in folded,
                listing.url(folded=sorted(against ^ {lane.key})),
                remaining,
                listing.url(more=sorted({*listing.names("more"), lane.key}))
                if remaining and len(own) < MOST_CARDS
                else None,
                _new_url(listing, lane) if may_create else None,
            )
        )
    move_url = listing.url().replace(f"/records/{info.name}", f"/records/{info.name}/{{id}}/move", 1)
    return {"board": Board(tuple(shown), bool(takes), move_url), "total": sum(lane.count for lane in lanes.values())}


def move_card(call: Call, model: str, number: str) -> Response:
    """POST /records/<model>/<id>/move: put a record into another column; answers with the heads of all columns.

    Writes the field, or calls the transition that leads there where the field has declared ones.

    Raises:
        MissingRecord: There is no such record for the user.
        AccessDenied: The user may not change it, or not in this way.
        ConflictError: No transition leads there, or it is refused.
        ValidationError: A rule refuses.
    """
    info = visible_model(call.env, model)
    record = visible_record(call.env, info, number)
    with query_faults():
        listing = read_listing(call, info, ("kanban",))
    if listing.view_type != "kanban" or not _takes(call, listing):
        raise not_found()
    name = str(listing.view.get("group_by"))
    wanted = _value(info, name, call.request.form.get("to", ""))
    held = False
    if _transitions(info, name):
        action = _leading(call, info, record, name, wanted)
        getattr(record, action.name)()
        call.env.flush()
        held = getattr(record, name) != wanted
    else:
        if name in call.env.hidden_fields(info, "update"):
            raise AccessDenied(
                _("You may not change %(label)s.", label=_(info.fields[name].label)), code="access_denied.field"
            )
        call.env[model].write(record, {name: wanted})
        call.env.flush()
    formatter = formatter_of(call)
    heads = {
        lane.key: {"count": f"{lane.count:,}", "sum": total_text(call, listing, lane, formatter)}
        for lane in read_lanes(call, listing).values()
    }
    message = call.text(_("It waits for approval and stays where it is until then.")) if held else ""
    return json_response({"heads": heads, "held": held, "message": message})


def _cards(call: Call, listing: Listing, values: Sequence[Any]) -> dict[Any, list[Card]]:
    """Return the cards of the columns that are open, by value."""
    if not values:
        return {}
    name = str(listing.view.get("group_by"))
    usual = min(listing.view.get("limit") or CARDS, MOST_CARDS)
    wanted = set(listing.names("more"))
    model = call.env[listing.info.name]
    lane_of: dict[int, Any] = {}
    for count, some in (
        (usual, [value for value in values if str(value if value is not None else "") not in wanted]),
        (MOST_CARDS, [value for value in values if str(value if value is not None else "") in wanted]),
    ):
        if some:
            condition = [name, "in", some]
            domain = [condition] if listing.domain is None else {"all": [listing.domain, condition]}
            lane_of.update(
                {row["id"]: row[name] for row in model.first_of_groups(domain, [name], listing.order, count)}
            )
    columns = bind_columns(call, listing.info.name, listing.view.slot("card"))
    paths = paths_to_read(columns, listing.view)
    rows = model.read([["id", "in", list(lane_of)]], paths, listing.order)
    decorations, menu = listing.view.get("decorations"), listing.parameters.get("menu")
    found: dict[Any, list[Card]] = {}
    for row in show_rows(call, listing.info, columns, rows, formatter_of(call), decorations=decorations):
        value = lane_of[row.id]
        own = found.setdefault(value, [])
        within = [[name, "is_not_set"] if value is None else [name, "=", value]]
        url = record_url(listing.info.name, row.id, menu=menu, list=listing.kept(within), at=len(own) + 1)
        own.append(_card(columns, replace(row, url=url)))
    return found


def _card(columns: Sequence[Bound], row: Row) -> Card:
    title = row.name
    parts: dict[str, list[CardField]] = {"figures": [], "dates": [], "people": [], "others": []}
    for column, shown in zip(columns, row.cells, strict=True):
        if shown.is_empty or (column.column.is_name and shown.text == title):
            continue
        kind = column.column.kind
        is_person = getattr(column.field, "comodel", None) == "core.user" and not column.field.to_many
        place = "figures" if kind in NUMBERS else "dates" if kind in _DATES else "people" if is_person else "others"
        parts[place].append(CardField(column.column.label, kind, column.column.widget, shown))
    return Card(row.id, title, str(row.url), row.tone, **{name: tuple(some) for name, some in parts.items()})


def _takes(call: Call, listing: Listing) -> str:
    """Return how cards can be moved: ``writes`` or ``transitions``; empty: not at all."""
    info, name = listing.info, str(listing.view.get("group_by"))
    if listing.view.get("draggable") is False or not may(call.env, info, "update") or name not in info.fields:
        return ""
    if _transitions(info, name):
        return "transitions"
    field = info.fields[name]
    return "writes" if field.writable and name not in call.env.hidden_fields(info, "update") else ""


def _transitions(info: ModelInfo, name: str) -> list[ActionInfo]:
    return [action for action in info.actions.values() if action.field == name]


def _leading(call: Call, info: ModelInfo, record: Any, name: str, wanted: Any) -> ActionInfo:
    """Return the transition that leads from the record's state to another."""
    now = getattr(record, name)
    fitting = [each for each in _transitions(info, name) if each.target == wanted]
    found = next((each for each in fitting if not each.source or now in each.source), None)
    if found is None:
        options = info.fields[name].options  # type: ignore[attr-defined]  # a Selection
        raise ConflictError(
            _(
                "Nothing leads from “%(now)s” to “%(wanted)s”.",
                now=_(options.get(now, "–")),
                wanted=_(options.get(wanted, "–")),
            ),
            code="conflict.state",
        )
    return found


def _value(info: ModelInfo, name: str, text: str) -> Any:
    if not text:
        return None
    number = id_of(text) if info.fields[name].is_relation else None
    return text if number is None else number


def _new_url(listing: Listing, lane: LaneFigures) -> str:
    menu = listing.parameters.get("menu")
    return record_url(listing.info.name, "new", menu=menu, defaults={str(listing.view.get("group_by")): lane.value})
