"""What the user may do with a model at all, to offer only ways that are open."""

from typing import Any

from core.api import Environment


def may(env: Environment, model: str, operation: str) -> bool:
    """Tell whether the user holds the function right (``create``, ``read`` …) on a model."""
    guard: Any = env.guard
    return bool(guard.may(env, env.registry[model], operation))
