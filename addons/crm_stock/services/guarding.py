"""What can't be changed any more: documents that moved stock, and those that wait for the keeper (STOCK-04)."""

from collections.abc import Mapping, Sequence
from typing import Any

from addons.crm_stock.services.locking import DOCUMENT, LINE
from addons.crm_stock.services.posting import post_shipped
from addons.crm_stock.services.reserving import reserve
from addons.crm_stock.services.rights import keeps
from core.api import SYSTEM_UID, ConflictError, Environment, _, label_of, system_of

HEAD = frozenset(
    {"kind", "reason", "warehouse", "target_warehouse", "customer", "employee", "date", "source", "company"}
)
HELD = frozenset({"document", "product", "unit", "quantity", "base_quantity", "place", "batch"})
"""What the quantity that a line holds back depends on."""
ROW = HELD | {"unit_cost"}
OPEN = ("draft", "requested")


def document_saved(env: Environment, changed: Mapping[int, Mapping[str, Any]]) -> None:
    """Refuse changes of posted documents; let those that are requested, changed or cancelled hold back what they ask for.

    Raises:
        ConflictError: The document is posted or cancelled, or waits for a keeper whom the user is not.
    """
    for document in env.load(DOCUMENT, list(changed)):
        before = changed[document.id]
        if not HEAD.isdisjoint(before):
            _need_open(env, document)
        if document.state in ("requested", "cancelled") and not before.keys().isdisjoint(
            {"state", "kind", "warehouse"}
        ):
            reserve(document)


def lines_saved(env: Environment, created: Sequence[int], changed: Mapping[int, Mapping[str, Any]]) -> None:
    """The same for lines that were added or changed."""
    touched = [number for number, before in changed.items() if not ROW.isdisjoint(before)]
    for document in _documents(env, [*created, *touched]):
        _need_open(env, document)
        if _is_shipped(env, document):
            post_shipped(document, [line for line in document.lines if line.id in created])
    held = [number for number in touched if not HELD.isdisjoint(changed[number])]
    for document in _documents(env, [*created, *held]):
        if document.state == "requested":
            reserve(document)


def refuse_deletion(env: Environment, model: str, ids: Sequence[int]) -> None:
    """Raise ConflictError if something is deleted of a document that is more than a draft, or was cancelled."""
    system = system_of(env)
    found = system.load(model, ids)
    for document in found if model == DOCUMENT else _documents(system, ids):
        if document.state not in ("draft", "cancelled"):
            raise ConflictError(
                _(
                    '%(number)s can\'t be deleted: it is "%(state)s".',
                    number=document.number,
                    state=label_of(document, "state"),
                ),
                hint=_("cancel or reverse it instead"),
            )


def _documents(env: Environment, lines: Sequence[int]) -> list[Any]:
    """Return the documents of lines, in the order in which everybody locks them."""
    return sorted({line.document for line in env.load(LINE, lines)}, key=lambda document: int(document.id))


def _need_open(env: Environment, document: Any) -> None:
    if document.state not in OPEN and not _is_shipped(env, document):
        raise ConflictError(
            _(
                '%(number)s is "%(state)s" and can\'t be changed.',
                number=document.number,
                state=label_of(document, "state"),
            ),
            hint=_("reverse it and make a new one"),
        )
    if document.state == "requested" and not env.is_elevated and not keeps(env, document.warehouse):
        raise ConflictError(
            _("%(number)s waits for the keeper, who alone changes it now.", number=document.number),
            hint=_("cancel it and make a new one"),
        )


def _is_shipped(env: Environment, document: Any) -> bool:
    """Tell whether a file of an addon ships the document as confirmed: nobody ever posted it."""
    return env.uid == SYSTEM_UID and document.state == "confirmed" and document.posted_at is None
