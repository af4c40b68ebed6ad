"""What a page of records shows: the conditions, order and grouping that its address says (layer web; CORE-33, 38–41).

The whole state lies in the address, so a page can be bookmarked, sent and gone back to:
``q`` (quick search), ``f`` (names of ready filters with commas; absent: the defaults), ``domain`` (more conditions, JSON), ``by`` (grouping),
``order``, ``page``, ``size``, ``view`` (type), ``menu``, ``cols`` (columns shown), ``folded`` (groups opened or folded against what is
usual), ``more`` (groups shown in full), ``scheme`` (saved search it began
with), ``fav`` (favourites only), ``cat`` (category), ``totals`` (count and add up everything, however long it takes).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from core.errors import nearest
from core.i18n import _
from core.views import VIEW_TYPES
from core.web.api import query
from core.web.errors import malformed
from core.web.pages.addresses import records_url
from core.web.pages.categories import category_domain, category_path
from core.web.pages.navigation import menus_of, trail_of
from core.web.pages.viewing import filled, follow, label_of, view_for, viewset

if TYPE_CHECKING:
    from core.orm.modelinfo import ModelInfo
    from core.views import Menu, Node, View
    from core.web.call import Call

VIEWS = ("list", "kanban", "calendar", "chart", "pivot")
"""Types of view that show many records."""
PAGE_SIZES = (20, 50, 100, 200)
MAX_PAGE = 1_000_000
LONGEST_TYPED = 200
AMONG = 2_000
"""Records that fit what is typed among which search boxes offer the first by order; who sees others types more."""
MOST_WORDS = {
    "by": 10,
    "cols": query.MAX_NAMES,
    "f": query.MAX_NAMES,
    "measure": 10,
    "series": 10,
    "rows": 10,
    "columns": 10,
}
"""Entries of parameters that are lists."""
_ASCII_FIELDS = frozenset({"phone", "mobile", "fax", "mail", "email", "website", "url"})
"""Names of fields whose values are ASCII whatever the language."""
PARAMETERS = (
    "q",
    "f",
    "domain",
    "by",
    "order",
    "page",
    "size",
    "view",
    "menu",
    "cols",
    "scheme",
    "lang",
    "date",
    "mode",
    "folded",
    "more",
    "totals",
    "fav",
    "cat",
    "build",
    "measure",
    "series",
    "chart",
    "stacked",
    "rows",
    "columns",
    "start",
    "end",
    "compare",
)
"""Parameters of a page of records."""
_KEPT = ("q", "f", "domain", "order", "fav", "cat", "by", "scheme")


PERIOD_LABELS: Mapping[str, Any] = {
    "day": _("day"),
    "week": _("week"),
    "month": _("month"),
    "quarter": _("quarter"),
    "year": _("year"),
    "fiscal_month": _("fiscal month"),
    "fiscal_quarter": _("fiscal quarter"),
    "fiscal_year": _("fiscal year"),
}
"""What the periods of groupings are called, by the key behind the colon of ``date:month``."""


@dataclass(frozen=True)
class Filter:
    """A ready filter of the search view."""

    name: str
    label: str
    is_on: bool
    domain: Any


@dataclass(frozen=True)
class Listing:
    """The state of one page of records."""

    info: ModelInfo
    view: View
    """The view shown."""
    view_type: str
    types: tuple[str, ...]
    """Types of view that can be chosen."""
    menu: Menu | None
    typed: str
    """What stands in the quick search box."""
    filters: tuple[Filter, ...]
    groupings: tuple[tuple[str, str], ...]
    """Ready groupings: pairs (key, label)."""
    custom: Any
    """Conditions of the advanced search, raw; None for none."""
    by: tuple[str, ...]
    order: str | None
    page: int
    size: int
    parameters: Mapping[str, str]
    """The parameters of the address."""
    domain: Any
    """All conditions together, for ``search`` and its kin."""
    category: str | None
    """Path of the field whose values stand as a tree beside the list; None: no tree."""
    uncategorised: Any
    """All conditions but the category chosen."""
    standing: Any
    """All but the conditions of the advanced search."""
    setting: Mapping[str, Any] = field(default_factory=dict)
    """What the user chose for this list: ``columns``, ``size``."""

    def names(self, parameter: str) -> tuple[str, ...]:
        """Return a parameter that is a list of words with commas."""
        return tuple(part for part in self.parameters.get(parameter, "").split(",") if part)

    @property
    def offset(self) -> int:
        """Records before this page."""
        return (self.page - 1) * self.size

    def kept(self, within: Any = None) -> str:
        """Return conditions and order as parameters of an address: what the page of a record needs to find those beside it.

        Args:
            within: More conditions, those of the group or column that the record stands in; they are called ``within``.
        """
        found = {name: self.parameters[name] for name in _KEPT if name in self.parameters}
        if self.view_type != "list" and self.order:
            found["order"] = self.order
        if within is not None:
            found["within"] = json.dumps(within, ensure_ascii=False, separators=(",", ":"), default=str)
        return urlencode(found)

    def url(self, **changes: Any) -> str:
        """Return the address of the page with some parameters changed; None leaves one out. Goes back to the first page."""
        kept = {name: value for name, value in self.parameters.items() if name != "page"}
        return records_url(self.info.name, **{**kept, **changes})


def read_listing(call: Call, info: ModelInfo, types: Sequence[str]) -> Listing:
    """Return what the address asks for.

    Args:
        call: The request.
        info: The model.
        types: Types of view that pages can show.

    Raises:
        RequestError: A parameter is wrong (400).
        MissingRecord: There is no such view for this user.
    """
    env, request = call.env, call.request
    query.only(request, PARAMETERS)
    given = {name: value for name, value in request.args.items() if value}
    for name, most in MOST_WORDS.items():
        if given.get(name, "").count(",") >= most:
            raise malformed(_('"%(name)s" has at most %(limit)s entries.', name=name, limit=most), key=name)
    menu = _menu(call, info, given["menu"]) if "menu" in given else None
    offered = _offered(call, info, menu, types)
    wanted = given.get("view", "")
    if wanted and wanted not in VIEWS:
        raise malformed(
            _("There is no kind of page “%(name)s”.", name=wanted[:40]), hint=nearest(wanted[:40], VIEWS), key="view"
        )
    view_type = wanted if wanted in offered else offered[0]
    view = view_for(env, info.name, view_type, _chosen_view(call, menu, view_type))
    search = view_for(env, info.name, "search", view.get("search"))
    typed = given.get("q", "")[:LONGEST_TYPED].strip()
    custom = query.domain_of(request)
    names = given["f"].split(",") if "f" in given else None
    filters = tuple(_filter(call, node, names) for node in search.slot("filters"))
    groupings = tuple((str(node.attrs["by"]), _by_label(call, info, node)) for node in search.slot("group_by"))
    by = tuple(part for part in given.get("by", "").split(",") if part.strip("-")) or _default_by(view, search, given)
    parts = [
        filled(menu.raw_domain, env) if menu is not None else None,
        filled(view.get("domain"), env),
        *(each.domain for each in filters if each.is_on),
        quick_domain(call, info, search, typed) if typed else None,
        [["id", "in", call.host.lists.favourite_ids(env, info.name)]] if "fav" in given else None,
    ]
    path = category_path(view, search)
    chosen = category_domain(env, info, path, given.get("cat"))
    setting = call.host.lists.read_setting(env, view.id) if view_type == "list" else {}
    usual_size = _usual_size(call, view, setting)
    size = query.whole_number(request, "size", usual_size, PAGE_SIZES[-1]) or usual_size
    return Listing(
        info,
        view,
        view_type,
        offered,
        menu,
        typed,
        filters,
        groupings,
        custom,
        by,
        query.order_of(request) or view.get("order"),
        max(1, query.whole_number(request, "page", 1, MAX_PAGE)),
        size,
        given,
        joined([*parts, chosen, custom]),
        path,
        joined([*parts, custom]),
        joined([*parts, chosen]),
        setting,
    )


def _menu(call: Call, info: ModelInfo, name: str) -> Menu | None:
    """Return the menu that a page was opened from; None if it is of another model.

    Raises:
        RequestError: There is none of this name that the user sees.
    """
    trail = trail_of(menus_of(call.env), name)
    if not trail:
        raise malformed(
            _("There is no menu “%(name)s”.", name=name[:80]), hint=_("open the page from the navigation"), key="menu"
        )
    return trail[-1] if trail[-1].model == info.name else None


def _usual_size(call: Call, view: View, setting: Mapping[str, Any]) -> int:
    """Return the rows of a page: as chosen for this list, as the view says, as the user likes lists."""
    chosen = setting.get("size")
    if chosen in PAGE_SIZES:
        return int(chosen)
    size: int = view.get("limit") or call.host.accounts.read_preferences(call.env)["page_size"]
    return size


def joined(parts: Sequence[Any]) -> Any:
    """Return the domain in which all parts hold; None and empty ones are passed over."""
    kept = [part for part in parts if part not in (None, [], {})]
    if len(kept) < 2:
        return kept[0] if kept else None
    return {"all": kept}


def _offered(call: Call, info: ModelInfo, menu: Menu | None, types: Sequence[str]) -> tuple[str, ...]:
    """Return the types to choose from: those the menu offers, else all the model has."""
    views = viewset(call.env)
    if menu is not None and menu.views:
        wanted = [name if name in VIEW_TYPES else views.view(name).type for name in menu.views]
    else:
        wanted = list(views.types(info.name))
    found = tuple(dict.fromkeys(name for name in wanted if name in types))
    return found or ("list",)


def _chosen_view(call: Call, menu: Menu | None, view_type: str) -> str | None:
    """Return the id of the view that the menu names for a type, or None."""
    if menu is None:
        return None
    views = viewset(call.env)
    named = [menu.view, *menu.views]
    return next((name for name in named if name and name in views.ids() and views.view(name).type == view_type), None)


def _filter(call: Call, node: Node, names: Sequence[str] | None) -> Filter:
    is_on = node.name in names if names is not None else bool(node.attrs.get("default"))
    label = call.text(node.attrs.get("label") or node.name)
    return Filter(node.name, label, is_on, filled(node.get("domain"), call.env))


def _by_label(call: Call, info: ModelInfo, node: Node) -> str:
    path, _colon, period = str(node.attrs["by"]).partition(":")
    label = call.text(label_of(node, follow(call.env, info.name, path)))
    return f"{label} · {call.text(PERIOD_LABELS[period])}" if period else label


def _default_by(view: View, search: View, given: Mapping[str, str]) -> tuple[str, ...]:
    if "by" in given or view.type not in ("list",):
        return ()
    own = view.get("group")
    if own:
        return (own,) if isinstance(own, str) else tuple(own)
    return tuple(str(node.attrs["by"]) for node in search.slot("group_by") if node.attrs.get("default"))


def quick_domain(call: Call, info: ModelInfo, search: View, typed: str, among: Collection[str] | None = None) -> Any:
    """Return the domain of the quick search box: what is typed stands in one of the fields of the search view (CORE-38, 40).

    Args:
        call: The call.
        info: The model.
        search: Its search view.
        typed: What was typed.
        among: Names of the fields looked at; None: all of the view.
    """
    conditions = []
    for node in search.slot("fields"):
        if among is not None and node.attrs["field"] not in among:
            continue
        found = _text_field(call, info, str(node.attrs["field"]))
        if found is not None and _may_hold(found[1], typed):
            name, field = found
            operator = node.attrs.get("operator") or ("fuzzy" if field.index == "fuzzy" else "ilike")
            conditions.append([name, operator, typed])
    return {"any": conditions} if conditions else [["id", "=", 0]]


def _may_hold(field: Any, typed: str) -> bool:
    """Tell whether a field can hold what was typed: no telephone number or address has letters beyond ASCII, no number lacks a digit.

    Every field left out saves reading all rows where it has no index, and "any of" is only as fast as its slowest part.
    """
    if typed.isascii():
        return True
    if field.kind == "sequence":
        return any(character.isdigit() for character in typed)
    return field.index == "fuzzy" or field.name not in _ASCII_FIELDS


def _text_field(call: Call, info: ModelInfo, name: str) -> tuple[str, Any] | None:
    """Return path and field in which a typed text is looked for: a relation is searched by what names its records."""
    path = follow(call.env, info.name, name)
    if path is None:
        return None
    field: Any = path.field
    if field.kind in ("many2one", "lookup"):
        target = call.env.registry[field.comodel]
        if target.rec_name is None or target.rec_name in call.env.hidden_fields(target, "read"):
            return None
        name, field = f"{name}.{target.rec_name}", target.fields[target.rec_name]
    is_text = field.kind in ("char", "text", "sequence") and field.is_stored
    return (name, field) if is_text else None
