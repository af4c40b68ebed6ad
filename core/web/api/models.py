"""Which models and records a user reaches through the API (layer web).

A model that does not exist, one the user has no right on, an id that is not there and one that may not be seen all answer alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.errors import AccessDenied, CoreError, MissingRecord
from core.i18n import _
from core.web.errors import not_found

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.guard import Operation
    from core.orm.modelinfo import ModelInfo

OPERATIONS: tuple[Operation, ...] = ("read", "create", "update", "delete")
MAX_ID_DIGITS = 19
"""Digits of the largest id."""


def may(env: Environment, info: ModelInfo, operation: Operation) -> bool:
    """Whether the user has a right on the model at all."""
    if env.is_elevated:
        return True
    try:
        env.guard.check_model(env, info, operation)
    except AccessDenied:
        return False
    return True


def visible_models(env: Environment) -> dict[str, ModelInfo]:
    """Return the models on which the user has any right, by name."""
    return {
        name: info
        for name, info in sorted(env.registry.models.items())
        if any(may(env, info, operation) for operation in OPERATIONS)
    }


def visible_model(env: Environment, name: str) -> ModelInfo:
    """Return a model by the name in the address.

    Raises:
        MissingRecord: It is not there, or not for this user; no nearest name is proposed, so that all refusals are the same to a letter.
    """
    info = env.registry.models.get(name)
    if info is not None and any(may(env, info, operation) for operation in OPERATIONS):
        return info
    raise nothing_there()


def visible_record(env: Environment, info: ModelInfo, number: str) -> Any:
    """Return a record by the id in the address.

    Raises:
        MissingRecord: It is not there, or not for this user.
        AccessDenied: The user may not read the model, though something else.
    """
    if not (number.isascii() and number.isdigit() and len(number) <= MAX_ID_DIGITS):
        raise nothing_there()
    try:
        return env[info.name].get(int(number))
    except MissingRecord:
        raise nothing_there() from None


def nothing_there() -> CoreError:
    """Build (not raise) the answer to a model or record that is not there or not to be seen."""
    return not_found(_("/api/v1/openapi.json tells the models that you may see"))
