"""The tree of a domain: conditions joined by all, any and not; and `D`, which writes them in Python. Layer: orm.

Nodes are immutable data that know no model; `core.orm.domain.check` binds them to one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

from core.errors import DomainError
from core.i18n import _

OPERATORS = (
    "=",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "in",
    "not_in",
    "like",
    "ilike",
    "not_ilike",
    "fuzzy",
    "is_set",
    "is_not_set",
    "under",
    "employed",
)


class Node:
    """One part of a domain. Combine with ``&``, ``|`` and ``~``."""

    __slots__ = ()

    def __and__(self, other: Node) -> Node:
        return All((*_parts(All, self), *_parts(All, other))) if isinstance(other, Node) else NotImplemented

    def __or__(self, other: Node) -> Node:
        return Any_((*_parts(Any_, self), *_parts(Any_, other))) if isinstance(other, Node) else NotImplemented

    def __invert__(self) -> Node:
        return self.node if isinstance(self, Not) else Not(self)

    def __bool__(self) -> NoReturn:
        # `a and b`, `not a` and `1 < D("x") < 5` would silently drop a condition.
        raise DomainError(_("A condition has no truth value by itself."), hint=_("combine conditions with &, | and ~"))


def _parts(kind: type[All] | type[Any_], node: Node) -> tuple[Node, ...]:
    return node.nodes if isinstance(node, kind) else (node,)


@dataclass(frozen=True, slots=True)
class All(Node):
    """Holds where every node holds; without nodes, everywhere."""

    nodes: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Any_(Node):  # noqa: N801 (without the underscore it would hide typing.Any)
    """Holds where one node holds; without nodes, nowhere."""

    nodes: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Not(Node):
    """Holds where ``node`` does not."""

    node: Node


@dataclass(frozen=True, slots=True)
class Condition(Node):
    """One comparison of what lies at the end of a path.

    Attributes:
        path: Names of fields, one per step.
        operator: One of `OPERATORS`.
        value: What to compare with, as given; not yet converted to the field's type.
        position: Where it stood in the domain read, such as ``domain.2.any.0``; empty if written in Python.
    """

    path: tuple[str, ...]
    operator: str
    value: Any = None
    position: str = field(default="", compare=False, repr=False)


def conditions(node: Node) -> Iterator[Condition]:
    """Yield every condition in ``node``, from left to right."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        match current:
            case Condition():
                yield current
            case Not(node=inner):
                waiting.append(inner)
            case All(nodes=nodes) | Any_(nodes=nodes):
                waiting.extend(reversed(nodes))


class D:
    """The value at the end of a path, to be compared: ``(D("amount") > 1000) & D("owner.name").is_set()``."""

    __slots__ = ("_path",)

    def __init__(self, path: str) -> None:
        """Take a dotted path.

        Raises:
            DomainError: ``path`` is no text, or one of its steps is empty.
        """
        if not isinstance(path, str) or not all(path.split(".")):
            raise DomainError(_("A path is a text of field names joined by dots."))
        self._path = tuple(path.split("."))

    def _compare(self, operator: str, value: Any = None) -> Condition:
        return Condition(self._path, operator, value)

    def __eq__(self, value: object) -> Condition:  # type: ignore[override]  # a comparison here is data, not an answer
        return self._compare("=", value)

    def __ne__(self, value: object) -> Condition:  # type: ignore[override]  # a comparison here is data, not an answer
        return self._compare("!=", value)

    def __lt__(self, value: Any) -> Condition:
        return self._compare("<", value)

    def __le__(self, value: Any) -> Condition:
        return self._compare("<=", value)

    def __gt__(self, value: Any) -> Condition:
        return self._compare(">", value)

    def __ge__(self, value: Any) -> Condition:
        return self._compare(">=", value)

    __hash__ = None  # type: ignore[assignment]  # equality gives a condition, so there is no hash to go with it

    def in_(self, values: Iterable[Any]) -> Condition:
        """One of ``values``; None among them means "not set"."""
        return self._compare("in", _listed(values))

    def not_in(self, values: Iterable[Any]) -> Condition:
        """None of ``values``; holds where the field is not set unless None is among them."""
        return self._compare("not_in", _listed(values))

    def like(self, text: str) -> Condition:
        """Contains ``text``, minding case; with ``%`` in it, fits the pattern."""
        return self._compare("like", text)

    def ilike(self, text: str) -> Condition:
        """Contains ``text`` in any case; with ``%`` in it, fits the pattern."""
        return self._compare("ilike", text)

    def not_ilike(self, text: str) -> Condition:
        """Does not contain ``text`` in any case; holds where the field is not set."""
        return self._compare("not_ilike", text)

    def fuzzy(self, text: str) -> Condition:
        """Contains the characters of ``text`` in this order, or its pinyin initials (CORE-40)."""
        return self._compare("fuzzy", text)

    def is_set(self) -> Condition:
        """Has a value (an empty text is none), or for lists has rows."""
        return self._compare("is_set")

    def is_not_set(self) -> Condition:
        """Has no value (an empty text is none), or for lists no rows."""
        return self._compare("is_not_set")

    def under(self, value: Any) -> Condition:
        """Is ``value`` or below it in its hierarchy; a record, an id or a list of them."""
        return self._compare("under", value)

    def employed(self, unit: str, operator: str, value: Any = None, *, on: str) -> Condition:
        """Is a person who belonged to a unit on the day of the record: ``D("owner").employed("department", "=", 7, on="date")``.

        As data: ``["owner", "employed", {"on": "date", "where": ["department", "=", 7]}]``. What counts is the history of employments, so the
        answer stays when the person moves. Units are ``company``, ``department``, ``position`` and ``team`` (the main team); operators those of a
        relation without texts.
        """
        return self._compare("employed", {"on": on, "where": [unit, operator, value]})

    def __repr__(self) -> str:
        return f"D({'.'.join(self._path)!r})"


def _listed(values: Iterable[Any]) -> Any:
    # A mapping is a span of time such as {"this": "month"}, a text a mistake that the check reports.
    return values if isinstance(values, (dict, str, bytes)) else tuple(values)
