"""Binds a domain to a model: every path is walked, every operator allowed, every value converted. Layer: orm.

What comes out, a tree of `Test` leaves, is the only thing `compile` and `evaluate` look at, so both answer the same question.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from core.errors import AccessDenied, CoreError, DomainError, Where, nearest, raise_faults
from core.i18n import _
from core.orm import employed, fuzzy
from core.orm.domain.node import OPERATORS, All, Any_, Condition, Node, Not
from core.orm.domain.parse import MAX_FAULTS, parse
from core.orm.domain.periods import Span
from core.orm.domain.text import LikePattern
from core.orm.domain.values import MISSING, NUMBER_KINDS, TEXT_KINDS, convert, listed, record_id, text
from core.orm.paths import Models, OnField, Walked, walk

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.modelinfo import ModelInfo

MAX_PATTERN = 2_000
"""Most characters in a text that is searched for; SQLite refuses patterns of 50,000 bytes."""

_ORDER = ("<", "<=", ">", ">=")
_BASIC = ("=", "!=", "in", "not_in", "is_set", "is_not_set")
_TEXT = ("like", "ilike", "not_ilike", "fuzzy")
_EMPLOYED = '{"on": "date", "where": ["department", "=", 7]}'
_TESTS: Mapping[str, str] = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge"}


@dataclass(frozen=True, slots=True)
class Members:
    """What a value may be one of.

    Attributes:
        values: Single values, converted.
        spans: Spans of time.
        none: Whether "not set" is among them.
    """

    values: tuple[Any, ...]
    spans: tuple[Span, ...] = ()
    none: bool = False
    known: frozenset[Any] = field(init=False, repr=False, compare=False)
    """The single values, for looking one up."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "known", frozenset(self.values))


@dataclass(frozen=True, slots=True)
class Test(Node):
    """A condition bound to a model.

    Attributes:
        walked: Where its path leads.
        test: ``always never null set eq lt le gt ge in like ilike fuzzy under employed``, of which all but ``always`` and ``null`` are false for
            None (``in`` unless None is among its members, ``employed`` as its inner test says); ``rows`` asks whether the list at the end of the path has any.
        value: Converted: a value, `Members` for ``in``, `LikePattern`, a text for ``fuzzy``, a tuple of ids for ``under``.
        negated: Whether the value must fail the test. With a list in the path still *some* row must do so.
    """

    walked: Walked
    test: str
    value: Any = None
    negated: bool = field(default=False)


@dataclass(frozen=True, slots=True)
class Employed:
    """Where a person must have belonged, and when.

    Attributes:
        on: Leads from the model of the domain to the day.
        unit: A test of the employment that held on that day.
    """

    on: Walked
    unit: Test


def bind(raw: Any, models: Models, info: ModelInfo, env: Environment, *, on_field: OnField | None = None) -> Node:
    """Return the domain with `Test` leaves in place of conditions.

    Args:
        raw: A node, or anything `parse` reads.
        models: The registry.
        info: The model it is about.
        env: Tells the time, and finds records by key.
        on_field: Told every field the domain looks at; raises to refuse it (fields hidden from the user).

    Raises:
        DomainError: It is malformed or a value is wrong; several faults are gathered.
        UnknownFieldError: A path names no field.
        ValidationError: A field refuses a value.
        AccessDenied: ``on_field`` refuses a field; raised as it is.
    """
    binder = _Binder(models, info, env, on_field)
    node = binder.node(parse(raw))
    raise_faults(binder.faults, DomainError, "domain")
    return node


def operators_for(walked: Walked) -> tuple[str, ...]:
    """Return the operators that the field at the end of a path takes, in the order of `OPERATORS`."""
    if walked.related_model is not None:
        person = ("employed",) if walked.related_model == employed.PERSON and not walked.crosses_many else ()
        allowed: tuple[str, ...] = (*_BASIC, *_TEXT, "under", *person, *(_ORDER if walked.field is None else ()))
        return tuple(name for name in OPERATORS if name in allowed)
    kind = walked.kind
    if kind == "json":
        return ("is_set", "is_not_set")
    if kind in TEXT_KINDS:
        allowed = (*_BASIC, *_ORDER, *_TEXT)
    elif kind in NUMBER_KINDS or kind in ("date", "datetime"):
        allowed = (*_BASIC, *_ORDER)
    else:
        allowed = _BASIC
    return tuple(name for name in OPERATORS if name in allowed)


