"""Confirming and reversing stock documents (STOCK-04, STOCK-05)."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from addons.crm_stock.services.ledger import MILLIONTH, MOVE, Ledger
from addons.crm_stock.services.loans import need_loan_lines, need_nothing_back
from addons.crm_stock.services.locking import lock_document
from addons.crm_stock.services.postings import Posting, postings_of
from addons.crm_stock.services.reserving import release
from core.api import ConflictError, ValidationError, _, system_of


def post(document: Any) -> None:
    """Write the moves of a document that is being confirmed; its rights were checked before.

    Side effects: levels, figures of the products, cost and value of the lines; the hook ``stock_document_confirmed``.

    Raises:
        ConflictError: It was confirmed or cancelled meanwhile.
        ValidationError: It has no lines, its opening stock is closed, what comes back was not lent, or stock would go below zero.
    """
    system = system_of(document.env)
    fresh = lock_document(system, document.id)
    _need_state(fresh, "draft", "requested")
    need_lines(fresh)
    need_opening(fresh)
    if fresh.kind == "loan_return":
        need_loan_lines(fresh)
    release(system, fresh)
    moves = Ledger(system, fresh, document.env.uid, postings_of(fresh)).write()
    _note(fresh, moves, document.env.uid)
    document.env.hook.stock_document_confirmed(document=document)


def post_shipped(document: Any, lines: Sequence[Any]) -> None:
    """Write the moves of lines that a file of an addon ships below a document that is confirmed already, such as demo stock."""
    postings = [posting for posting in postings_of(document) if posting.line in lines]
    user = document.posted_by.id if document.posted_by else document.env.uid
    moves = Ledger(document.env, document, user, postings).write()
    _note_lines(lines, moves)
    document.value = (document.value or Decimal(0)) + sum(move.value for move in moves)


def take_back(document: Any) -> None:
    """Write the opposite moves of a document that is being reversed, at the value of its own.

    Where goods of that value are gone meanwhile, so that what is left would be worth less than nothing, the average cost counts.

    Side effects: as of `post`; the hook ``stock_document_reversed``.

    Raises:
        ConflictError: It was reversed meanwhile, or goods that it lent came back already.
        ValidationError: Its opening stock is closed, or stock would go below zero.
    """
    system = system_of(document.env)
    fresh = lock_document(system, document.id)
    _need_state(fresh, "confirmed")
    need_opening(fresh)
    need_nothing_back(fresh)
    written = system[MOVE].search([["document", "=", fresh.id], ["reverses", "=", False]], order="id desc")
    Ledger(system, fresh, document.env.uid, [_opposite(fresh, move) for move in written]).write(reverses=True)
    document.env.hook.stock_document_reversed(document=document)


def _opposite(document: Any, move: Any) -> Posting:
    inside = document.kind in ("transfer", "loan", "loan_return")
    return Posting(
        move.line, move.warehouse, move.place, move.batch, -move.quantity, -move.value, inside=inside, lent=move.lent
    )


def _need_state(document: Any, *states: str) -> None:
    if document.state not in states:
        raise ConflictError(_("%(number)s was changed meanwhile.", number=document.number), code="conflict.state")


def need_lines(document: Any) -> None:
    """Raise ValidationError if a document asks for nothing."""
    if not document.lines:
        raise ValidationError(_("The document has no lines."), field="lines")


def need_opening(document: Any) -> None:
    """Raise ValidationError for opening stock of a warehouse where it is closed (STOCK-03)."""
    if document.kind == "opening" and document.warehouse.opening_closed:
        raise ValidationError(
            _("The opening stock of %(warehouse)s is closed.", warehouse=document.warehouse.name),
            field="warehouse",
            hint=_("correct it by stock-taking"),
        )


def _note(document: Any, moves: Sequence[Any], user: int) -> None:
    """Keep on lines and document what they moved, and who posted it when."""
    _note_lines(document.lines, moves)
    document.update(value=sum(move.value for move in moves), posted_at=document.env.now(), posted_by=user)
    document.env.flush()


def _note_lines(lines: Sequence[Any], moves: Sequence[Any]) -> None:
    """Keep the cost of what lines moved, that contract profit goes by (STOCK-13)."""
    moved = {move.line.id: move for move in moves if not move.lent}
    for line in lines:
        # A line of a stock-taking that found no difference moves nothing.
        move = moved.get(line.id)
        line.value = Decimal(0) if move is None else abs(move.value)
        if move is not None and move.quantity:
            line.unit_cost = (line.value / abs(move.quantity)).quantize(MILLIONTH, rounding=ROUND_HALF_UP)
