"""Hooks that stock documents offer."""

from collections.abc import Sequence
from typing import Any

from core.api import hookspec


@hookspec
def stock_document_confirmed(document: Any) -> None:
    """Act on goods that came in or went out, such as noting what an order has delivered.

    Called: in the transaction that confirms a document, after stock has moved; its state is still ``draft`` or ``requested``. Cost and
    value stand on its lines.

    Args:
        document: The record of ``crm.stock.document``, in the environment of who confirms; its ``source`` is what asked for it, or None.

    Raises:
        ValidationError: The document may not be confirmed; the message is shown.
    """


@hookspec
def stock_document_reversed(document: Any) -> None:
    """Undo what the confirmation of a document brought about.

    Called: in the transaction that reverses a document, after stock has moved back; its state is still ``confirmed``.

    Args:
        document: The record of ``crm.stock.document``, in the environment of who reverses.

    Raises:
        ValidationError: The document may not be reversed; the message is shown.
    """


@hookspec
def stock_shortage(document: Any, shortages: Sequence[Any]) -> None:
    """Act on goods that were asked for and are not there, such as telling who asked, or buying them.

    Called: in the transaction in which a document is requested, after its state has changed; only if something is missing.

    Args:
        document: The record of ``crm.stock.document``.
        shortages: What is missing, line by line: objects with ``line``, a record of ``crm.stock.line``, and ``missing``, its quantity
            in base units.
    """
