"""A list in groups: heads with count and totals in the columns, the first rows of each, the rest on demand (layer web; CORE-33).

What is open or folded lies in the address (``folded``), so it survives paging, going back and sending the link. Whatever the number of
groups, rows cost at most three statements.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from core.render.table import Group, Row
from core.render.values import Formatter, initials_of, tint_of
from core.web.pages.addresses import record_url
from core.web.pages.columns import Bound, paths_to_read, show_rows
from core.web.pages.groups import Branch, condition_of, gathered, levels_of, read_branches, total_of

if TYPE_CHECKING:
    from core.web.call import Call
    from core.web.pages.search import Listing

FIRST_ROWS = 10
MOST_ROWS = 200
"""Rows of a group that is shown in full."""
ON_ONE_PAGE = 20
"""Groups of the deepest level, or folded ones, on one page."""
OPEN_UP_TO = 20_000
"""With more records than this groups begin folded."""


@dataclass(frozen=True)
class Grouped:
    """What a list in groups shows."""

    groups: tuple[Group, ...]
    count: int
    """Records in all groups."""
    sums: Mapping[str, Any]
    """Path of a column → total of all groups."""
    group_count: int
    """Groups of the deepest level."""
    page_count: int
    is_cut: bool
    """Whether there are more groups than can be shown."""


def show_groups(call: Call, listing: Listing, columns: Sequence[Bound], formatter: Formatter) -> Grouped:
    """Return the groups of one page."""
    levels = levels_of(call, listing)
    branches, is_cut = read_branches(call, listing, levels, columns)
    kinds = {column.path: column.total for column in columns if column.total}
    upper = [gathered(branches, depth, kinds) for depth in range(len(levels) - 1)]
    everything = gathered(branches, -1, kinds).get((), Branch((), ()))
    usual_open = everything.count <= OPEN_UP_TO
    against = set(listing.names("folded"))

    def is_open(branch: Branch) -> bool:
        return usual_open is not (branch.key in against)

    ends = _ends(branches, upper, is_open)
    start = (listing.page - 1) * ON_ONE_PAGE
    on_page = ends[start : start + ON_ONE_PAGE]
    rows = _rows_of(call, listing, columns, formatter, [each for each in on_page if _is_leaf(each, levels, is_open)])
    shown: list[Group] = []
    known: set[tuple[Any, ...]] = set()
    for end in on_page:
        for depth in range(len(end.values)):
            values = end.values[: depth + 1]
            if values in known:
                continue
            known.add(values)
            branch = end if depth == len(end.values) - 1 else upper[depth][values]
            shown.append(
                _head(listing, branch, columns, formatter, levels, rows.get(branch.key, ()), is_open(branch), against)
            )
    return Grouped(
        tuple(shown),
        everything.count,
        {path: total_of(str(kinds[path]), value) for path, value in everything.sums.items()},
        len(branches),
        max(1, -(-len(ends) // ON_ONE_PAGE)),
        is_cut,
    )


def _is_leaf(branch: Branch, levels: Sequence[Any], is_open: Any) -> bool:
    return len(branch.values) == len(levels) and is_open(branch)


def _ends(branches: Sequence[Branch], upper: Sequence[Mapping[Any, Branch]], is_open: Any) -> list[Branch]:
    """Return what paging counts: groups of the deepest level, and folded ones in place of all they hold."""
    found: dict[tuple[Any, ...], Branch] = {}
    for branch in branches:
        end = branch
        for depth, level in enumerate(upper):
            above = level[branch.values[: depth + 1]]
            if not is_open(above):
                end = above
                break
        found.setdefault(end.values, end)
    return list(found.values())


def _rows_of(
    call: Call, listing: Listing, columns: Sequence[Bound], formatter: Formatter, leaves: Sequence[Branch]
) -> dict[str, tuple[Row, ...]]:
    """Return the rows of open groups by key of the group."""
    wanted = set(listing.names("more"))
    levels = levels_of(call, listing)
    by_values = {leaf.values: leaf.key for leaf in leaves}
    within = {leaf.key: listing.kept({"all": condition_of(leaf, levels)}) for leaf in leaves}
    owner: dict[int, str] = {}
    for count, some in (
        (FIRST_ROWS, [leaf for leaf in leaves if leaf.key not in wanted]),
        (MOST_ROWS, [leaf for leaf in leaves if leaf.key in wanted]),
    ):
        if not some:
            continue
        condition: Any = {"any": [{"all": condition_of(leaf, levels)} for leaf in some]}
        domain = condition if listing.domain is None else {"all": [listing.domain, condition]}
        keys = [level.key for level in levels]
        for row in call.env[listing.info.name].first_of_groups(domain, keys, listing.order, count):
            owner[row["id"]] = by_values[tuple(row[key] for key in keys)]
    if not owner:
        return {}
    found = call.env[listing.info.name].read(
        [["id", "in", list(owner)]], paths_to_read(columns, listing.view), listing.order
    )
    decorations = listing.view.get("decorations")
    menu = listing.parameters.get("menu")
    rows: dict[str, list[Row]] = {}
    leads_to = listing.view.get("leads_to")
    for each in show_rows(call, listing.info, columns, found, formatter, decorations=decorations, leads_to=leads_to):
        own = rows.setdefault(owner[each.id], [])
        url = record_url(listing.info.name, each.id, menu=menu, list=within[owner[each.id]], at=len(own) + 1)
        leads_elsewhere = leads_to is not None and each.url != record_url(listing.info.name, each.id)
        own.append(each if leads_elsewhere else replace(each, url=url))
    return {key: tuple(value) for key, value in rows.items()}


def _head(
    listing: Listing,
    branch: Branch,
    columns: Sequence[Bound],
    formatter: Formatter,
    levels: Sequence[Any],
    rows: tuple[Row, ...],
    is_open: bool,
    against: set[str],
) -> Group:
    depth = len(branch.values) - 1
    level = levels[depth]
    is_leaf = depth == len(levels) - 1
    person = getattr(level.field, "comodel", None) == "core.user" and branch.values[-1] is not None
    remaining = branch.count - len(rows) if is_leaf and is_open else 0
    return Group(
        branch.key,
        branch.labels[-1],
        branch.count,
        depth,
        tint_of(branch.values[-1]) if person else None,
        initials_of(branch.labels[-1]) if person else "",
        tuple(_total(column, branch, formatter) for column in columns),
        listing.url(page=listing.page if listing.page > 1 else None, folded=sorted(against ^ {branch.key})),
        rows,
        is_open,
        remaining,
        _more_url(listing, branch, levels, len(rows)) if remaining else None,
    )


def _more_url(listing: Listing, branch: Branch, levels: Sequence[Any], shown: int) -> str:
    """Return where more of a group is shown: in place, and once that is not enough as a list of its own."""
    if shown < MOST_ROWS:
        page = listing.page if listing.page > 1 else None
        return listing.url(page=page, more=sorted({*listing.names("more"), branch.key}))
    custom = [listing.custom] if listing.custom else []
    condition = {"all": [*custom, *condition_of(branch, levels)]}
    return listing.url(by="-", folded=None, more=None, domain=condition)


def _total(column: Bound, branch: Branch, formatter: Formatter) -> Any:
    if not column.total:
        return None
    value = total_of(column.total, branch.sums.get(column.path))
    return None if value is None else formatter.show(column.field, value, in_table=True)
