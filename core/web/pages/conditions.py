"""Conditions of the advanced search as rules and groups of rules, from and to domains (layer web; CORE-39).

Two levels are enough for people: rules, and groups of rules. What a domain holds beyond that (``not``, deeper groups, where somebody was
employed) is kept as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from core.orm.domain import All, Any_, Condition, Node, Not, parse

NO_VALUE = frozenset({"is_set", "is_not_set"})


@dataclass
class Rule:
    """One condition; while it is made its path or value may be missing."""

    path: tuple[str, ...] = ()
    operator: str = ""
    value: Any = None
    error: str | None = None
    """What is wrong with the value typed."""

    @property
    def is_complete(self) -> bool:
        """Whether it can be asked."""
        has_value = self.value not in (None, "", []) or self.operator in NO_VALUE
        return bool(self.path and self.operator and has_value and self.error is None)


@dataclass
class Fixed:
    """A part of a domain that the builder can only keep or drop."""

    raw: Any


@dataclass
class RuleGroup:
    """Rules of which all or any must hold."""

    mode: str = "all"
    """``all`` or ``any``."""
    items: list[Rule | Fixed | RuleGroup] = field(default_factory=list)

    def rules(self) -> Iterator[Rule]:
        """Yield every rule, groups within included."""
        for item in self.items:
            if isinstance(item, Rule):
                yield item
            elif isinstance(item, RuleGroup):
                yield from item.rules()


def from_domain(raw: Any) -> RuleGroup:
    """Return the rules of a domain.

    Raises:
        DomainError: It is malformed.
    """
    node = parse(raw)
    if isinstance(node, (All, Any_)):
        return RuleGroup("any" if isinstance(node, Any_) else "all", [_item(each) for each in node.nodes])
    return RuleGroup("all", [_item(node)])


def _item(node: Node) -> Rule | Fixed | RuleGroup:
    if _is_rule(node):
        return Rule(node.path, node.operator, _plain(node.value))
    if isinstance(node, (All, Any_)) and all(_is_rule(each) for each in node.nodes):
        return RuleGroup("any" if isinstance(node, Any_) else "all", [_item(each) for each in node.nodes])
    return Fixed(raw_of(node))


def _is_rule(node: Node) -> TypeGuard[Condition]:
    return isinstance(node, Condition) and node.operator != "employed"


def raw_of(node: Node) -> Any:
    """Return a node as data again."""
    if isinstance(node, Condition):
        return [".".join(node.path), node.operator, _plain(node.value)]
    if isinstance(node, Not):
        return {"not": raw_of(node.node)}
    assert isinstance(node, (All, Any_))
    return {"any" if isinstance(node, Any_) else "all": [raw_of(each) for each in node.nodes]}


def to_domain(group: RuleGroup) -> Any:
    """Return the domain of the rules that are complete; None for none."""
    found = [raw for item in group.items if (raw := _raw_item(item)) is not None]
    if not found:
        return None
    return {"any": found} if group.mode == "any" and len(found) > 1 else found


def _raw_item(item: Rule | Fixed | RuleGroup) -> Any:
    if isinstance(item, Fixed):
        return item.raw
    if isinstance(item, Rule):
        return [".".join(item.path), item.operator, item.value] if item.is_complete else None
    found = [raw for each in item.items if (raw := _raw_item(each)) is not None]
    return {item.mode: found} if found else None


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return getattr(value, "text", value)
