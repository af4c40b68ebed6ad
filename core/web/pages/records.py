"""GET /records/<model>: the records of a model as list, kanban, calendar, chart or pivot (layer web)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.i18n import _
from core.render.extras import in_order
from core.web.api.models import may, visible_model
from core.web.errors import query_faults
from core.web.pages.addresses import record_url, with_more
from core.web.pages.builder import builder_panel, condition_chips
from core.web.pages.calendars import show_calendar
from core.web.pages.charts import show_chart
from core.web.pages.comparing import STATE
from core.web.pages.frame import framed, go_to
from core.web.pages.groups import LEVELS
from core.web.pages.kanban import show_kanban
from core.web.pages.lists import show_list
from core.web.pages.pivots import show_pivot
from core.web.pages.schemes import NONE, default_url, scheme_tabs
from core.web.pages.search import Listing, read_listing

if TYPE_CHECKING:
    from core.web.call import Call
    from core.web.request import Response


@dataclass(frozen=True)
class Kind:
    """A way to show records."""

    label: Any
    icon: str
    template: str
    build: Callable[[Call, Listing], Mapping[str, Any]]
    """Gives what the template shows as ``page``; raises for faults of the address."""


KINDS: Mapping[str, Kind] = {
    "list": Kind(_("List"), "list", "list.html", show_list),
    "kanban": Kind(_("Board"), "layout-kanban", "kanban.html", show_kanban),
    "calendar": Kind(_("Calendar"), "calendar", "calendar.html", show_calendar),
    "chart": Kind(_("Chart"), "chart-bar", "chart.html", show_chart),
    "pivot": Kind(_("Pivot table"), "table", "pivot.html", show_pivot),
}
"""By type of view, in the order of the switch."""


def show_records(call: Call, model: str) -> Response:
    """Answer with a page of records.

    Raises:
        MissingRecord: There is no such model, or none that the user may see.
        RequestError: A parameter is wrong.
    """
    info = visible_model(call.env, model)
    call.env.guard.check_model(call.env, info, "read")
    schemes = call.host.lists.read_schemes(call.env, model)
    target = default_url(call, info, schemes)
    if target is not None:
        return go_to(target)
    with query_faults():
        listing = read_listing(call, info, tuple(KINDS))
        kind = KINDS[listing.view_type]
        page = kind.build(call, listing)
        chips = condition_chips(call, listing)
    return framed(
        call,
        kind.template,
        title_of(call, listing),
        model=model,
        listing=listing,
        search=search_bar(call, listing),
        schemes=scheme_tabs(call, listing, schemes),
        chips=chips,
        panel=builder_panel(call, listing) if "build" in listing.parameters else None,
        page=page,
    )


def title_of(call: Call, listing: Listing) -> str:
    """Return the heading: what an administrator calls the menu, else what the view says, else the menu, else the model."""
    menu = listing.menu
    own = menu.label_in(call.lang) if menu is not None else None
    return own or call.text(listing.view.title or (menu.label if menu is not None else None) or listing.info.label)


def search_bar(call: Call, listing: Listing) -> dict[str, Any]:
    """Return what the head of each page of records shows: switch of views, filters, groupings, the button for a new record."""
    on = [each.name for each in listing.filters if each.is_on]
    info = listing.info
    may_create = may(call.env, info, "create") and listing.view.get("create") is not False
    return {
        "kinds": [
            {
                "name": name,
                "label": call.text(KINDS[name].label),
                "icon": KINDS[name].icon,
                "url": listing.url(**{**dict.fromkeys(STATE), "view": name}),
                "is_on": name == listing.view_type,
            }
            for name in listing.types
        ],
        "filters": [
            {
                "label": each.label,
                "is_on": each.is_on,
                "url": listing.url(f=[n for n in on if n != each.name] or "-" if each.is_on else [*on, each.name]),
            }
            for each in listing.filters
        ],
        "groupings": [
            {
                "label": label,
                "level": listing.by.index(key) + 1 if key in listing.by else None,
                "url": listing.url(by=_toggled(listing.by, key), folded=None, more=None),
            }
            for key, label in listing.groupings
        ],
        "ungroup_url": listing.url(by="-", folded=None, more=None) if listing.by else None,
        "kept": {
            name: value
            for name, value in listing.parameters.items()
            if name not in ("q", "page", "folded", "more", "totals")
        },
        "build_url": listing.url(build=None if "build" in listing.parameters else "1"),
        "favourites_url": listing.url(fav=None if "fav" in listing.parameters else "1"),
        "reset_url": listing.url(q=None, f=None, domain=None, by=None, order=None, fav=None, cat=None, scheme=NONE),
        "new_url": record_url(info.name, "new", menu=listing.parameters.get("menu")) if may_create else None,
        "label": call.text(info.label),
        "links": links_of_list(call, listing),
    }


def links_of_list(call: Call, listing: Listing) -> list[dict[str, Any]]:
    """Return the ways that addons offer from the list, each with the address of the list to come back to."""
    found = in_order(call.env.hook.list_links(env=call.env, model=listing.info.name))
    back = listing.url(page=listing.page if listing.page > 1 else None)
    return [
        {
            "label": call.text(link.label),
            "icon": link.icon or "point",
            "post": link.post,
            "url": link.url if link.post else with_more(link.url, back=back),
            "back": back,
        }
        for link in found
    ]


def _toggled(by: tuple[str, ...], key: str) -> list[str] | str:
    """Return the grouping with one more level, or without the one that is there; ``-`` for none."""
    return [each for each in by if each != key] or "-" if key in by else [*by[: LEVELS - 1], key]
