"""Evaluates a domain on a record, with the answer SQL would give. Layer: orm.

Relations are followed as attributes: unsaved changes count, and rows in the recycle bin are not in a list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from core.orm import fuzzy
from core.orm.domain.check import Employed, Members, Test, bind
from core.orm.domain.node import All, Any_, Node, Not
from core.orm.domain.periods import Span
from core.orm.domain.text import LikePattern, compact, folded
from core.orm.employed import employment_of
from core.orm.paths import Models, Walked

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.fields import Field
    from core.orm.modelinfo import ModelInfo


class _Unsaved:
    """Stands for a record without an id: set, and equal to no id."""


_UNSAVED = _Unsaved()


def evaluate(domain: Any, record: Any, env: Environment) -> bool:
    """Whether a record fulfils a domain.

    For many records of one model `matcher` reads the domain only once.

    Args:
        domain: A node, or anything `parse` reads.
        record: The record; unsaved ones too.
        env: Tells time, language and registry.

    Raises:
        DomainError: The domain is malformed or a value is wrong.
        UnknownFieldError: A path names no field.
        ValidationError: A field refuses a value.
    """
    return matcher(domain, env.registry, record._info, env)(record)


def matcher(domain: Any, models: Models, info: ModelInfo, env: Environment) -> Callable[[Any], bool]:
    """Return a function that tells whether a record of one model fulfils a domain; arguments and errors as `evaluate`."""
    node = bind(domain, models, info, env)
    return lambda record: _holds(node, record, env)


def _holds(node: Node, record: Any, env: Environment) -> bool:
    match node:
        case All(nodes=nodes):
            return all(_holds(item, record, env) for item in nodes)
        case Any_(nodes=nodes):
            return any(_holds(item, record, env) for item in nodes)
        case Not(node=inner):
            return not _holds(inner, record, env)
        case Test(value=Employed() as asked):
            return _employed(node.walked, asked, record, env) is not node.negated
        case Test():
            ends = _ends(record, node.walked.hops)
            return any(_passes(node, end, env) is not node.negated for end in ends)
    raise TypeError(f"not a bound domain: {type(node).__name__}")


def _ends(record: Any, hops: Sequence[Field[Any]]) -> Iterator[Any]:
    """Yield the records at the end of the hops: None for a missing link to one record, nothing for a list that is not there."""
    if not hops:
        yield record
        return
    hop, rest = hops[0], hops[1:]
    if not hop.to_many:
        yield from _ends(None if record is None else getattr(record, hop.name), rest)
    elif record is not None:
        for row in getattr(record, hop.name):
            yield from _ends(row, rest)


def _employed(walked: Walked, asked: Employed, record: Any, env: Environment) -> bool:
    """Tell whether the employment of the person on the day passes its test; paths have no lists."""
    (holder,) = _ends(record, walked.hops)
    person = holder if walked.field is None or holder is None else getattr(holder, walked.field.name)
    (dated,) = _ends(record, asked.on.hops)
    day = None if dated is None else getattr(dated, str(asked.on.field and asked.on.field.name))
    return _passes(asked.unit, employment_of(person, day, env), env) is not asked.unit.negated


def _passes(test: Test, record: Any, env: Environment) -> bool:
    if test.test in ("always", "never"):
        return test.test == "always"
    if test.test == "rows":
        return record is not None and bool(getattr(record, str(test.walked.field and test.walked.field.name)))
    if test.test == "under":
        return _under(test, record)
    value = _value(test, record)
    if test.test == "null":
        return value is None
    if test.test == "set":
        return value is not None and value != ""
    if isinstance(test.value, Members):
        return test.value.none if value is None else _among(value, test.value)
    return value is not None and _compare(test, value, env)


def _value(test: Test, record: Any) -> Any:
    """Return what is compared: a plain value, an id, or the pair of a reference."""
    if record is None:
        return None
    field = test.walked.field
    if field is None:
        return _id(record)
    if field.kind == "reference":
        model = getattr(record, f"{field.name}_model")
        return None if model is None else (model, getattr(record, f"{field.name}_id"))
    value = getattr(record, field.name)
    return _id(value) if field.is_relation and value is not None else value


def _id(record: Any) -> Any:
    return _UNSAVED if record.id is None else record.id


def _among(value: Any, members: Members) -> bool:
    return value in members.known or any(_within(value, span) for span in members.spans)


def _within(value: Any, span: Span) -> bool:
    return bool(span.start <= value < span.end)


def _compare(test: Test, value: Any, env: Environment) -> bool:
    match test.test:
        case "eq":
            return bool(value == test.value)
        case "lt":
            return bool(value < test.value)
        case "le":
            return bool(value <= test.value)
        case "gt":
            return bool(value > test.value)
        case "ge":
            return bool(value >= test.value)
        case "like":
            return bool(test.value.matches(value))
        case "ilike":
            return bool(test.value.matches(folded(value)))
        case "fuzzy":
            return _fuzzy(test, value, env)
    raise TypeError(f"unknown test: {test.test}")


def _fuzzy(test: Test, value: str, env: Environment) -> bool:
    field = test.walked.field
    assert field is not None  # the id is not searched by text
    if field.index == "fuzzy" and (not field.translate or env.lang == env.default_lang):
        return fuzzy.match(value, test.value)
    return LikePattern.in_order(compact(test.value)).matches(folded(value))


def _under(test: Test, record: Any) -> bool:
    """Climb from the record compared to the top of its hierarchy."""
    field = test.walked.field
    current = record if field is None or record is None else getattr(record, field.name)
    seen: set[int] = set()
    tops = set(test.value)
    while current is not None and id(current) not in seen:
        if current.id in tops:
            return True
        seen.add(id(current))
        current = getattr(current, str(current._info.parent_field))
    return False
