"""Names and letters of what a right allows (CORE-24, CORE-30). Layer: access.

============  ======  =====================================================================================
operation     letter  rows it reaches
============  ======  =====================================================================================
``create``    ``c``   the rules of ``create``, held against the row as it will be
``read``      ``r``   the rules of ``read``
``update``    ``u``   the rules of ``update``
``delete``    ``d``   the rules of ``delete``
``export``    ``x``   those of ``read``: nobody exports what they may not see
``print``     ``p``   those of ``read``
``import``    ``i``   those of ``create``
``approve``   ``a``   those of ``update``
``assign``    ``s``   those of ``update``
============  ======  =====================================================================================

In a security file a right is written as letters (``cru``), as one word (``read``, ``all``), as words with commas, or as a list of words.
"""

from __future__ import annotations

from core.errors import DataError, Message, unknown
from core.i18n import _

__all__ = ["LETTERS", "OPERATIONS", "ROW_OPERATIONS", "operation_label", "parse_operations", "row_operation"]

LETTERS = {
    "c": "create",
    "r": "read",
    "u": "update",
    "d": "delete",
    "x": "export",
    "p": "print",
    "i": "import",
    "a": "approve",
    "s": "assign",
}
OPERATIONS = tuple(LETTERS.values())
ROW_OPERATIONS = ("create", "read", "update", "delete")
"""The operations that record rules speak of; the others follow one of them."""

_FOLLOWS = {"export": "read", "print": "read", "import": "create", "approve": "update", "assign": "update"}


def row_operation(operation: str) -> str:
    """Return the operation whose record rules hold for ``operation``.

    Raises:
        UnknownNameError: No such operation.
    """
    if operation not in OPERATIONS:
        raise unknown("operation", operation, OPERATIONS)
    return _FOLLOWS.get(operation, operation)


def parse_operations(value: object) -> frozenset[str]:
    """Return the operations meant by ``value``: letters, a word, words with commas, or a list of words.

    Raises:
        DataError: A letter or word is unknown; the nearest is proposed.
    """
    if isinstance(value, str):
        text = value.strip()
        if text == "all":
            return frozenset(OPERATIONS)
        if text in OPERATIONS:
            return frozenset({text})
        if "," in text:
            return parse_operations([part.strip() for part in text.split(",") if part.strip()])
        if text and set(text) <= LETTERS.keys():
            return frozenset(LETTERS[letter] for letter in text)
        raise unknown("operation", text, [*OPERATIONS, "all"], DataError) if len(text) > len(LETTERS) else _bad(text)
    if isinstance(value, (list, tuple, set, frozenset)) and all(isinstance(part, str) for part in value):
        return frozenset(name for part in value for name in parse_operations(part))
    raise DataError(
        _("Rights are written as letters or as a list of words."), hint=_("such as crud, or [read, export]")
    )


def operation_label(operation: str) -> Message:
    """Return the word for an operation as a person reads it, translatable."""
    return _LABELS[operation]


_LABELS = {
    "create": _("create"),
    "read": _("read"),
    "update": _("change"),
    "delete": _("delete"),
    "export": _("export"),
    "print": _("print"),
    "import": _("import"),
    "approve": _("approve"),
    "assign": _("assign"),
}


def _bad(text: str) -> DataError:
    wrong = sorted(set(text) - LETTERS.keys())
    proposal = unknown("operation", text, [*OPERATIONS, "all"], DataError)
    letters = ", ".join(f"{letter} {name}" for letter, name in LETTERS.items())
    hint = proposal.hint if len(text) > 2 and proposal.hint else _("letters: %(letters)s", letters=letters)
    return DataError(
        _('"%(text)s" is not a set of rights (%(wrong)s).', text=text, wrong=", ".join(wrong) or _("empty")), hint=hint
    )
