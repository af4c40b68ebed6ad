"""What stock does when records are saved and deleted."""

from collections.abc import Mapping, Sequence
from typing import Any

from addons.crm_stock.services.counting import keep_book, lines_of, need_approval
from addons.crm_stock.services.guarding import document_saved, lines_saved, refuse_deletion
from addons.crm_stock.services.limits import LIMIT, follow_levels, warn_keepers
from addons.crm_stock.services.locking import DOCUMENT, LEVEL, LINE
from addons.crm_stock.services.shortages import shortages
from core.api import ActionInfo, Environment, Model, hookimpl

PLACE = frozenset({"product", "place", "batch"})
"""What says of which level of stock a line is."""
COUNTED = frozenset({"kind", "warehouse"})
"""What says so of all lines of a document, and whether they are counted."""


@hookimpl
def before_transition(env: Environment, record: Model, transition: ActionInfo) -> None:
    """Post the differences of a stock-taking only once they were handed in, and with the right to approve them."""
    del env
    if record._info.name == DOCUMENT and transition.name == "confirm":
        need_approval(record)


@hookimpl
def after_transition(env: Environment, record: Model, transition: ActionInfo) -> None:
    """Tell other addons what is missing for goods that were asked for."""
    if record._info.name == DOCUMENT and transition.name == "request":
        found = shortages(record)
        if found:
            env.hook.stock_shortage(document=record, shortages=found)


@hookimpl
def records_saved(
    env: Environment, model: str, created: Sequence[int], changed: Mapping[int, Mapping[str, Any]]
) -> None:
    """Keep posted documents as they are; reserve what requests ask for; let limits follow stock."""
    if model == DOCUMENT:
        document_saved(env, changed)
        keep_book(env, lines_of(env, [number for number, before in changed.items() if not COUNTED.isdisjoint(before)]))
    elif model == LINE:
        lines_saved(env, created, changed)
        keep_book(env, [*created, *(number for number, before in changed.items() if not PLACE.isdisjoint(before))])
    elif model == LEVEL:
        follow_levels(env, [*created, *changed])
    elif model == LIMIT:
        warn_keepers(env, created, changed)


@hookimpl
def before_delete(env: Environment, model: str, ids: Sequence[int]) -> None:
    """Keep documents that wait for the keeper or moved stock."""
    if model in (DOCUMENT, LINE):
        refuse_deletion(env, model, ids)