class _Binder:
    """Binds one domain and gathers its faults."""

    def __init__(self, models: Models, info: ModelInfo, env: Environment, on_field: OnField | None) -> None:
        self.models, self.info, self.env, self.on_field = models, info, env, on_field
        self.faults: list[CoreError] = []

    def node(self, node: Node) -> Node:
        """Bind a node; its depth was checked by `parse`."""
        match node:
            case All(nodes=nodes):
                return All(tuple(self.node(item) for item in nodes))
            case Any_(nodes=nodes):
                return Any_(tuple(self.node(item) for item in nodes))
            case Not(node=inner):
                return Not(self.node(inner))
            case Condition():
                return self.gathered(node)
        return node

    def gathered(self, condition: Condition) -> Node:
        """Bind a condition, or note its fault with its place and go on."""
        where = Where(key=condition.position or None, model=self.info.name, field=".".join(condition.path))
        try:
            return self.condition(condition, where)
        except AccessDenied:
            # A refusal stays one, whatever else is wrong.
            raise
        except CoreError as error:
            place = where if error.where.field is None else replace(error.where, key=error.where.key or where.key)
            error.where = replace(place, model=error.where.model or place.model, field=error.where.field or place.field)
            self.faults.append(error)
            if len(self.faults) >= MAX_FAULTS:
                raise_faults(self.faults, DomainError, "domain")
            return All()

    def condition(self, condition: Condition, where: Where) -> Test:
        """Bind a condition."""
        operator, value = condition.operator, condition.value
        walked = walk(self.models, self.info, condition.path, Where(key=where.key), self.on_field)
        if operator in _TEXT and walked.related_model is not None:
            # A text is looked for in the name of the other record.
            to_record = condition.path[:-1] if condition.path[-1] == "id" else condition.path
            path = (*to_record, "display_name")
            walked = walk(self.models, self.info, path, Where(key=where.key), self.on_field)
        if operator not in operators_for(walked):
            raise self.not_allowed(walked, operator)
        if operator in ("is_set", "is_not_set"):
            return self.is_set(walked, (operator == "is_set") is _yes(value))
        if operator in ("=", "!="):
            return self.equal(walked, value, negated=operator == "!=")
        if operator in ("in", "not_in"):
            return self.member(walked, value, negated=operator == "not_in")
        if operator in _ORDER:
            return self.ordered(walked, operator, value)
        if operator == "under":
            return self.under(walked, value)
        if operator == "employed":
            return self.employed(walked, value, where)
        return _text_test(walked, operator, value)

    def not_allowed(self, walked: Walked, operator: str) -> DomainError:
        """Build the error for an operator that the field does not take."""
        allowed = operators_for(walked)
        close = nearest(operator, allowed)
        return DomainError(
            _('"%(operator)s" can\'t be used on a field of kind %(kind)s.', operator=operator, kind=walked.kind),
            code="domain.operator",
            hint=_('did you mean "%(name)s"?', name=close)
            if close
            else _("known: %(names)s", names=", ".join(allowed)),
        )

    def is_set(self, walked: Walked, wanted: bool) -> Test:
        """Bind ``is_set`` and its opposite."""
        if wanted or not _ends_in_list(walked):
            return Test(walked, "set", None, not wanted)
        # "Has no rows" looks at the list as a whole: the last relation is not followed but is itself the value.
        *hops, last = walked.hops
        return Test(Walked(tuple(hops), self.models[last.model_name], last), "rows", None, negated=True)

    def equal(self, walked: Walked, value: Any, *, negated: bool) -> Test:
        """Bind ``=`` and ``!=``."""
        if value is False and walked.kind != "boolean":
            # Odoo writes False for "not set".
            return self.is_set(walked, negated)
        if isinstance(value, (tuple, list)) and walked.related_model is not None:
            return self.member(walked, value, negated=negated)
        converted = convert(walked, "=", value, self.env)
        if converted is None:
            # A list is None where it has no rows.
            return self.is_set(walked, negated) if _ends_in_list(walked) else Test(walked, "null", None, negated)
        if converted is MISSING:
            return Test(walked, "never", None, negated)
        if isinstance(converted, Span):
            return Test(walked, "in", Members((), (converted,)), negated)
        return Test(walked, "eq", converted, negated)

    def member(self, walked: Walked, value: Any, *, negated: bool) -> Test:
        """Bind ``in`` and ``not_in``."""
        if isinstance(value, Mapping) and walked.kind in ("date", "datetime"):
            value = (value,)
        values: dict[Any, None] = {}
        spans: list[Span] = []
        none = False
        for item in listed(value):
            if item is None or (item is False and walked.related_model is not None):
                none = True
                continue
            converted = convert(walked, "=", item, self.env)
            if isinstance(converted, Span):
                spans.append(converted)
            elif converted is None:
                none = True
            elif converted is not MISSING:
                values[converted] = None
        return Test(walked, "in", Members(tuple(values), tuple(spans), none), negated)

    def ordered(self, walked: Walked, operator: str, value: Any) -> Test:
        """Bind ``< <= > >=``; a span is compared by the edge that is meant."""
        converted = convert(walked, operator, value, self.env)
        if converted is None:
            return Test(walked, "never")
        if isinstance(converted, Span):
            edge = converted.start if operator in ("<", ">=") else converted.end
            return Test(walked, "lt" if operator in ("<", "<=") else "ge", edge)
        return Test(walked, _TESTS[operator], converted)

    def under(self, walked: Walked, value: Any) -> Test:
        """Bind ``under``: ids of the tops of subtrees."""
        info = self.models[str(walked.related_model)]
        if info.parent_field is None:
            raise DomainError(
                _('"%(model)s" has no hierarchy.', model=info.name),
                code="domain.operator",
                hint=_('it lacks a Many2one "parent" to itself'),
            )
        several = isinstance(value, (list, tuple)) and getattr(value, "_info", None) is None
        tops = listed(value) if several else (value,)
        return Test(walked, "under", tuple(dict.fromkeys(record_id(walked, top, self.env) for top in tops)))

    def employed(self, walked: Walked, value: Any, where: Where) -> Test:
        """Bind ``employed``: the day's path, and a test of the employment that held then."""
        given = value if isinstance(value, Mapping) else {}
        on, asked = given.get("on"), given.get("where")
        if set(given) != {"on", "where"} or not isinstance(on, str) or not isinstance(asked, (list, tuple)):
            raise DomainError(
                _('"employed" takes the day and where: %(example)s', example=_EMPLOYED),
                code="domain.value",
                where=where,
            )
        if len(asked) not in (2, 3) or asked[0] not in employed.UNITS or asked[1] not in (*_BASIC, "under"):
            raise DomainError(
                _("Somebody is employed in one of %(names)s.", names=", ".join(employed.UNITS)),
                code="domain.value",
                hint=_EMPLOYED,
                where=where,
            )
        day = walk(self.models, self.info, on.split("."), Where(key=where.key), self.on_field)
        employed.check_paths(walked, day, where)
        if self.on_field is not None:
            # The history tells no more than the person's own field does.
            person = self.models[employed.PERSON]
            self.on_field(person, person.field(employed.UNITS[asked[0]]))
        inner = _Binder(self.models, self.models[employed.EMPLOYMENT], self.env, None)
        return Test(walked, "employed", Employed(day, inner.condition(Condition((asked[0],), *asked[1:]), where)))


def _yes(value: Any) -> bool:
    """Read the optional value of ``is_set``: nothing and True ask for it, False for the opposite."""
    if value is not None and not isinstance(value, bool):
        raise DomainError(_('"is_set" and "is_not_set" take no value.'), code="domain.value")
    return value is not False


def _ends_in_list(walked: Walked) -> bool:
    return walked.field is None and bool(walked.hops) and walked.hops[-1].to_many


def _text_test(walked: Walked, operator: str, value: Any) -> Test:
    if isinstance(value, LikePattern):
        typed, pattern = value.text, value
    else:
        typed = text(value)
        pattern = LikePattern.typed(typed)
    if len(typed) > MAX_PATTERN:
        raise DomainError(_("A text to search for has at most %(limit)s characters.", limit=MAX_PATTERN))
    text(typed)
    if operator == "fuzzy":
        return Test(walked, "fuzzy", typed) if fuzzy.normalise(typed) else Test(walked, "always")
    if operator == "like":
        return Test(walked, "like", pattern)
    return Test(walked, "ilike", pattern.folded(), operator == "not_ilike")
