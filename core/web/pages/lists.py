"""A page of records as rows (layer web; CORE-33)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from core.render.table import Table
from core.render.values import Formatter
from core.web.pages.columns import Bound, bind_columns, can_sort, paths_to_read, show_rows
from core.web.pages.frame import formatter_of

if TYPE_CHECKING:
    from core.web.call import Call
    from core.web.pages.search import Listing


def show_list(call: Call, listing: Listing) -> dict[str, Any]:
    """Return the table, its totals over the whole result, and the pager. Two or three statements, however many rows there are."""
    formatter = formatter_of(call)
    columns = bind_columns(call, listing.info.name, listing.view.slot("columns"))
    model = call.env[listing.info.name]
    paths = paths_to_read(columns, listing.view)
    rows = model.read(listing.domain, paths, listing.order, listing.size, listing.offset)
    total, sums = _totals(call, listing, columns, formatter)
    query = {"menu": listing.parameters.get("menu")}
    shown = show_rows(
        call, listing.info, columns, rows, formatter, decorations=listing.view.get("decorations"), query=query
    )
    heads = tuple(
        replace(column.column, total=sums.get(column.path), **_sorting(listing, column)) for column in columns
    )
    return {"table": Table(heads, shown), "total": total, "pager": pager(listing, len(rows), total)}


def _totals(call: Call, listing: Listing, columns: Sequence[Bound], formatter: Formatter) -> tuple[int, dict[str, Any]]:
    """Return how many records there are, and the totals by column, in one statement."""
    wanted = {column.path: column.total for column in columns if column.total}
    measures: dict[str, Any] = {"id": "count", **wanted}
    found = call.env[listing.info.name].aggregate(listing.domain, measures)[0]
    fields = {column.path: column.field for column in columns}
    return found["id"], {
        path: formatter.show(fields[path], found[path], in_table=True) for path in wanted if found[path] is not None
    }


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
    """Return what the pager shows."""
    pages = max(1, -(-total // listing.size))
    return {
        "first": listing.offset + 1 if count else 0,
        "last": listing.offset + count,
        "total": total,
        "page": listing.page,
        "pages": pages,
        "previous": listing.url(page=listing.page - 1) if listing.page > 1 else None,
        "next": listing.url(page=listing.page + 1) if listing.page < pages else None,
        "size": listing.size,
    }
