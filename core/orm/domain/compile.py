"""Compiles a domain to a SQLAlchemy condition. Layer: orm.

Links to one record become LEFT JOINs of a `JoinTree`, lists become correlated EXISTS. Negation is pushed down to the leaves, where NULL
is dealt with, so that plain conditions stay plain and indexes are used.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.orm.aliases import nested_alias
from core.orm.domain import sql
from core.orm.domain.check import Employed, Members, Test, bind
from core.orm.domain.node import All, Any_, Node, Not
from core.orm.domain.periods import Span
from core.orm.domain.textindex import TextIndexes
from core.orm.domain.values import TEXT_KINDS
from core.orm.employed import join_employment
from core.orm.jointree import JoinTree, OnJoin, column_of
from core.orm.paths import Models, OnField, Walked

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.fields import Field
    from core.orm.modelinfo import ModelInfo

DEEP = 8
"""From so many levels on, the deepest part is written first: SQLite's parser keeps what stands before an open bracket."""

Bool = sa.ColumnElement[bool]


def compile_domain(
    domain: Any, tree: JoinTree, env: Environment, *, two_valued: bool = False, on_field: OnField | None = None
) -> Bool:
    """Return the condition that a row of the tree's root fulfils a domain.

    The joins it needs are added to the tree; `JoinTree.apply` puts them into the statement.

    Args:
        domain: A node, or anything `parse` reads.
        tree: Root, and who may see what of related rows.
        env: Tells time and language.
        two_valued: True never gives NULL, for CHECK constraints and where the caller negates; otherwise NULL may stand for false.
        on_field: Told every field the domain looks at; raises to refuse it.

    Raises:
        DomainError: The domain is malformed or a value is wrong.
        UnknownFieldError: A path names no field.
        ValidationError: A field refuses a value.
    """
    node = bind(domain, tree.models, tree.info, env, on_field=on_field)
    return _Compiler(env, two_valued).node(node, tree, negated=False)


def condition_on(
    domain: Any,
    models: Models,
    info: ModelInfo,
    table: sa.FromClause,
    env: Environment,
    *,
    on_join: OnJoin | None = None,
    two_valued: bool = False,
) -> Bool:
    """Return the condition as one expression over ``table`` that needs no joins around it, as access rules do.

    Where the domain follows links to one record, the whole is an EXISTS over the same row with its joins. Arguments and errors as
    `compile_domain`.

    Args:
        domain: A node, or anything `parse` reads.
        models: The registry.
        info: The model.
        table: The model's table or an alias of it.
        env: Tells time and language.
        on_join: See `JoinTree`.
        two_valued: See `compile_domain`.
    """
    node = bind(domain, models, info, env)
    compiler = _Compiler(env, two_valued)
    plain = _tree_within(models, info, table, on_join)
    condition = compiler.node(node, plain, negated=False)
    if not plain.joins:
        return condition
    inner = _tree_within(models, info, nested_alias(info.table, table, "same row"), on_join)
    condition = compiler.node(node, inner, negated=False)
    row: sa.Select[Any] = sa.select(sa.literal_column("1")).where(inner.table.c.id == table.c.id, condition)
    return inner.apply(row).correlate(table).exists()


def _tree_within(
    models: Models, info: ModelInfo, table: sa.FromClause, on_join: OnJoin | None, start: sa.FromClause | None = None
) -> JoinTree:
    """Return a tree whose joins belong to the same subquery as its root."""

    def joined(other: ModelInfo, path: tuple[str, ...]) -> sa.FromClause:
        return nested_alias(other.table, table, info.name, *path)

    return JoinTree(models, info, table, on_join=on_join, start=start, aliases=joined)


