"""Stock-taking: listing what is to be counted, and who may approve the differences (STOCK-14)."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from addons.crm_stock.services.locking import DOCUMENT, LEVEL, LINE
from core.api import AccessDenied, ConflictError, Environment, _, system_of

APPROVE = "crm_stock.approve_count"


def list_stock(document: Any) -> int:
    """Add a line for each level of the warehouse that holds something and is not listed yet; return how many were added.

    The counted quantity begins as that of the book: whoever counts changes what differs.
    """
    listed = {_place_of(line) for line in document.lines}
    levels = document.env[LEVEL].search([["warehouse", "=", document.warehouse_id], ["on_hand", "!=", 0]])
    rows = [
        {
            "document": document,
            "product": level.product,
            "unit": level.product.base_unit,
            "quantity": level.on_hand,
            "place": level.place,
            "batch": level.batch,
        }
        for level in levels
        if _place_of(level) not in listed
    ]
    if rows:
        document.env[LINE].create(rows)
    return len(rows)


def lines_of(env: Environment, documents: Iterable[int]) -> list[int]:
    """Return the ids of the lines of documents."""
    return [line.id for document in env.load(DOCUMENT, sorted(documents)) for line in document.lines]


def keep_book(env: Environment, ids: Iterable[int]) -> None:
    """Note on new lines of stock-takings, and those moved to another product, place or warehouse, what the book says now."""
    lines = [line for line in env.load(LINE, sorted(ids)) if line.document.kind == "count"]
    if not lines:
        return
    found: dict[tuple[int, int, int | None, str], Decimal] = {}
    domain = [["product", "in", sorted({line.product_id for line in lines})]]
    for row in system_of(env)[LEVEL].read(domain, ["product", "warehouse", "place", "batch", "on_hand"]):
        found[row["product"], row["warehouse"], row["place"], row["batch"] or ""] = row["on_hand"]
    with env.system_changes():
        for line in lines:
            key = (line.product_id, line.document.warehouse_id, line.place_id, line.batch or "")
            book = found.get(key, Decimal(0))
            if line.book_quantity != book:
                line.book_quantity = book


def need_approval(document: Any) -> None:
    """Raise unless the user may post the differences of a stock-taking that was handed in.

    Raises:
        ConflictError: It was not handed in yet.
        AccessDenied: The user has no right to approve stock-takings.
    """
    if document.kind != "count":
        return
    if document.state != "requested":
        raise ConflictError(_("%(number)s is still being counted.", number=document.number), hint=_("hand it in first"))
    if not document.env.has_right(APPROVE):
        raise AccessDenied(_("You may not approve the differences of stock-takings."))


def _place_of(record: Any) -> tuple[int, int | None, str]:
    return record.product_id, record.place_id, record.batch or ""
