"""ANALYZE of one table, for the planner. Layer: orm; used by `core.orm.schema` only."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import ExecutableDDLElement


class Analyse(ExecutableDDLElement):
    """ANALYZE; runs inside a transaction on both databases."""

    def __init__(self, table: str) -> None:
        self.table = table


@compiles(Analyse)
def _analyse(element: Analyse, compiler: Any, **_kwargs: Any) -> str:
    return f"ANALYZE {compiler.preparer.quote(element.table)}"
