"""Whether anybody provides what a hook asks for, so that ways to it are offered only then."""

from typing import Any

from core.api import Environment


def has_provider(env: Environment, hook: str) -> bool:
    """Tell whether an enabled addon implements a hook."""
    hooks: Any = env.registry.hooks
    return bool(hooks.listens(hook))
