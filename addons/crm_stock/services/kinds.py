"""Kinds of stock documents, the reasons each may have, and what their numbers begin with; the labels stand in the model."""

from collections.abc import Mapping

REASONS_OF: Mapping[str, frozenset[str]] = {
    "in": frozenset({"purchase", "return", "borrow_back", "other"}),
    "out": frozenset({"sale", "gift", "part", "sample", "other"}),
}
"""Kinds that have reasons (STOCK-04, STOCK-05); all others have ``other``."""
PREFIXES: Mapping[str, str] = {
    "opening": "QC",
    "in": "RK",
    "out": "CK",
    "loan": "JC",
    "loan_return": "JH",
    "transfer": "DB",
    "count": "PD",
}
"""Kind → what ``{category}`` in the numbering rule stands for."""
RESERVING = frozenset({"out", "loan", "transfer"})
"""Kinds whose requested documents reserve what they are to take out of the warehouse."""
