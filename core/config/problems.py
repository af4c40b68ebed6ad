"""Put pydantic's validation errors into our words (layer config).

A fault names file, line and dotted key, says what was expected, and proposes the nearest key where one is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from pydantic import BaseModel, ValidationError

from core.config.modelkeys import known_keys
from core.config.yamlparse import KeyPath
from core.errors import CoreError, Message, Where, nearest, unknown

Place = Callable[[KeyPath], Where]


def translated(
    err: ValidationError, data: Any, model: type[BaseModel], error: type[CoreError], place: Place
) -> list[CoreError]:
    """Return one fault of class ``error`` per thing that is wrong, at least one.

    Args:
        err: What pydantic raised.
        data: The data it was given.
        model: The model it was checked against.
        error: Class of the faults.
        place: Tells where the value at a key path stands.
    """
    return [_fault(problem, model, error, place) for problem in _relevant(err, data)]


class _Problem:
    """One pydantic error with the data path it is about."""

    def __init__(self, raw: Any, data: Any) -> None:
        self.raw = raw
        self.kind: str = raw["type"]
        self.loc: tuple[str | int, ...] = raw["loc"]
        self.members: dict[KeyPath, tuple[str | int, ...]] = {}
        """Where the path goes through a union: the names pydantic gives to the member that was tried."""
        path: KeyPath = ()
        value = data
        for position, part in enumerate(self.loc):
            if (isinstance(value, dict) and part in value) or _within(part, value):
                path, value = (*path, part), value[part]
            elif self.kind == "missing" and position == len(self.loc) - 1:
                path = (*path, part)
            elif part != "[key]":
                self.members[path] = (*self.members.get(path, ()), part)
        self.path = path


def _within(part: str | int, values: Any) -> bool:
    return isinstance(values, (list, tuple)) and isinstance(part, int) and part < len(values)


def _relevant(err: ValidationError, data: Any) -> list[_Problem]:
    """Return the errors worth telling.

    Pydantic reports a value of a union once per member. A member of another shape altogether says nothing when one of
    the right shape was found wrong further in; of several of the right shape the one with the fewest faults was meant.
    """
    problems = [_Problem(raw, data) for raw in err.errors(include_url=False)]
    parents = {problem.path[:depth] for problem in problems for depth in range(len(problem.path))}
    problems = [problem for problem in problems if problem.path not in problem.members or problem.path not in parents]
    counts: dict[KeyPath, dict[tuple[str | int, ...], int]] = {}
    for problem in problems:
        for at, member in problem.members.items():
            if problem.path != at:
                tried = counts.setdefault(at, {})
                tried[member] = tried.get(member, 0) + 1
    meant = {at: min(tried, key=tried.__getitem__) for at, tried in counts.items()}
    return _merged(
        problem
        for problem in problems
        if all(meant.get(at, member) == member for at, member in problem.members.items())
    )


def _merged(problems: Iterable[_Problem]) -> list[_Problem]:
    """Join the errors about one value into one that lists everything that would have been right."""
    problems = list(problems)
    mistagged = {problem.path for problem in problems if problem.kind in _TAG_FAULTS}
    first: dict[KeyPath, _Problem] = {}
    for problem in problems:
        if problem.path in mistagged and problem.kind not in _TAG_FAULTS:
            continue
        if problem.path not in first:
            first[problem.path] = problem
            problem.raw["expected"] = [_expected(problem.raw)]
        elif (text := _expected(problem.raw)) not in (texts := first[problem.path].raw["expected"]):
            texts.append(text)
    return list(first.values())


_TAG_FAULTS = ("union_tag_invalid", "union_tag_not_found")

_EXPECTED: dict[str, Message] = {
    "string_type": Message("a text"),
    "int_type": Message("a whole number"),
    "int_parsing": Message("a whole number"),
    "int_from_float": Message("a whole number"),
    "float_type": Message("a number"),
    "float_parsing": Message("a number"),
    "decimal_type": Message("a number"),
    "decimal_parsing": Message("a number"),
    "finite_number": Message("a finite number"),
    "bool_type": Message("true or false"),
    "bool_parsing": Message("true or false"),
    "list_type": Message("a list"),
    "tuple_type": Message("a list"),
    "set_type": Message("a list"),
    "frozen_set_type": Message("a list"),
    "dict_type": Message("a mapping"),
    "mapping_type": Message("a mapping"),
    "model_type": Message("a mapping"),
    "model_attributes_type": Message("a mapping"),
    "date_type": Message("a date"),
    "date_from_datetime_parsing": Message("a date"),
    "datetime_type": Message("a date and time"),
    "none_required": Message("nothing"),
    "path_type": Message("a path"),
}


def _expected(raw: Any) -> Message:
    """Say what would have been right for one pydantic error."""
    kind, context = raw["type"], raw.get("ctx") or {}
    if kind in _EXPECTED:
        return _EXPECTED[kind]
    if kind in ("literal_error", "enum"):
        return Message("one of %(names)s", {"names": context.get("expected", "")})
    bounds = {"greater_than": "> %s", "greater_than_equal": "≥ %s", "less_than": "< %s", "less_than_equal": "≤ %s"}
    if kind in bounds:
        bound = next(iter(context.values()))
        return Message("a number %(bound)s", {"bound": bounds[kind] % bound})
    if kind == "string_pattern_mismatch":
        return Message("a text of the form %(pattern)s", {"pattern": context["pattern"]})
    if kind in ("string_too_short", "too_short"):
        return Message("at least %(count)s", {"count": context["min_length"]})
    if kind in ("string_too_long", "too_long"):
        return Message("at most %(count)s", {"count": context["max_length"]})
    if kind == "union_tag_invalid":
        names = {"key": context["discriminator"].strip("'"), "names": context["expected_tags"]}
        return Message('"%(key)s" to be one of %(names)s', names)
    if kind == "union_tag_not_found":
        return Message("the key %(key)s", {"key": context["discriminator"]})
    return Message("%(problem)s", {"problem": str(raw["msg"]).removeprefix("Input should be ")})


def _fault(problem: _Problem, model: type[BaseModel], error: type[CoreError], place: Place) -> CoreError:
    """Put one pydantic error into our words."""
    raw, path = problem.raw, problem.path
    where: Where = place(path)
    if problem.kind == "missing":
        return error(
            Message('The key "%(key)s" is missing.', {"key": path[-1]}), where=where, code=f"{error.code}.missing_key"
        )
    if problem.kind == "extra_forbidden":
        known = known_keys(model, problem.loc[:-1])
        return unknown("key", str(path[-1]), known, error, where=where, code=f"{error.code}.unknown_key")
    if problem.kind in ("value_error", "assertion_error"):
        return _raised(raw, error, where)
    texts = raw["expected"]
    wanted = (
        Message("%(first)s or %(second)s", {"first": texts[0], "second": texts[1]}) if len(texts) == 2 else texts[0]
    )
    if len(texts) > 2:
        wanted = Message("one of %(names)s", {"names": ", ".join(str(text) for text in texts)})
    value = raw["ctx"]["tag"] if problem.kind == "union_tag_invalid" else raw["input"]
    message = Message("Expected %(expected)s, found %(found)s.", {"expected": wanted, "found": describe(value)})
    return error(message, hint=_hint(problem.kind, raw, value), where=where, code=f"{error.code}.value")


def _raised(raw: Any, error: type[CoreError], where: Where) -> CoreError:
    """Translate what a validator of the model raised: a CoreError keeps its message, hint and code."""
    cause = (raw.get("ctx") or {}).get("error")
    if isinstance(cause, CoreError):
        return error(cause.message, hint=cause.hint, where=where, code=cause.code)
    arguments = getattr(cause, "args", ())
    message = arguments[0] if arguments else raw["msg"]
    if isinstance(message, CoreError):
        return error(message.message, hint=message.hint, where=where, code=message.code)
    return error(message, where=where, code=f"{error.code}.value")


def _hint(kind: str, raw: Any, value: Any) -> Message | None:
    if kind in ("literal_error", "enum") and isinstance(value, str):
        names = [name.strip("'\"") for name in str(raw["ctx"]["expected"]).replace(" or ", ", ").split(", ")]
        close = nearest(value, names)
        return Message('did you mean "%(name)s"?', {"name": close}) if close else None
    if kind == "string_type" and value is not None and not isinstance(value, (dict, list)):
        return Message("put it in quotation marks")
    return None


def describe(value: Any) -> Message | str:
    """Name a value briefly for a message: ``nothing``, ``a list``, ``a mapping`` or the value itself, shortened."""
    if value is None:
        return Message("nothing")
    if isinstance(value, dict):
        return Message("a mapping")
    if isinstance(value, (list, tuple)):
        return Message("a list")
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "…"