class _Compiler:
    """Compiles one domain."""

    def __init__(self, env: Environment, two_valued: bool) -> None:
        self.env = env
        self.two_valued = two_valued
        self.indexes = TextIndexes(env)
        self.by_index = False
        """Whether every alternative at hand can be looked up by index, so that each should be."""

    def node(self, node: Node, tree: JoinTree, *, negated: bool) -> Bool:
        """Compile a node or its opposite."""
        match node:
            case Not(node=inner):
                return self.node(inner, tree, negated=not negated)
            case Test():
                return self.test(node, node.walked.hops, tree, negated)
            case All(nodes=nodes) | Any_(nodes=nodes):
                parts = self.parts(node, _deepest_first(nodes), tree, negated)
                if isinstance(node, All) is negated:
                    return sa.or_(*parts) if parts else sa.false()
                return sa.and_(*parts) if parts else sa.true()
        raise TypeError(f"not a bound domain: {type(node).__name__}")

    def parts(self, node: All | Any_, nodes: Sequence[Node], tree: JoinTree, negated: bool) -> list[Bool]:
        """Compile the parts of a node; alternatives that all have an index are each looked up by it."""
        outer = self.by_index
        if isinstance(node, Any_):
            self.by_index = not negated and len(nodes) > 1 and all(map(self.indexes.serve, nodes))
        try:
            return [self.node(item, tree, negated=negated) for item in nodes]
        finally:
            self.by_index = outer

    def test(self, test: Test, hops: Sequence[Field[Any]], tree: JoinTree, negated: bool) -> Bool:
        """Compile a leaf whose path has ``hops`` still to go from the tree's root."""
        if isinstance(test.value, Employed):
            periods = join_employment(tree, test.walked, test.value.on, self.env)
            unit = test.value.unit
            return self.leaf(unit, periods, (unit.negated is not test.negated) is not negated, reached=True)
        for number, hop in enumerate(hops):
            if hop.to_many:
                found = self.some_row(test, hops[number + 1 :], tree, tree.alias(hops[:number]), hop)
                return sa.not_(found) if negated else found
        table = tree.alias(hops)
        if test.test == "rows":
            found = self.some_row(None, (), tree, table, test.walked.field)  # type: ignore[arg-type]  # a list is a field
            return sa.not_(found) if test.negated is not negated else found
        return self.leaf(test, table, test.negated is not negated, reached=bool(hops))

    def some_row(
        self, test: Test | None, rest: Sequence[Field[Any]], tree: JoinTree, parent: sa.FromClause, relation: Field[Any]
    ) -> Bool:
        """Return EXISTS over the living rows of a list, those that pass the test if one is given."""
        info = tree.models[relation.comodel]  # type: ignore[attr-defined]  # lists are relations
        rows = nested_alias(info.table, parent)
        start: sa.FromClause = rows
        if relation.kind == "one2many":
            inverse = info.fields[relation.inverse]  # type: ignore[attr-defined]  # of this kind
            conditions = [rows.c[str(inverse.column)] == parent.c.id]
        else:
            links = nested_alias(relation.relation_table, parent)  # type: ignore[attr-defined]  # a Many2many
            own, other = (links.c[name] for name in relation.relation_columns)  # type: ignore[attr-defined]  # as above
            start = links.join(rows, rows.c.id == other)
            conditions = [own == parent.c.id]
        if info.recycle:
            conditions.append(rows.c.deletion_id.is_(None))
        seen = tree.seen(info, rows)
        if seen is not None:
            conditions.append(seen)
        inner = _tree_within(tree.models, info, rows, tree.on_join, start)
        if test is not None:
            conditions.append(self.test(test, rest, inner, negated=False))
        statement: sa.Select[Any] = sa.select(sa.literal_column("1")).where(*conditions)
        return inner.apply(statement).correlate(parent).exists()

    def leaf(self, test: Test, table: sa.FromClause, negated: bool, *, reached: bool) -> Bool:
        """Compile a comparison of a column, with NULL counted as failing it.

        Args:
            test: What to compare.
            table: Table that holds the column.
            negated: Whether the opposite is asked for.
            reached: Whether the table is joined, so that any column may be NULL.
        """
        if test.test in ("always", "never"):
            return sa.true() if (test.test == "always") is not negated else sa.false()
        if test.walked.kind == "reference":
            column, found = self.reference(test, table)
        else:
            column = column_of(table, test.walked.field, self.env)
            found = self.compare(test, table, column, negated)
        if test.test in ("null", "set") or (isinstance(test.value, Members) and test.value.none):
            return sa.not_(found) if negated else found
        if not reached and isinstance(column, sa.Column) and not column.nullable:
            return sa.not_(found) if negated else found
        if negated:
            return sa.or_(column.is_(None), sa.not_(found))
        return sa.and_(column.is_not(None), found) if self.two_valued else found

    def compare(self, test: Test, table: sa.FromClause, column: sa.ColumnElement[Any], negated: bool) -> Bool:
        """Return the comparison, which may be NULL where the column is."""
        walked, value = test.walked, test.value
        match test.test:
            case "null":
                return column.is_(None)
            case "set":
                return _is_set(walked, column)
            case "eq":
                return column == sql.literal(value, column)
            case "lt" | "le" | "gt" | "ge":
                return _ordered(walked, test.test, column, value)
            case "in":
                return _member(column, value)
            case "like" | "ilike":
                found = sql.fits(column, value) if test.test == "like" else sql.fits_folded(column, value)
                # Only a filter that must hold can be narrowed by the index beforehand.
                narrowed = None if negated else self.indexes.narrowed(walked, table, value)
                return found if narrowed is None else sa.and_(narrowed, found)
            case "fuzzy":
                return self.indexes.fuzzy(walked, table, column, value, by_index=self.by_index)
            case "under":
                return self.under(walked, column, value)
        raise TypeError(f"unknown test: {test.test}")

    def under(self, walked: Walked, column: sa.ColumnElement[Any], tops: tuple[int, ...]) -> Bool:
        """Return the condition that an id lies in the subtrees of ``tops``."""
        info = _hierarchy(walked, self.env)
        table = info.table.alias()
        subtree = sa.select(table.c.id).where(sql.one_of(table.c.id, tops)).cte(recursive=True, nesting=True)
        child = info.table.alias()
        parent = child.c[str(info.fields[str(info.parent_field)].column)]
        # UNION and not UNION ALL: a circle ends.
        subtree = subtree.union(sa.select(child.c.id).join(subtree, parent == subtree.c.id))
        return column.in_(sa.select(subtree.c.id))

    def reference(self, test: Test, table: sa.FromClause) -> tuple[sa.ColumnElement[Any], Bool]:
        """Compile a comparison of a Reference, whose two columns are set together."""
        assert test.walked.field is not None
        model, number = table.c[f"{test.walked.field.name}_model"], table.c[f"{test.walked.field.name}_id"]

        def same(pair: tuple[str, int]) -> Bool:
            return sa.and_(model == pair[0], number == sql.literal(pair[1], number))

        match test.test:
            case "eq":
                return model, same(test.value)
            case "in":
                found = sa.or_(sa.false(), *(same(pair) for pair in test.value.values))
                return model, sa.or_(model.is_(None), found) if test.value.none else found
            case "null":
                return model, model.is_(None)
        return model, model.is_not(None)


