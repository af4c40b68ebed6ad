"""GET /apps: all addons found, by category and state (layer base; design 1.12, CORE-01)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.base.pages.administrators import bad_value, for_administrators
from core.base.services.addon_changes import last_change
from core.errors import CoreError
from core.i18n import _
from core.orm import bookkeeping
from core.orm.bookkeeping import TABLE_ITSELF, AddonState
from core.plugins.addon import BASE
from core.render.shell import Notice
from core.web.api import query
from core.web.pages.addresses import with_query
from core.web.pages.frame import framed, go_to
from core.web.tracing import traced_requests

if TYPE_CHECKING:
    from core.plugins.addon import Addon
    from core.web.call import Call
    from core.web.request import Response

PARAMETERS = ("q", "state", "category", "do", "archive")
STATES: Mapping[str, tuple[Any, str]] = {
    "enabled": (_("Enabled"), "ok"),
    "new": (_("Not enabled"), ""),
    "disabled": (_("Disabled"), "wa"),
    "broken": (_("Faulty"), "er"),
}
"""State → (word, class of the dot)."""
ICONS = {
    "base": "settings",
    "crm_base": "users",
    "crm_sales": "target-arrow",
    "crm_loyalty": "coins",
}


@dataclass(frozen=True)
class Card:
    """One addon as the page shows it."""

    name: str
    title: str
    summary: str
    version: str
    stored: str
    """Version whose schema and data the database holds; empty for none."""
    category: str
    state: str
    rows: int | None
    """Records kept while it is disabled; None: not counted."""
    error: str | None
    depends: tuple[tuple[str, str, bool], ...]
    """What it needs: (name, title, whether it is enabled)."""
    needed_by: tuple[str, ...]
    is_bridge: bool
    part: float | None
    """Its part of the time of the requests traced last; None: not measured."""
    statements: float | None
    """Its statements in each of them."""
    url: str
    icon: str
    is_enabled: bool
    """Whether the database says so, be it broken or not."""
    is_known: bool
    """Whether the database holds anything of it."""

    @property
    def upgrades(self) -> bool:
        """Whether its files are another version than the database holds."""
        return self.is_known and self.state != "broken" and bool(self.version) and self.version != self.stored


@for_administrators
def show_apps(call: Call) -> Response:
    """GET /apps."""
    return apps_page(call)


@for_administrators
def rescan(call: Call) -> Response:
    """POST /apps/rescan: look for addons again."""
    found = len(call.host.rescan())
    return go_to("/apps", Notice(call.text(_("Looked again: %(count)s apps found.", count=found))))


def apps_page(
    call: Call, name: str | None = None, sheet: Mapping[str, Any] | None = None, status: int = 200
) -> Response:
    """Return the page, with the sheet of one addon beside the list if one is given.

    Raises:
        RequestError: A parameter is wrong (400).
    """
    query.only(call.request, PARAMETERS)
    given = {key: value for key, value in call.request.args.items() if value and key in PARAMETERS[:3]}
    if given.get("state", "enabled") not in STATES:
        raise bad_value("state", given["state"])
    cards = cards_of(call, given)
    typed = given.get("q", "").strip().lower()[:100]
    matching = [card for card in cards if _matches(card, typed)]
    in_category = [card for card in matching if given.get("category") in (None, card.category)]
    shown = [card for card in in_category if given.get("state") in (None, card.state)]
    counts = {state: sum(card.state == state for card in in_category) for state in STATES}
    return framed(
        call,
        "apps.html",
        call.text(_("Apps")),
        status=status,
        given=given,
        typed=given.get("q", ""),
        total=len(cards),
        enabled=sum(card.state == "enabled" for card in cards),
        groups=_grouped(shown),
        states=[
            {
                "label": call.text(label),
                "count": counts[state],
                "is_on": given.get("state") == state,
                "is_bad": state == "broken" and counts[state] > 0,
                "url": with_query("/apps", {**given, "state": state}),
            }
            for state, (label, _tone) in STATES.items()
        ],
        all_states_url=with_query("/apps", {**given, "state": None}),
        categories=[
            {
                "label": each,
                "is_on": given.get("category") == each,
                "url": with_query("/apps", {**given, "category": each}),
            }
            for each in dict.fromkeys(card.category for card in cards)
        ],
        all_categories_url=with_query("/apps", {**given, "category": None}),
        words={state: (call.text(label), tone) for state, (label, tone) in STATES.items()},
        problems=[call.text(problem.message) for problem in call.host.addons.problems],
        change=last_change(call.host, call.env.database.name),
        chosen=name,
        sheet=sheet,
        close_url=with_query("/apps", given),
    )


def text_of(call: Call, message: Any) -> str:
    """Return a text of any addon found, enabled or not, in the reader's language."""
    return call.host.addon_texts().render(message, call.lang)


