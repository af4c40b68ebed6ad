"""Reads a domain from data, its own form and Odoo's prefix notation alike. Layer: orm; knows no model.

The data may come from a stranger: nothing here recurses deeper than `MAX_DEPTH`, prints a foreign structure or compares one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.errors import CoreError, DomainError, Where, raise_faults, unknown
from core.i18n import _
from core.orm.domain.node import OPERATORS, All, Any_, Condition, Node, Not
from core.orm.domain.text import LikePattern

MAX_DEPTH = 100
"""Most levels of lists, any, all and not inside each other."""
MAX_CONDITIONS = 500
"""Most conditions in one domain; SQLite refuses expressions of about 1,000 terms."""
MAX_STEPS = 12
"""Most steps in one path; each may be a join."""
MAX_FAULTS = 20
"""Faults gathered before giving up."""

ODOO_OPERATORS: Mapping[str, str] = {
    "==": "=",
    "<>": "!=",
    "=?": "=",
    "=like": "like",
    "=ilike": "ilike",
    "not in": "not_in",
    "not like": "like",
    "not ilike": "ilike",
    "child_of": "under",
}
"""Odoo's spellings that differ from ours."""
_NEGATED = {"not in": "in", "not like": "like", "not ilike": "ilike"}
"""Read as the opposite of the positive operator, which for a list means "no row", as in Odoo; ours mean "some row not"."""
_PREFIXES = ("&", "|", "!")
_COMBINERS = ("any", "all", "not")


def parse(raw: Any, *, where: Where | None = None) -> Node:
    """Return the tree of a domain.

    Args:
        raw: A list of conditions that all hold, a single condition ``[path, operator, value]``, ``{"any": […]}``, ``{"all": […]}``
            or ``{"not": …}``, Odoo's prefix notation, a `Node`, or None, ``[]`` or ``{}`` for everything.
        where: Place of the domain for errors; the position inside it, such as ``domain.2.any.0``, is put behind its key.

    Raises:
        DomainError: Anything is wrong; several faults are gathered.
    """
    reader = _Reader(where or Where())
    node = reader.read(raw, "domain", 1)
    raise_faults(reader.faults, DomainError, "domain")
    return node