def _hierarchy(walked: Walked, env: Environment) -> ModelInfo:
    return env.registry[str(walked.related_model)]


def _is_set(walked: Walked, column: sa.ColumnElement[Any]) -> Bool:
    if walked.kind in TEXT_KINDS:
        # NULL for NULL would do for a filter but not under NOT.
        return sa.and_(column.is_not(None), column != sa.literal("", sa.Text()))
    if walked.kind == "json":
        return sa.and_(column.is_not(None), sa.cast(column, sa.Text()).not_in(["null", '""']))
    return column.is_not(None)


def _ordered(walked: Walked, test: str, column: sa.ColumnElement[Any], value: Any) -> Bool:
    bound = sql.literal(value, column)
    left = sql.by_code_point(column) if walked.kind in TEXT_KINDS else column
    match test:
        case "lt":
            return left < bound
        case "le":
            return left <= bound
        case "gt":
            return left > bound
    return left >= bound


def _member(column: sa.ColumnElement[Any], members: Members) -> Bool:
    parts: list[Bool] = [column.is_(None)] if members.none else []
    if members.values:
        parts.append(sql.one_of(column, members.values))
    parts.extend(_within(column, span) for span in members.spans)
    return sa.or_(*parts) if parts else sa.false()


def _within(column: sa.ColumnElement[Any], span: Span) -> Bool:
    return sa.and_(column >= sql.literal(span.start, column), column < sql.literal(span.end, column))


def _deepest_first(nodes: Sequence[Node]) -> Sequence[Node]:
    """Return the nodes as they are, or where they are deep with the deepest first."""
    depths = [_depth(node) for node in nodes]
    if max(depths, default=0) < DEEP:
        return nodes
    return [node for _number, node in sorted(enumerate(nodes), key=lambda pair: -depths[pair[0]])]


def _depth(node: Node) -> int:
    match node:
        case Not(node=inner):
            return _depth(inner)
        case All(nodes=nodes) | Any_(nodes=nodes):
            return 1 + max(map(_depth, nodes), default=0)
    return 0
