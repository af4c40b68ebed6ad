"""The arguments of an action: which it takes, of which types, and how they are written in JSON (layer web)."""

from __future__ import annotations

import builtins
import inspect
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pydantic

from core.errors import CoreError, ValidationError, Where, raise_faults, unknown
from core.i18n import _
from core.web.jsondata import dump_json

if TYPE_CHECKING:
    from core.orm.decorators import ActionInfo
    from core.orm.modelinfo import ModelInfo


@dataclass(frozen=True)
class Argument:
    """One argument that an action takes from outside."""

    name: str
    required: bool
    adapter: pydantic.TypeAdapter[Any] | None
    """Converts JSON data to the annotated type; None: there is no annotation, or none of plain data, so nothing is taken from outside."""

    def schema(self, prefix: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the JSON Schema of the argument, and the schemas it refers to by their names among OpenAPI's.

        Args:
            prefix: What the names of those begin with.
        """
        if self.adapter is None:
            return {}, {}
        found = self.adapter.json_schema(ref_template=f"#/components/schemas/{prefix}.{{model}}")
        return found, {f"{prefix}.{name}": shared for name, shared in found.pop("$defs", {}).items()}


def arguments_of(info: ModelInfo, action: ActionInfo) -> list[Argument]:
    """Return the arguments of an action, from the method of its topmost layer."""
    method: Any = next(layer.__dict__[action.name] for layer in reversed(info.layers) if action.name in layer.__dict__)
    function = inspect.unwrap(method)
    try:
        hints = typing.get_type_hints(function, localns=_Names(function.__globals__))
    except TypeError:
        # Something in an annotation can't be applied to Any.
        hints = {}
    return [
        Argument(name, parameter.default is parameter.empty, _adapter(hints.get(name)))
        for name, parameter in list(inspect.signature(method).parameters.items())[1:]
        if parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD, parameter.POSITIONAL_ONLY)
    ]


class _Names(dict[str, Any]):
    """The names of a module, and Any for what it imports for type-checkers only."""

    def __missing__(self, name: str) -> Any:
        return getattr(builtins, name, Any)


def can_be_called(info: ModelInfo, action: ActionInfo) -> bool:
    """Tell whether all arguments that an action needs can be given from outside."""
    return all(argument.adapter is not None for argument in arguments_of(info, action) if argument.required)


def needs_arguments(info: ModelInfo, action: ActionInfo) -> bool:
    """Tell whether an action can't be called without arguments, as a button would."""
    return any(argument.required for argument in arguments_of(info, action))


def _adapter(hint: Any) -> pydantic.TypeAdapter[Any] | None:
    if hint is None or hint is Any:
        return None
    try:
        adapter: pydantic.TypeAdapter[Any] = pydantic.TypeAdapter(hint)
        adapter.json_schema()
    except pydantic.errors.PydanticUserError:
        # No plain data: the action checks it itself.
        return None
    return adapter


def read_arguments(info: ModelInfo, action: ActionInfo, body: Any) -> dict[str, Any]:
    """Return the arguments given in a body, in the types the action wants.

    Raises:
        ValidationError: Missing or of a wrong type; all faults at once.
        UnknownNameError: The action does not take one of them.
    """
    given: Mapping[str, Any] = {} if body is None else body
    if not isinstance(given, dict):
        raise ValidationError(_("The arguments are an object of names and values."), code="validation.type")
    known = {argument.name: argument for argument in arguments_of(info, action)}
    faults: list[CoreError] = []
    found: dict[str, Any] = {}
    for name, value in given.items():
        where = Where(model=info.name, key=name[:64])
        argument = known.get(name)
        if argument is None:
            faults.append(unknown("argument", name[:64], known, code="action.argument", where=where))
            continue
        if argument.adapter is None:
            message = _(
                'The argument "%(name)s" can\'t be given from outside: the action does not say of which type it is.',
                name=name,
            )
            faults.append(ValidationError(message, code="action.argument", where=where))
            continue
        try:
            # As JSON and strictly: "5" is no number, but a text may be a day.
            found[name] = argument.adapter.validate_json(dump_json(value), strict=True)
        except pydantic.ValidationError as error:
            text = error.errors(include_url=False, include_input=False)[0]["msg"]
            message = _('The argument "%(name)s" is wrong: %(reason)s.', name=name, reason=text)
            faults.append(ValidationError(message, code="validation.type", where=where))
    for argument in known.values():
        if argument.required and argument.name not in given:
            message = _('The argument "%(name)s" is missing.', name=argument.name)
            where = Where(model=info.name, key=argument.name)
            faults.append(ValidationError(message, code="validation.required", where=where))
    raise_faults(faults, ValidationError, action.label)
    return found