class _Reader:
    """Reads one domain and gathers its faults."""

    def __init__(self, where: Where) -> None:
        self.where = where
        self.faults: list[CoreError] = []
        self.count = 0

    def place(self, position: str) -> Where:
        """Return ``where`` with the position behind its key."""
        key = f"{self.where.key}.{position}" if self.where.key else position
        return Where(self.where.addon, self.where.file, self.where.line, key, self.where.model, self.where.field)

    def fault(self, position: str, message: Any, hint: Any = None) -> Node:
        """Note a fault and go on with a node that means everything."""
        return self.note(DomainError(message, hint=hint, where=self.place(position)))

    def note(self, error: CoreError) -> Node:
        """Note an error made elsewhere."""
        self.faults.append(error)
        if len(self.faults) >= MAX_FAULTS:
            raise_faults(self.faults, DomainError, "domain")
        return All()

    def enter(self, position: str, depth: int) -> None:
        """Refuse at once what is too deep: going on could exhaust the stack."""
        if depth > MAX_DEPTH:
            raise DomainError(
                _("The domain is nested too deep: more than %(limit)s levels.", limit=MAX_DEPTH),
                code="domain.too_deep",
                where=self.place("domain" if len(position) > 200 else position),
            )

    def counted(self, position: str) -> None:
        """Count one condition and refuse at once what is too much."""
        self.count += 1
        if self.count > MAX_CONDITIONS:
            raise DomainError(
                _("The domain has more than %(limit)s conditions.", limit=MAX_CONDITIONS),
                code="domain.too_long",
                hint=_('compare one field with many values by "in"'),
                where=self.place(position),
            )

    def read(self, raw: Any, position: str, depth: int) -> Node:
        """Read any form."""
        self.enter(position, depth)
        if raw is None:
            return All()
        if isinstance(raw, Node):
            return self.node(raw, position, depth)
        if isinstance(raw, Mapping):
            return self.mapping(raw, position, depth)
        if not isinstance(raw, (list, tuple)):
            return self.fault(
                position,
                _("A domain is a list of conditions, not %(got)s.", got=shown(raw)),
                _('such as [["amount", ">", 1000]]'),
            )
        if not raw:
            return All()
        if _is_condition(raw):
            return self.condition(raw, position)
        if any(isinstance(item, str) and item in _PREFIXES for item in raw):
            return self.prefix(raw, position, depth)
        return _joined(All, [self.read(item, f"{position}.{number}", depth + 1) for number, item in enumerate(raw)])

    def node(self, root: Node, position: str, depth: int) -> Node:
        """Check a tree made in Python; walked with a list, for it may be deeper than the stack."""
        waiting = [(root, depth)]
        while waiting:
            node, level = waiting.pop()
            self.enter(position, level)
            match node:
                case Condition():
                    self.counted(position)
                    self.path(".".join(map(str, node.path)), position)
                    if node.operator not in OPERATORS:
                        self.operator(node.operator, position)
                case Not(node=inner):
                    waiting.append((inner, level + 1))
                case All(nodes=nodes) | Any_(nodes=nodes):
                    waiting.extend((inner, level + 1) for inner in nodes)
        return root

    def mapping(self, raw: Mapping[Any, Any], position: str, depth: int) -> Node:
        """Read ``{"any": […]}``, ``{"all": […]}`` and ``{"not": …}``."""
        if not raw:
            return All()
        wrong = [key for key in raw if key not in _COMBINERS]
        if wrong:
            return self.note(
                unknown("key of a domain", shown_name(wrong[0]), _COMBINERS, DomainError, where=self.place(position))
            )
        if len(raw) > 1:
            return self.fault(
                position,
                _('One of "any", "all" and "not" stands alone.'),
                _('put them beside each other into {"all": […]}'),
            )
        ((key, inner),) = raw.items()
        below = f"{position}.{key}"
        if key == "not":
            return ~self.read(inner, below, depth + 1)
        if not isinstance(inner, (list, tuple)) or (inner and _is_condition(inner)):
            return self.fault(below, _('"%(key)s" takes a list of conditions.', key=key))
        nodes = [self.read(item, f"{below}.{number}", depth + 1) for number, item in enumerate(inner)]
        return _joined(Any_ if key == "any" else All, nodes)

    def prefix(self, raw: Sequence[Any], position: str, depth: int) -> Node:
        """Read Odoo's notation: an operator stands before its operands, which are therefore read from the end."""
        stack: list[tuple[Node, int]] = []
        for number in range(len(raw) - 1, -1, -1):
            item, place = raw[number], f"{position}.{number}"
            if not (isinstance(item, str) and item in _PREFIXES):
                stack.append((self.read(item, place, depth + 1), depth + 1))
                continue
            needed = 1 if item == "!" else 2
            if len(stack) < needed:
                return self.fault(place, _('"%(operator)s" has not enough operands behind it.', operator=item))
            if item == "!":
                node, level = stack.pop()
                stack.append((~node, level + 1))
            else:
                kind = Any_ if item == "|" else All
                (first, one), (second, two) = stack.pop(), stack.pop()
                # ["|", a, "|", b, c] is one level, however long the chain is.
                level = max(one + (not isinstance(first, kind)), two + (not isinstance(second, kind)))
                stack.append((first | second if item == "|" else first & second, level))
            self.enter(place, stack[-1][1])
        return _joined(All, [node for node, _level in reversed(stack)])

    def condition(self, raw: Sequence[Any], position: str) -> Node:
        """Read ``[path, operator, value]``; the value may be absent where the operator needs none."""
        self.counted(position)
        if len(raw) == 3 and type(raw[0]) is int and raw[1] == "=" and type(raw[2]) is int:
            # Odoo's constants: (1, "=", 1) is always true, (0, "=", 1) never.
            return All() if raw[0] == raw[2] else Any_()
        before = len(self.faults)
        operator = self.operator(raw[1], position) if len(raw) > 1 else ""
        if len(raw) not in (2, 3) or (len(raw) == 2 and operator not in ("is_set", "is_not_set", "")):
            self.fault(position, _("A condition is [path, operator, value]."))
        path = self.path(raw[0], position)
        if len(self.faults) > before:
            return All()
        return self.translated(path, raw[1], operator, raw[2] if len(raw) == 3 else None, position)

    def path(self, raw: Any, position: str) -> tuple[str, ...]:
        """Check the form of a path."""
        steps = tuple(raw.split(".")) if isinstance(raw, str) else ()
        if not steps or not all(step.isidentifier() for step in steps):
            self.fault(position, _("A path is a text of field names joined by dots, not %(got)s.", got=shown(raw)))
        elif len(steps) > MAX_STEPS:
            self.fault(position, _("A path has at most %(limit)s steps.", limit=MAX_STEPS))
        return steps

    def operator(self, raw: Any, position: str) -> str:
        """Return our name of an operator."""
        if isinstance(raw, str):
            if raw in OPERATORS:
                return raw
            if raw in ODOO_OPERATORS:
                return ODOO_OPERATORS[raw]
        self.note(unknown("operator", shown_name(raw), OPERATORS, DomainError, where=self.place(position)))
        return ""

    def translated(self, path: tuple[str, ...], spelled: str, operator: str, value: Any, position: str) -> Node:
        """Make the node of a condition whose form is right, from Odoo's operators too."""
        if isinstance(value, (list, set, frozenset)):
            value = tuple(value)
        if spelled in _NEGATED:
            return Not(Condition(path, _NEGATED[spelled], value, position))
        if spelled == "=?" and (value is None or value is False):
            return All()
        if spelled in ("=like", "=ilike") and isinstance(value, str):
            value = LikePattern(value, wild=True)
        return Condition(path, operator, value, position)


def _is_condition(raw: Sequence[Any]) -> bool:
    """Whether a list that is not empty is meant as one condition: begins with a path, or has an operator in the middle."""
    if isinstance(raw[0], str):
        return raw[0] not in _PREFIXES
    return len(raw) == 3 and isinstance(raw[1], str) and (raw[1] in OPERATORS or raw[1] in ODOO_OPERATORS)


def _joined(kind: type[All] | type[Any_], nodes: list[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else kind(tuple(nodes))


def shown(value: Any) -> str:
    """Describe a foreign value in few words: its type, and what it is if it is a scalar. Never looks into a structure."""
    if value is None or isinstance(value, (bool, float)):
        return str(value)
    if isinstance(value, int):
        return str(value) if value.bit_length() < 128 else "a huge number"
    if isinstance(value, (str, bytes)):
        return repr(value) if len(value) <= 60 else f"{value[:57]!r}…"
    return f"a value of type {type(value).__name__}"


def shown_name(value: Any) -> str:
    """Return a foreign name, cut short; for other types what `shown` says."""
    return value[:64] if isinstance(value, str) else shown(value)
