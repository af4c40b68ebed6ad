"""What calendars and the list of what has no time yet share: date fields, texts and tints of events (layer web)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.i18n import _
from core.views.vocabulary import DATE_KINDS
from core.web.api.models import may
from core.web.errors import malformed, not_found
from core.web.pages.columns import named_paths
from core.web.pages.frame import formatter_of
from core.web.pages.viewing import follow, nested, record_paths, tint_of_row

if TYPE_CHECKING:
    from core.orm.modelinfo import ModelInfo
    from core.render.values import Formatter
    from core.views import View
    from core.web.call import Call

_TONES = {
    "accent": "ac",
    "success": "ok",
    "warning": "wa",
    "danger": "er",
    "neutral": "gr",
    "muted": "gr",
    "strong": "ac",
}


def date_field(call: Call, view: View, key: str) -> Any:
    """Return the field that a calendar takes as ``start`` or ``end``.

    Raises:
        MissingRecord: It is none of the model's own dates.
    """
    found = follow(call.env, view.model, str(view.get(key)))
    if found is None or found.field.kind not in DATE_KINDS or "." in found.name:
        raise not_found()
    return found.field


def can_write(call: Call, view: View, key: str) -> bool:
    """Tell whether the user may change the time of events, as far as the model and the field go."""
    field, info = date_field(call, view, key), call.env.registry[view.model]
    return (
        bool(field.writable)
        and may(call.env, info, "update")
        and field.name not in call.env.hidden_fields(info, "update")
    )


def day_of(text: str, key: str) -> dt.date:
    """Return a day of the address.

    Raises:
        RequestError: It is none (400).
    """
    try:
        day = dt.date.fromisoformat(text[:10])
    except ValueError:
        raise malformed(_("A day is written like 2026-11-23."), key=key) from None
    if not 1900 <= day.year <= 2200:
        raise malformed(_("A day is written like 2026-11-23."), key=key)
    return day


def paths_shown(call: Call, view: View) -> list[str]:
    """Return the paths to read for the texts and tints of events."""
    reads = ["id", "display_name"]
    shown = [str(view.get(key)) for key in ("event", "color", "done", "all_day") if view.get(key)]
    shown += [str(node.attrs["field"]) for node in view.slot("card")]
    for path in shown:
        found = follow(call.env, view.model, path)
        reads += named_paths(path, None if found is None else found.field)
    return [*reads, *record_paths(view.root)]


def texts_of(call: Call, view: View, row: Mapping[str, Any]) -> tuple[str, list[str]]:
    """Return the title of an event, and what stands below it."""
    formatter = formatter_of(call)
    title = _shown(call, view, view.get("event"), row, formatter) or call.text(str(row["display_name"] or ""))
    notes = [_shown(call, view, node.attrs["field"], row, formatter) for node in view.slot("card")]
    return title, [note for note in notes if note and note != title]


def _shown(call: Call, view: View, path: Any, row: Mapping[str, Any], formatter: Formatter) -> str:
    found = follow(call.env, view.model, str(path)) if path else None
    if found is None:
        return ""
    return formatter.show(found.field, row[str(path)], row.get(f"{path}.display_name"), in_table=True).text


def classes_of(call: Call, view: View, row: Mapping[str, Any], names: Mapping[str, Any]) -> list[str]:
    """Return the tint of an event, by condition or by its state, and whether it is done."""
    tint = tint_of_row(view.get("decorations"), {**names, "record": nested(row)})
    tone = _TONES.get(tint or "")
    path = view.get("color")
    if tone is None and path:
        found = follow(call.env, view.model, str(path))
        if found is not None and found.field.kind == "selection":
            tone = formatter_of(call).show(found.field, row[str(path)]).tone
    done = bool(view.get("done") and row[str(view.get("done"))])
    return [f"ev-{tone or 'ac'}", *(["ev-done"] if done else [])]


def legend_of(call: Call, view: View) -> dict[str, Any] | None:
    """Return what the colours of events mean; None where a calendar has one colour, or colours by condition only."""
    path = view.get("color")
    found = follow(call.env, view.model, str(path)) if path else None
    if found is None or found.field.kind != "selection":
        return None
    formatter = formatter_of(call)
    options = getattr(found.field, "options", {})
    entries = [
        {"label": call.text(label), "tone": formatter.show(found.field, key).tone or "ac"}
        for key, label in options.items()
    ]
    return {"label": call.text(found.field.label), "entries": entries}


def person_path(call: Call, info: ModelInfo, view: View) -> str | None:
    """Return the path that says whose an event is: what the view names, else the owner; None where the user may not see that."""
    named = view.get("person")
    if named:
        return str(named)
    name = info.owner_field
    return name if name and name not in call.env.hidden_fields(info, "read") else None
