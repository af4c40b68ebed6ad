"""GET /palette: what the command palette finds: pages, commands and records of every model with a menu (layer web).

Only what the user may read; names are found by their characters in order and by pinyin initials, as in the quick search of lists.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import CoreError
from core.i18n import _
from core.orm.fuzzy import match
from core.web.api import query
from core.web.api.models import may
from core.web.pages.addresses import record_url, records_url
from core.web.pages.columns import bind_columns, paths_to_read
from core.web.pages.frame import formatter_of
from core.web.pages.navigation import first_url, leaves, menu_label, menus_of
from core.web.pages.search import AMONG, LONGEST_TYPED, joined, quick_domain
from core.web.pages.viewing import filled, view_for

if TYPE_CHECKING:
    from core.views import Menu
    from core.web.call import Call
    from core.web.request import Response

MODELS = 8
"""Most models searched for one answer; each is one statement."""
RECORDS = 5
"""Most records of one model."""
COMMANDS = 8
NOTES = 3
"""Values beside the name of a record."""


@dataclass(frozen=True)
class Hit:
    """One line of the palette."""

    pieces: tuple[tuple[str, bool], ...]
    """The name in pieces; True for what was typed."""
    url: str
    icon: str
    note: str = ""


@dataclass(frozen=True)
class Section:
    """Lines of one kind."""

    label: str
    hits: tuple[Hit, ...]


def show_palette(call: Call) -> Response:
    """Answer with the lines for what is typed (``q``); with nothing typed, with the pages one can go to."""
    query.only(call.request, ("q",))
    typed = call.request.args.get("q", "").strip()[:LONGEST_TYPED]
    menus = menus_of(call.env)
    sections = [*_records(call, menus, typed)] if typed else []
    commands = tuple(_commands(call, menus, typed))[: COMMANDS if typed else 3 * COMMANDS]
    if commands:
        sections.append(Section(call.text(_("Go to and create")), commands))
    return call.page("palette.html", sections=sections, typed=typed)


def _records(call: Call, menus: tuple[Menu, ...], typed: str) -> Iterator[Section]:
    """Yield what is found in the models of the menus, each model once."""
    seen: set[str] = set()
    for menu, icon in leaves(menus):
        model = menu.model
        if model is None or model in seen or len(seen) >= MODELS or model.startswith("core."):
            continue
        seen.add(model)
        hits = tuple(_found(call, menu, model, icon, typed))
        if hits:
            yield Section(menu_label(call, menu), hits)


def _found(call: Call, menu: Menu, model: str, icon: str, typed: str) -> Iterator[Hit]:
    env = call.env
    info = env.registry[model]
    try:
        search, view = view_for(env, model, "search"), view_for(env, model, "list")
    except CoreError:
        # Without these views the model has no quick search for this user.
        return
    columns = bind_columns(call, model, view.slot("columns"))
    noted = [column for column in columns if not column.column.is_name and column.column.kind != "boolean"][:NOTES]
    domain = joined([filled(menu.raw_domain, env), quick_domain(call, info, search, typed)])
    rows = env[model].read(domain, paths_to_read(noted), None, RECORDS, among=AMONG)
    formatter = formatter_of(call)
    for row in rows:
        texts = [
            formatter.show(column.field, row[column.path], row.get(f"{column.path}.display_name")).text
            for column in noted
            if column.field is not None
        ]
        note = " · ".join(text for text in texts if text)
        url = record_url(model, row["id"], menu=menu.id)
        yield Hit(pieces(str(row["display_name"]), typed), url, icon, note)
    if len(rows) == RECORDS:
        words = call.text(_("Show all that fit “%(typed)s”", typed=typed))
        yield Hit(((words, False),), records_url(model, menu=menu.id, q=typed), "list-search")


def _commands(call: Call, menus: tuple[Menu, ...], typed: str) -> Iterator[Hit]:
    """Yield pages to go to and records to create, whose names fit what is typed."""
    seen: set[str] = set()
    for menu, icon in leaves(menus):
        label = menu_label(call, menu)
        url = first_url(menu)
        if url and match(label, typed):
            yield Hit(pieces(label, typed), url, icon)
        model = menu.model
        if typed and model and model not in seen and may(call.env, call.env.registry[model], "create"):
            seen.add(model)
            words = call.text(_("New %(noun)s", noun=_(call.env.registry[model].label)))
            if match(words, typed):
                yield Hit(pieces(words, typed), record_url(model, "new", menu=menu.id), "plus")


def pieces(name: str, typed: str) -> tuple[tuple[str, bool], ...]:
    """Return a name in pieces, in which the characters typed stand apart; whole where they are initials or other forms."""
    wanted = [char for char in typed.casefold() if not char.isspace()]
    found: list[tuple[str, bool]] = []
    at = 0
    for char in name:
        is_hit = at < len(wanted) and char.casefold() == wanted[at]
        at += is_hit
        if found and found[-1][1] == is_hit:
            found[-1] = (found[-1][0] + char, is_hit)
        else:
            found.append((char, is_hit))
    return tuple(found) if at == len(wanted) else ((name, False),)