def cards_of(call: Call, given: Mapping[str, str] | None = None) -> list[Card]:
    """Return all addons, the base addon last, by category. Four statements.

    Args:
        call: The request.
        given: Conditions of the page, which the addresses of the cards keep.
    """
    env = call.env
    given = given or {}
    addons = call.host.addons
    states = bookkeeping.addon_states(env.connection)
    broken = call.host.broken_addons(env.registry)
    idle = [name for name, state in states.items() if state.state == "disabled"]
    rows = kept_rows(env.connection, idle)
    costs = costs_by_addon(call)
    titles = {addon.name: text_of(call, _(addon.title)) for addon in addons}
    dependents: dict[str, list[str]] = {}
    for addon in addons:
        for need in addon.depends:
            dependents.setdefault(need, []).append(titles[addon.name])
    cards = []
    seen = set()
    for addon in addons:
        if addon.name in seen:
            continue
        seen.add(addon.name)
        error = addon.error or broken.get(addon.name)
        cards.append(
            _card(call, addon, states, error, rows.get(addon.name), costs.get(addon.name), titles, dependents, given)
        )
    cards += [_lost(call, state, rows.get(name), given) for name, state in sorted(states.items()) if name not in seen]
    return sorted(cards, key=lambda card: (card.name == BASE, card.category, card.is_bridge, card.title))


def _card(
    call: Call,
    addon: Addon,
    states: Mapping[str, AddonState],
    error: CoreError | None,
    rows: int | None,
    cost: tuple[float, float] | None,
    titles: Mapping[str, str],
    dependents: Mapping[str, Sequence[str]],
    given: Mapping[str, str],
) -> Card:
    manifest = addon.manifest
    stored = states.get(addon.name)
    return Card(
        addon.name,
        titles[addon.name],
        text_of(call, _(manifest.summary)) if manifest and manifest.summary else "",
        addon.version,
        stored.version if stored else "",
        text_of(call, _(manifest.category)) if manifest and manifest.category else call.text(_("Other")),
        "broken" if error is not None else stored.state if stored else "new",
        rows,
        None if error is None else told(call, error),
        tuple(
            (need, titles.get(need, need), need in states and states[need].state == "enabled")
            for need in addon.depends
            if need != BASE
        ),
        tuple(dependents.get(addon.name, ())) if addon.name != BASE else (),
        addon.is_bridge,
        cost[0] if cost else None,
        cost[1] if cost else None,
        with_query(f"/apps/{addon.name}", given),
        ICONS.get(addon.name, "puzzle"),
        stored is not None and stored.state == "enabled",
        stored is not None,
    )


def _lost(call: Call, state: AddonState, rows: int | None, given: Mapping[str, str]) -> Card:
    """Return the card of an addon that the database knows, but whose folder is gone."""
    error = call.text(_("Its folder is not there any more."))
    url = with_query(f"/apps/{state.name}", given)
    other = call.text(_("Other"))
    return Card(
        state.name, state.name, "", "", state.version, other, "broken", rows, error, (), (), False, None, None, url,
        "puzzle-off", state.state == "enabled", True,
    )  # fmt: skip


def told(call: Call, error: CoreError) -> str:
    """Return what is wrong with an addon in one line, with its place."""
    first = error.faults[0] if error.faults else error
    place = first.where
    line = text_of(call, first.message)
    if place.file is not None:
        name = "/".join(str(place.file).replace("\\", "/").split("/")[-2:])
        line = f"{line} ({name}{'' if place.line is None else f':{place.line}'})"
    return line


def kept_rows(connection: sa.Connection, names: Iterable[str]) -> dict[str, int]:
    """Return how many rows lie in the tables of each addon: two statements."""
    wanted = set(names)
    if not wanted:
        return {}
    tables: list[tuple[str, str]] = [
        (addon, table)
        for (table, column), addon in bookkeeping.owners(connection).items()
        if column == TABLE_ITSELF and addon in wanted
    ]
    counts = dict.fromkeys(wanted, 0)
    if tables:
        parts = [
            sa.select(sa.literal(addon).label("addon"), sa.func.count().label("count")).select_from(sa.table(table))
            for addon, table in tables
        ]
        for addon, count in connection.execute(sa.union_all(*parts)):
            counts[addon] += count
    return counts


def costs_by_addon(call: Call) -> dict[str, tuple[float, float]]:
    """Return of the requests traced last: addon → (part of the whole time, statements in each request)."""
    traced = traced_requests(call.host, call.env.database.name)
    whole = sum(each["seconds"] for each in traced)
    found: dict[str, tuple[float, float]] = {}
    for each in traced:
        for addon, seconds, statements, _calls in each["shares"]:
            part, number = found.get(addon, (0.0, 0.0))
            found[addon] = (part + seconds / whole if whole else 0.0, number + statements / len(traced))
    return found


def _matches(card: Card, typed: str) -> bool:
    return not typed or any(typed in text.lower() for text in (card.name, card.title, card.summary, card.category))


def _grouped(cards: Iterable[Card]) -> list[tuple[str, list[Card]]]:
    groups: dict[str, list[Card]] = {}
    for card in cards:
        groups.setdefault(card.category, []).append(card)
    return list(groups.items())
