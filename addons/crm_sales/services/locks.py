"""What can't be changed any more: effective contracts and quotes that the customer has (D28)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from addons.crm_sales.services.order_states import EFFECTIVE
from core.api import ConflictError, Environment, _, label_of

HEAD = frozenset({"customer", "currency", "rate", "total_quantity"})
"""Not the amount: it follows from the lines, and a return lowers it."""
LINE = frozenset({"product", "unit", "name", "quantity", "price", "discount"})
LOCKED: Mapping[str, frozenset[str]] = {
    "crm.order": frozenset({*EFFECTIVE, "cancelled"}),
    "crm.quote": frozenset({"approved", "sent", "accepted", "refused", "expired"}),
}
KEPT: Mapping[str, frozenset[str]] = {
    "crm.order": frozenset(EFFECTIVE),
    "crm.quote": frozenset({"accepted"}),
}
"""States in which a document can't be deleted."""
PARENT: Mapping[str, tuple[str, str]] = {
    "crm.order.line": ("crm.order", "order"),
    "crm.quote.line": ("crm.quote", "quote"),
}


def refuse_locked(env: Environment, model: str, changed: Mapping[int, Mapping[str, Any]]) -> None:
    """Raise ConflictError if customer, currency or lines of a locked document were changed.

    Lines that come or go are seen by the total quantity of their document. Payment plan, points and notes stay open.
    """
    if model in LOCKED:
        ids = [number for number, before in changed.items() if "state" not in before and not HEAD.isdisjoint(before)]
        _refuse(env.load(model, ids), model)
    elif model in PARENT:
        ids = [number for number, before in changed.items() if not LINE.isdisjoint(before)]
        document, field = PARENT[model]
        _refuse((getattr(line, field) for line in env.load(model, ids)), document)


def refuse_deletion(env: Environment, model: str, ids: Sequence[int]) -> None:
    """Raise ConflictError if a document is deleted that is binding, or one of its lines."""
    if model in KEPT:
        documents, name = env.load(model, ids), model
    elif model in PARENT:
        name, field = PARENT[model]
        documents = [getattr(line, field) for line in env.load(model, ids)]
    else:
        return
    for document in documents:
        if document is not None and document.state in KEPT[name]:
            raise ConflictError(
                _(
                    '%(number)s can\'t be deleted: it is "%(state)s".',
                    number=document.number,
                    state=label_of(document, "state"),
                ),
                hint=_("cancel it instead"),
            )


def _refuse(documents: Iterable[Any], model: str) -> None:
    for document in documents:
        if document is not None and document.state in LOCKED[model]:
            raise ConflictError(
                _(
                    '%(number)s is "%(state)s": prices, quantities and lines are locked.',
                    number=document.number,
                    state=label_of(document, "state"),
                ),
                hint=_hint(model),
            )


def _hint(model: str) -> Any:
    if model == "crm.quote":
        return _("make a new version of the quote")
    return _('use "Change" to make it a draft again')
