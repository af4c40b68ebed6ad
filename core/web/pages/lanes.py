"""The columns of a board: what records are sorted by, with counts, sums and bars (layer web)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.i18n import _, formats
from core.render.kanban import Segment
from core.render.values import TONES, USUAL_TONES, Formatter
from core.web.api.models import may
from core.web.pages.viewing import follow

if TYPE_CHECKING:
    from core.web.call import Call
    from core.web.pages.search import Listing

MOST_LANES = 30
"""Columns made of records of another model, the first in their usual order."""


@dataclass
class LaneFigures:
    """What is known of one column."""

    value: Any
    label: str
    count: int = 0
    total: Any = None
    parts: dict[Any, int] = field(default_factory=dict)
    """Value of the bar's field → records."""

    @property
    def key(self) -> str:
        """The value as text; empty for none."""
        return "" if self.value is None else str(self.value)


def read_lanes(call: Call, listing: Listing) -> dict[Any, LaneFigures]:
    """Return the columns by value, in order. One statement, and one for names where the columns are records."""
    view, path = listing.view, str(listing.view.get("group_by"))
    end = follow(call.env, listing.info.name, path)
    found = _known(call, end.field if end is not None else None)
    progress = view.get("progress") or {}
    by = [path, progress["field"]] if progress.get("field") not in (None, path) else [path]
    measures = {"id": "count", **({view.get("sum"): "sum"} if view.get("sum") else {})}
    missing: dict[Any, LaneFigures] = {}
    for row in call.env[listing.info.name].aggregate(listing.domain, measures, by):
        value = row[path]
        lane = found.get(value) or missing.setdefault(value, LaneFigures(value, formats.NONE))
        lane.count += row["id"]
        if view.get("sum"):
            lane.total = row[view.get("sum")] + (lane.total or 0)
        if len(by) > 1:
            lane.parts[row[by[1]]] = lane.parts.get(row[by[1]], 0) + row["id"]
    if None in missing:
        missing[None].label = call.text(_("None"))
    return {**found, **missing}


def total_text(call: Call, listing: Listing, lane: LaneFigures, formatter: Formatter) -> str:
    """Return the sum of a column as it is shown; empty for none."""
    name = listing.view.get("sum")
    end = follow(call.env, listing.info.name, name) if name else None
    return formatter.show(end.field, lane.total or 0).text if end is not None else ""


def bar_of(call: Call, listing: Listing, lane: LaneFigures, formatter: Formatter) -> tuple[Segment, ...]:
    """Return the parts of the bar over a column."""
    progress = listing.view.get("progress") or {}
    end = follow(call.env, listing.info.name, progress["field"]) if progress.get("field") else None
    if end is None or not lane.count:
        return ()
    colors: Mapping[str, str] = progress.get("colors") or {}
    options = list(getattr(end.field, "options", None) or lane.parts)
    found: list[Segment] = []
    start = 0.0
    for value in sorted(lane.parts, key=lambda each: options.index(each) if each in options else len(options)):
        width = 100 * lane.parts[value] / lane.count
        tint = colors.get(str(value)) or USUAL_TONES.get(str(value)) or "neutral"
        label = formatter.show(end.field, value).text or call.text(_("None"))
        found.append(Segment(label, lane.parts[value], round(start, 2), round(width, 2), TONES.get(tint, "gr")))
        start += width
    return tuple(found)


def _known(call: Call, of: Any) -> dict[Any, LaneFigures]:
    """Return the columns that are there whether they hold records or not."""
    if of is None:
        return {}
    if of.kind == "selection":
        return {key: LaneFigures(key, call.text(label)) for key, label in of.options.items()}
    if not of.is_relation or of.to_many:
        return {}
    target = call.env.registry[of.comodel]
    if not may(call.env, target, "read"):
        return {}
    domain: list[Any] = []
    if of.kind == "lookup":
        domain.append(["dictionary.code", "=", of.dictionary])
    active = target.fields.get("active")
    if active is not None and active.kind == "boolean" and active.is_stored:
        domain.append(["active", "=", True])
    rows = call.env[target.name].read(domain, ["id", "display_name"], None, MOST_LANES)
    return {row["id"]: LaneFigures(row["id"], str(row["display_name"])) for row in rows}
