"""A page of records as rows or in groups (layer web; CORE-33).

Counting and adding up look at `COUNTED` records at most unless the reader asks for all, so that a page of a million records comes as fast
as one of a hundred.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from core.render.table import Table
from core.render.values import Formatter
from core.web.pages.batch import batch_bar
from core.web.pages.categories import category_tree
from core.web.pages.choosing import column_menu, list_columns
from core.web.pages.columns import Bound, can_sort, paths_to_read, show_rows
from core.web.pages.frame import formatter_of
from core.web.pages.grouping import show_groups

if TYPE_CHECKING:
    from core.web.call import Call
    from core.web.pages.search import Listing

COUNTED = 3_000
"""Records counted and added up without being asked."""


def show_list(call: Call, listing: Listing) -> dict[str, Any]:
    """Return the table, its totals over the whole result, and the pager. Few statements, however many rows there are."""
    formatter = formatter_of(call)
    columns = list_columns(call, listing)
    if listing.by:
        return _grouped(call, listing, columns, formatter)
    totals = _totals(call, listing, columns) if listing.typed else None
    # What was typed may fit three records of a million: these are found first, and ordered then.
    among = COUNTED if totals is not None and totals[0] <= COUNTED else None
    rows = call.env[listing.info.name].read(
        listing.domain, paths_to_read(columns, listing.view), listing.order, listing.size, listing.offset, among=among
    )
    if totals is None:
        is_whole = listing.page == 1 and len(rows) < listing.size
        totals = _totals_of_rows(columns, rows) if is_whole else _totals(call, listing, columns)
    count, sums = totals
    query = {"menu": listing.parameters.get("menu"), "list": listing.kept()}
    decorations = listing.view.get("decorations")
    first = listing.offset + 1
    leads_to = listing.view.get("leads_to")
    shown = show_rows(
        call,
        listing.info,
        columns,
        rows,
        formatter,
        decorations=decorations,
        query=query,
        first=first,
        leads_to=leads_to,
    )
    heads = _heads(listing, columns, sums, formatter)
    return {
        "table": Table(heads, shown),
        **_counted(listing, count),
        "pager": pager(listing, len(rows), count),
        "is_cut": False,
        **_tools(call, listing, columns, [row.id for row in shown]),
    }


def _tools(call: Call, listing: Listing, columns: list[Bound], ids: Sequence[int]) -> dict[str, Any]:
    """Return what stands around the rows: bar of the selection, menu of columns, stars."""
    name, lists = listing.info.name, call.host.lists
    starred = frozenset(ids) if "fav" in listing.parameters else lists.favourites_among(call.env, name, ids)
    return {
        "batch": batch_bar(call, listing),
        "columns": column_menu(call, listing, columns),
        "starred": starred,
        "tree": category_tree(call, listing),
        "here": listing.url(page=listing.page if listing.page > 1 else None),
    }


def _grouped(call: Call, listing: Listing, columns: list[Bound], formatter: Formatter) -> dict[str, Any]:
    grouped = show_groups(call, listing, columns, formatter)
    count, sums = grouped.count, grouped.sums
    if grouped.is_cut:
        count, sums = _totals(call, listing, columns)
    heads = _heads(listing, columns, sums, formatter)
    pages = {
        "is_grouped": True,
        "groups": grouped.group_count,
        "page": listing.page,
        "pages": grouped.page_count,
        "previous": listing.url(page=listing.page - 1) if listing.page > 1 else None,
        "next": listing.url(page=listing.page + 1) if listing.page < grouped.page_count else None,
        "total": count,
    }
    return {
        "table": Table(heads, groups=grouped.groups),
        **_counted(listing, count if grouped.is_cut else min(count, COUNTED), count),
        "pager": pages,
        "is_cut": grouped.is_cut,
        **_tools(call, listing, columns, [row.id for group in grouped.groups for row in group.rows]),
    }


def _heads(listing: Listing, columns: Sequence[Bound], sums: Mapping[str, Any], formatter: Formatter) -> Any:
    shown = {
        column.path: formatter.show(column.field, sums[column.path], in_table=True)
        for column in columns
        if sums.get(column.path) is not None
    }
    return tuple(replace(each.column, total=shown.get(each.path), **_sorting(listing, each)) for each in columns)


def _counted(listing: Listing, count: int, total: int | None = None) -> dict[str, Any]:
    """Return the number of records for the head of the page; where it was not counted to the end, the way to have it counted."""
    is_more = count > COUNTED and "totals" not in listing.parameters
    shown = COUNTED if is_more else total or count
    return {"total": shown, "is_more": is_more, "count_url": listing.url(totals=1) if is_more else None}


def _totals(call: Call, listing: Listing, columns: Sequence[Bound]) -> tuple[int, dict[str, Any]]:
    """Return how many records there are, at most one more than `COUNTED`, and the totals by column, in one statement."""
    wanted = {column.path: column.total for column in columns if column.total}
    measures: dict[str, Any] = {"id": "count", **wanted}
    at_most = None if "totals" in listing.parameters else COUNTED + 1
    found = call.env[listing.info.name].aggregate(listing.domain, measures, at_most=at_most)[0]
    if at_most is not None and found["id"] > COUNTED:
        return found["id"], {}
    return found["id"], {path: found[path] for path in wanted}


def _totals_of_rows(columns: Sequence[Bound], rows: Sequence[Mapping[str, Any]]) -> tuple[int, dict[str, Any]]:
    """Return the same as `_totals` where all records stand on the page: nothing has to be asked."""
    sums: dict[str, Any] = {}
    for column in columns:
        values = [row[column.path] for row in rows if column.total and row[column.path] is not None]
        if not column.total or not (values or column.total == "sum"):
            continue
        if column.total in ("min", "max"):
            sums[column.path] = min(values) if column.total == "min" else max(values)
        elif column.total == "avg":
            sums[column.path] = sum(values) / len(values)
        else:
            sums[column.path] = sum(values)
    return len(rows), sums


def _sorting(listing: Listing, column: Bound) -> dict[str, Any]:
    """Return the link in a head and whether the table is sorted by it: first click ascending, second descending, third as before."""
    if not can_sort(column):
        return {}
    first, _space, direction = (listing.order or "").split(",")[0].strip().partition(" ")
    is_sorted = first == column.path
    descending = is_sorted and direction.strip().lower() == "desc"
    following = f"{column.path} desc" if is_sorted and not descending else None if descending else column.path
    return {
        "sort_url": listing.url(order=following),
        "sorted": ("descending" if descending else "ascending") if is_sorted else None,
    }


def pager(listing: Listing, count: int, total: int) -> dict[str, Any]:
    """Return what the pager shows.

    Args:
        listing: The page.
        count: Records on it.
        total: Records in all; more than `COUNTED` may mean any number unless the reader asked for all.
    """
    is_more = total > COUNTED and "totals" not in listing.parameters
    pages = None if is_more else max(1, -(-total // listing.size))
    has_next = count == listing.size if pages is None else listing.page < pages
    return {
        "is_grouped": False,
        "first": listing.offset + 1 if count else 0,
        "last": listing.offset + count,
        "total": COUNTED if is_more else total,
        "page": listing.page,
        "pages": pages,
        "previous": listing.url(page=listing.page - 1) if listing.page > 1 else None,
        "next": listing.url(page=listing.page + 1) if has_next else None,
    }
