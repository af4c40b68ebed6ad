"""Ask the warehouse for parts of repairs, and take over what they cost (SERV-14, STOCK-05)."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from addons.crm_stock.api import StockLine, request_issue
from core.api import ConflictError, Environment, _, lock_records, system_of

PART = "crm.repair.part"
CENT = Decimal("0.01")
ASKED = frozenset({"product", "unit", "quantity", "repair"})
"""What the warehouse was asked for: locked as long as the request stands."""


def request_parts(repair: Any) -> Any:
    """Return a requested stock document for the parts not asked for yet; None if there are none."""
    repair.env.flush()
    system = system_of(repair.env)
    # Of two who ask at once the second waits, and sees what was asked for.
    locked = lock_records(system[PART].search([["repair", "=", repair.id]]))
    waiting = {part.id: part for part in locked if part.document is None}
    if not waiting:
        return None
    document = request_issue(
        repair.env,
        reason="part",
        lines=[
            StockLine(part.product, part.unit, part.quantity, batch=part.serial or None)
            for part in repair.parts
            if part.id in waiting
        ],
        customer=repair.customer,
        source=repair,
    )
    for part in waiting.values():
        part.update(document=document)
    system.flush()
    return document


def note_issue(document: Any) -> None:
    """Give the parts of a document that is confirmed what they cost; of one product in several parts each its share, the last the rest."""
    parts = _parts_of(document)
    for product in {part.product for part in parts}:
        rest = sum((line.value or Decimal(0) for line in document.lines if line.product.id == product.id), Decimal(0))
        of_it = [part for part in parts if part.product is product]
        left = sum((part.base_quantity for part in of_it), Decimal(0))
        for part in of_it:
            share = (rest * part.base_quantity / left).quantize(CENT, ROUND_HALF_UP) if left else Decimal(0)
            part.issue_cost = share
            rest, left = rest - share, left - part.base_quantity
    system_of(document.env).flush()


def forget_issue(document: Any) -> None:
    """Let the parts of a document that is given up or taken back be asked for again."""
    for part in _parts_of(document):
        part.document = part.issue_cost = None
    system_of(document.env).flush()


def refuse_requested(env: Environment, changed: Mapping[int, Mapping[str, Any]]) -> None:
    """Raise ConflictError if what the warehouse was asked for was changed."""
    _refuse(env.load(PART, [number for number, before in changed.items() if not ASKED.isdisjoint(before)]))


def refuse_deletion(env: Environment, ids: Sequence[int]) -> None:
    """Raise ConflictError if a part is deleted that the warehouse was asked for."""
    _refuse(env.load(PART, ids))


def _refuse(parts: Iterable[Any]) -> None:
    for part in parts:
        if part.document is not None:
            raise ConflictError(
                _("%(part)s was asked for by %(number)s.", part=part.product.name, number=part.document.number),
                hint=_("have the keeper cancel or reverse that document first"),
            )


def _parts_of(document: Any) -> list[Any]:
    if document.kind != "out" or document.reason != "part":
        return []
    return list(system_of(document.env)[PART].search([["document", "=", document.id]], order="id"))
