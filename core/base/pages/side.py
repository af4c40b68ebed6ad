"""GET /records/<model>/<id>/side: what stands beside a record: its history and its files (layer base; CORE-66, CORE-69).

A part of a page, fetched once the record is shown, so that the record never waits for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from core.base.services.attachments import attachments_of
from core.base.services.timeline import Happening, names_of, timeline
from core.i18n import _, formats
from core.orm.environment import SYSTEM_UID
from core.render.extras import in_order
from core.render.values import Formatter, initials_of, tint_of
from core.web.api.models import may, visible_model, visible_record
from core.web.pages.frame import formatter_of

if TYPE_CHECKING:
    from core.orm.modelinfo import ModelInfo
    from core.web.call import Call
    from core.web.request import Response

_SHOWABLE = ("image/", "application/pdf", "text/plain")


@dataclass(frozen=True)
class Entry:
    """One entry of the history as it is shown."""

    time: str
    who: str
    initials: str
    tint: int
    what: str
    """The operation in words."""
    changes: tuple[tuple[str, str, str], ...]
    """Triples (label, old, new)."""


@dataclass(frozen=True)
class Day:
    """The entries of one day."""

    label: str
    entries: tuple[Entry, ...]


def show_side(call: Call, model: str, number: str) -> Response:
    """Answer with the part of the page.

    Raises:
        MissingRecord: There is no such record, or the user may not see it.
    """
    env = call.env
    info = visible_model(env, model)
    record = visible_record(env, info, number)
    formatter = formatter_of(call)
    happenings = timeline(env, info, record.id)
    tabs = in_order(env.hook.side_tabs(env=env, model=model, record_id=record.id))
    return call.page(
        "side.html",
        days=_days(call, info, happenings, formatter),
        files=[_file(row, formatter) for row in attachments_of(env, model, record.id)],
        upload={"model": model, "record": record.id}
        if may(env, info, "update") and env.may(record, "update")
        else None,
        csrf=call.csrf,
        tabs=[replace(tab, label=call.text(tab.label)) for tab in tabs if tab.sequence >= 0],
        first=[replace(tab, label=call.text(tab.label)) for tab in tabs if tab.sequence < 0],
    )


def _file(row: Mapping[str, Any], formatter: Formatter) -> dict[str, Any]:
    address = f"/files/{row['id']}/{quote(row['name'], safe='')}"
    size = row["size"] or 0
    text = f"{size / 1048576:.1f} MB" if size >= 1048576 else f"{max(1, size // 1024)} KB"
    return {
        "name": row["name"],
        "url": address,
        "preview": f"{address}?preview=1" if row["mimetype"].startswith(_SHOWABLE) else None,
        "is_picture": row["mimetype"].startswith("image/"),
        "note": " · ".join(part for part in (text, row["user"] or "", formats.datetime(
            row["created_at"], formatter.lang, formatter.zone, now=formatter.now)) if part),
    }  # fmt: skip


def _days(call: Call, info: ModelInfo, happenings: Iterable[Happening], formatter: Formatter) -> tuple[Day, ...]:
    """Return the entries by day, the latest first."""
    kept = list(happenings)
    names = _names(call, info, kept)
    labels = {
        key: call.text(label)
        for key, label in call.env.registry["core.history"].fields["operation"].options.items()  # type: ignore[attr-defined]  # a Selection
    }
    days: dict[str, list[Entry]] = {}
    for each in kept:
        text = formats.datetime(each.at, formatter.lang, formatter.zone, now=formatter.now)
        day, _space, _time = text.rpartition(" ")
        clock = formats.time(each.at, formatter.lang, formatter.zone)
        changes = tuple(
            (
                call.text(info.fields[name].label) if name in info.fields else name,
                _text(call, info, name, old, names, formatter),
                _text(call, info, name, new, names, formatter),
            )
            for name, old, new in each.changes
        )
        who = each.user if each.user and each.user_id != SYSTEM_UID else call.text(_("System"))
        entry = Entry(
            clock, who, initials_of(who), tint_of(each.user_id), labels.get(each.operation, each.operation), changes
        )
        days.setdefault(day or text, []).append(entry)
    return tuple(Day(label, tuple(entries)) for label, entries in days.items())


def _names(call: Call, info: ModelInfo, happenings: list[Happening]) -> dict[str, dict[int, str]]:
    """Return what the records are called that changes of relations name, one statement a model."""
    wanted: dict[str, set[int]] = {}
    for each in happenings:
        for name, old, new in each.changes:
            field: Any = info.fields.get(name)
            if field is None or not field.is_relation:
                continue
            for value in (old, new):
                ids = value if isinstance(value, list) else [value]
                wanted.setdefault(field.comodel, set()).update(one for one in ids if isinstance(one, int))
    return {model: names_of(call.env, model, sorted(ids)) for model, ids in wanted.items()}


def _text(
    call: Call, info: ModelInfo, name: str, value: Any, names: Mapping[str, Mapping[int, str]], formatter: Formatter
) -> str:
    """Return a kept value in words; – for none."""
    field: Any = info.fields.get(name)
    if value in (None, "", []):
        return formats.NONE
    if field is None:
        return str(value)
    if field.is_relation:
        known = names.get(field.comodel, {})
        ids = value if isinstance(value, list) else [value]
        found = [str(known[one]) if one in known else f"#{one}" for one in ids]
        return ("、" if formats.is_chinese(formatter.lang) else ", ").join(found)
    return formatter.show(field, _python(field.kind, value)).text or formats.NONE


def _python(kind: str, value: Any) -> Any:
    """Return a value of JSON as the field's kind keeps it."""
    if kind == "date" and isinstance(value, str):
        return dt.date.fromisoformat(value)
    if kind == "datetime" and isinstance(value, str):
        return dt.datetime.fromisoformat(value)
    return value
