"""Expressions in YAML: Jinja2's sandbox, narrowed to reading values (design §2.2). Layer: access.

Rights, data and views all evaluate their conditions, defaults and templates here, and nothing else in core touches Jinja2 below the
render layer. An expression may read fields of records, compare, calculate and call a few harmless functions. It can't call methods of
records, reach the environment, loop, or build values out of proportion: what it names is checked *before* it is read.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

import jinja2
from jinja2 import meta, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from core.errors import CoreError, DataError, Where, unknown
from core.i18n import _

__all__ = ["Expression", "ExpressionFunction", "compile_expression", "compile_value", "has_expression", "render_value"]

Expression = Callable[[Mapping[str, Any]], Any]
"""Takes the names an expression may use, such as ``user``, ``company``, ``today``, ``record``; returns a plain value."""

MAX_LENGTH = 2000
"""Longest expression, in characters."""
MAX_BITS = 4096
"""Largest whole number that a multiplication or power may give."""

_PLAIN_METHODS: dict[type, frozenset[str]] = {
    str: frozenset(
        {"lower", "upper", "strip", "lstrip", "rstrip", "startswith", "endswith", "split", "title", "count"}
    ),
    dict: frozenset({"get", "keys", "values", "items"}),
    list: frozenset({"count", "index"}),
    tuple: frozenset({"count", "index"}),
    datetime.datetime: frozenset({"date", "weekday", "isoweekday", "isoformat", "replace"}),
    datetime.date: frozenset({"weekday", "isoweekday", "isoformat", "replace"}),
    datetime.timedelta: frozenset({"total_seconds"}),
}
_PLAIN_VALUES: dict[type, frozenset[str]] = {
    datetime.datetime: frozenset({"year", "month", "day", "hour", "minute", "second"}),
    datetime.date: frozenset({"year", "month", "day"}),
    datetime.timedelta: frozenset({"days", "seconds"}),
}
_FILTERS = [
    "abs",
    "default",
    "d",
    "first",
    "last",
    "float",
    "int",
    "join",
    "length",
    "count",
    "list",
    "lower",
    "upper",
    "trim",
    "round",
    "max",
    "min",
    "sum",
    "sort",
    "unique",
    "string",
    "title",
    "capitalize",
    "map",
    "select",
    "reject",
    "selectattr",
    "rejectattr",
]
_RESERVED = frozenset({"self", "super", "caller", "loop", "varargs", "kwargs"})
"""Names by which Jinja2 hands out parts of itself."""
_WHOLE = re.compile(r"\s*\{\{(?P<inner>.*)\}\}\s*", re.DOTALL)
_PART = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)


def _days(count: int = 1) -> datetime.timedelta:
    """Return a span of ``count`` days, for dates such as ``today - days(7)``."""
    return datetime.timedelta(days=count)


_FUNCTIONS: dict[str, Callable[..., Any]] = {"days": _days}


class ExpressionFunction:
    """A function that a layer above lends to its expressions by name, such as ``ref`` of data files.

    Args:
        function: Takes and returns plain values or records; it must be harmless.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    def __call__(self, *args: Any) -> Any:
        """Call the function."""
        return self._function(*args)


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2 with strict names, few filters, and reading of fields only."""

    intercepted_binops = frozenset({"*", "**", "%", "+"})

    def __init__(self) -> None:
        super().__init__(undefined=jinja2.StrictUndefined, autoescape=False, cache_size=0)
        self.globals = dict(_FUNCTIONS)
        self.filters = {name: self.filters[name] for name in _FILTERS}
        self.tests = {name: test for name, test in self.tests.items() if name not in {"filter", "test", "callable"}}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Read an attribute, after checking that it may be read at all: a property must not even run otherwise."""
        if isinstance(obj, dict):
            return obj[attribute] if attribute in obj else self._plain(obj, attribute)
        if _is_field(obj, attribute):
            return getattr(obj, attribute)
        return self._plain(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Subscribe a list, mapping or text; anything else is read like an attribute."""
        if (isinstance(obj, (dict, list, tuple, str)) and not isinstance(argument, str)) or isinstance(obj, dict):
            try:
                return obj[argument]
            except (TypeError, LookupError):
                return self.undefined(obj=obj, name=argument)
        return self.getattr(obj, str(argument))

    def _plain(self, obj: Any, attribute: str) -> Any:
        for kind in type(obj).__mro__:
            if attribute in _PLAIN_METHODS.get(kind, ()) or attribute in _PLAIN_VALUES.get(kind, ()):
                return getattr(obj, attribute)
        known = _field_names(obj)
        if known and not attribute.startswith("_"):
            raise unknown("field", attribute, known, DataError, code="expression.unknown_field")
        return self.unsafe_undefined(obj, attribute)

    def is_safe_callable(self, obj: Any) -> bool:
        """Admit our functions, the tests and the harmless methods of plain values."""
        if isinstance(obj, ExpressionFunction) or any(obj is function for function in _FUNCTIONS.values()):
            return True
        owner, name = getattr(obj, "__self__", None), getattr(obj, "__name__", "")
        return any(name in _PLAIN_METHODS.get(kind, ()) for kind in type(owner).__mro__)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Calculate, unless the result would be out of proportion."""
        if operator == "+":
            if isinstance(left, (str, list, tuple)) and len(left) + len(right) > MAX_LENGTH * 10:
                raise SecurityError("the text or list is too long")
        elif not _is_number(left) or not _is_number(right):
            raise SecurityError(f"{operator} works on numbers only")
        elif operator == "*" and isinstance(left, int) and isinstance(right, int):
            if left.bit_length() + right.bit_length() > MAX_BITS:
                raise SecurityError("the number is too large")
        elif operator == "**" and (abs(right) > 64 or abs(left) > 10**12):
            raise SecurityError("the number is too large")
        return super().call_binop(context, operator, left, right)


_SANDBOX = _Sandbox()


def compile_expression(text: str, where: Where | None = None, *, names: frozenset[str] | None = None) -> Expression:
    """Return the function that evaluates one expression, such as ``record.points > 0``; braces round it may be given.

    Args:
        text: The expression.
        where: Where it stands, for errors.
        names: The names it may use; None leaves that open until it is evaluated.

    Returns:
        A function of a mapping name → value. It raises DataError when the evaluation fails.

    Raises:
        DataError: It is no expression, too long, or uses an unknown name.
    """
    whole = _WHOLE.fullmatch(text)
    inner = (whole["inner"] if whole else text).strip()
    compiled = _compiled(inner, where, names)

    def evaluate(context: Mapping[str, Any]) -> Any:
        try:
            result = compiled(dict(context))
            if isinstance(result, jinja2.Undefined):
                str(result)
        except CoreError as err:
            raise err.located(**_place(where)) from None
        except (jinja2.TemplateError, TypeError, ValueError, ArithmeticError, LookupError, RecursionError) as err:
            raise DataError(
                _('"%(text)s" can\'t be evaluated: %(problem)s.', text=_short(inner), problem=str(err)),
                code="expression.value",
                where=where,
            ) from err
        if callable(result):
            raise DataError(
                _('"%(text)s" is a method, not a value.', text=_short(inner)), code="expression.value", where=where
            )
        return result

    return evaluate


def _compiled(inner: str, where: Where | None, names: frozenset[str] | None) -> Callable[..., Any]:
    """Compile the text of one expression and check the names in it; raises as `compile_expression` does."""
    if not inner or len(inner) > MAX_LENGTH:
        raise DataError(
            _("An expression has between 1 and %(limit)s characters.", limit=MAX_LENGTH), code="expression", where=where
        )
    try:
        compiled, used = _parsed(inner)
    except (jinja2.TemplateError, RecursionError, SyntaxError, ValueError) as err:
        problem = err.message if isinstance(err, jinja2.TemplateError) and err.message else str(err)
        raise DataError(
            _('"%(text)s" is no expression: %(problem)s', text=_short(inner), problem=problem),
            code="expression.syntax",
            where=where,
        ) from err
    if used is None:
        raise DataError(
            _('"%(text)s" uses a reserved name.', text=_short(inner)), code="expression.syntax", where=where
        )
    if names is not None:
        for name in sorted(used - _FUNCTIONS.keys() - names):
            raise unknown(
                "name", name, names | _FUNCTIONS.keys(), DataError, where=where, code="expression.unknown_name"
            )
    return compiled


@lru_cache(maxsize=4096)
def _parsed(inner: str) -> tuple[Callable[..., Any], frozenset[str] | None]:
    """Return the code of an expression and the names it uses, None where a reserved one is among them.

    Kept, since addons say the same few hundred expressions each time a registry is made.
    """
    compiled = _SANDBOX.compile_expression(inner, undefined_to_none=False)
    tree = _SANDBOX.parse("{{ " + inner + " }}")
    if any(name.name in _RESERVED for name in tree.find_all(nodes.Name)):
        return compiled, None
    return compiled, frozenset(meta.find_undeclared_variables(tree))


def has_expression(value: Any) -> bool:
    """Tell whether a text, or anything inside a list or mapping, holds ``{{ … }}``."""
    if isinstance(value, str):
        return "{{" in value
    if isinstance(value, Mapping):
        return any(has_expression(item) for item in value.values())
    return isinstance(value, (list, tuple)) and any(has_expression(item) for item in value)


def compile_value(value: Any, where: Where | None = None, *, names: frozenset[str] | None = None) -> Expression:
    """Return the function that fills the ``{{ … }}`` in ``value``, a text or nested lists and mappings of texts.

    A text that is one expression from end to end gives the expression's own value (a number stays a number, a record a record);
    otherwise the values are put into the text, a record as its id, and None gives nothing.

    Raises:
        DataError: An expression in it is wrong; see `compile_expression`.
    """
    if isinstance(value, str) and "{{" in value:
        if value.count("{{") == 1 and _WHOLE.fullmatch(value):
            return compile_expression(value, where, names=names)
        pieces = _PART.split(value)
        if "{{" in "".join(pieces[::2]):
            raise DataError(
                _('"%(text)s": "{{" without "}}".', text=_short(value)), code="expression.syntax", where=where
            )
        parts = [compile_expression(piece, where, names=names) if at % 2 else piece for at, piece in enumerate(pieces)]
        return lambda context: "".join(part if isinstance(part, str) else _text(part(context)) for part in parts)
    if isinstance(value, Mapping):
        fields = {key: compile_value(item, where, names=names) for key, item in value.items()}
        return lambda context: {key: item(context) for key, item in fields.items()}
    if isinstance(value, (list, tuple)):
        items = [compile_value(item, where, names=names) for item in value]
        return lambda context: [item(context) for item in items]
    return lambda context: value


def render_value(value: Any, context: Mapping[str, Any], where: Where | None = None) -> Any:
    """Fill the ``{{ … }}`` in ``value`` at once; what is evaluated often is better compiled by `compile_value`."""
    return compile_value(value, where)(context)


def _field_names(obj: Any) -> tuple[str, ...]:
    """Return what may be read of a record: its fields, ``id`` and ``display_name``; empty for what is no record."""
    listed = getattr(type(obj), "expression_names", None)
    if listed is not None:
        return tuple(listed(obj))
    info = getattr(type(obj), "_info", None)
    return (*info.fields, "id", "display_name") if info is not None else ()


def _is_field(obj: Any, attribute: str) -> bool:
    return attribute in _field_names(obj)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, Decimal, datetime.timedelta))


def _text(value: Any) -> str:
    """Return what stands for a value within a text: a record is named by its id, as in addresses."""
    if getattr(type(value), "_info", None) is not None:
        return str(value.id or "")
    return "" if value is None else str(value)


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}…"


def _place(where: Where | None) -> dict[str, Any]:
    return {} if where is None else {key: value for key, value in vars(where).items() if value is not None}
