"""Which index serves a search for text, and the conditions that use it. Layer: orm.

A field declared with ``index="fuzzy"`` has its characters indexed (`core.orm.fuzzy`) and, like one with ``index="substring"``, each three in
a row (`core.orm.substring`).
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import sqlalchemy as sa

from core.orm import fuzzy, substring
from core.orm.domain import sql
from core.orm.domain.check import Test
from core.orm.domain.node import Node
from core.orm.domain.text import LikePattern, compact
from core.orm.fields import TEXT_INDEXES
from core.orm.paths import Walked

if TYPE_CHECKING:
    from core.orm.environment import Environment

Bool = sa.ColumnElement[bool]


class TextIndexes:
    """The text indexes of one environment's database."""

    def __init__(self, env: Environment) -> None:
        self._env = env

    @cached_property
    def dialect(self) -> str:
        """Name of the database's dialect; asked for by searches for text only."""
        return self._env.connection.dialect.name

    def serve(self, node: Node) -> bool:
        """Whether a condition can find its rows by index, if need be through letters that many rows hold."""
        if not isinstance(node, Test) or node.negated or node.walked.hops:
            return False
        if node.test == "fuzzy":
            return self._is_fuzzy(node.walked) and fuzzy.has_index_for(self.dialect, node.value)
        return node.test == "ilike" and self._has_parts(node.walked) and substring.has_index_for(node.value)

    def narrowed(self, walked: Walked, table: sa.FromClause, pattern: LikePattern) -> Bool | None:
        """Return a condition by index that every text that fits a pattern fulfils; None if there is none, or none is needed."""
        found = None
        if self._is_fuzzy(walked):
            found = fuzzy.sql_prefilter(*self._place(walked, table), pattern.text)
        if found is None and self._has_parts(walked) and self.dialect == "sqlite":
            assert walked.field is not None  # it has an index
            name = substring.fts_name(walked.info.table.name, str(walked.field.column))
            if self._env.registry.has_search_table(name):
                found = substring.prefilter(table, name, pattern)
        return found

    def fuzzy(
        self, walked: Walked, table: sa.FromClause, column: sa.ColumnElement[str], typed: str, *, by_index: bool
    ) -> Bool:
        """Return the condition of a fuzzy search, without an index as characters in order.

        Args:
            walked: The field searched.
            table: Its table or an alias of it.
            column: Its column, in the language of the environment.
            typed: What is looked for.
            by_index: See `core.orm.fuzzy.sql_condition`.
        """
        if self._is_fuzzy(walked):
            return fuzzy.sql_condition(*self._place(walked, table), typed, by_index=by_index)
        return sql.fits_folded(column, LikePattern.in_order(compact(typed)))

    def _is_fuzzy(self, walked: Walked) -> bool:
        return self._has_parts(walked) and walked.field is not None and walked.field.index == "fuzzy"

    def _has_parts(self, walked: Walked) -> bool:
        """Whether parts of the text compared are indexed; those of translations are not."""
        field = walked.field
        if field is None or field.index not in TEXT_INDEXES:
            return False
        return not field.translate or self._env.lang == self._env.default_lang

    def _place(self, walked: Walked, table: sa.FromClause) -> tuple[str, sa.FromClause, str, str]:
        """Return what `core.orm.fuzzy` wants to know of a column: dialect, table, column, index."""
        assert walked.field is not None  # it has an index
        column = f"{walked.field.column}{fuzzy.SUFFIX}"
        return self.dialect, table, column, fuzzy.fts_name(walked.info.table.name, column)
