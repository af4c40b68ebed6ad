"""Hooks that live for one test; layer ``core.testing``."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any

from core.plugins import PluginManager, hookimpl


class TestHooks:
    """Registers implementations that are gone after the test; they are called before those of addons.

    Args:
        manager: The hooks of the registry under test.
        stack: Closed at the end of the test.
    """

    __test__ = False  # pytest: this is no test class

    def __init__(self, manager: PluginManager | None, stack: ExitStack) -> None:
        if manager is None:
            raise ValueError("The registry has no hooks.")
        self._manager = manager
        self._stack = stack
        self._numbers = itertools.count(1)

    def register(self, **implementations: Callable[..., Any]) -> None:
        """Implement hooks by functions that take any of the hook's arguments, by name.

        Raises:
            HookError: There is no such hook, or it has no such argument; the nearest name is proposed.
        """
        for name, function in implementations.items():
            # A function keeps the mark, which harms nobody: it counts only where it is registered.
            self._register({name: hookimpl(function)})

    def _register(self, plugin: dict[str, Callable[..., Any]]) -> None:
        self._stack.enter_context(self._manager.registered(plugin, f"test {next(self._numbers)}"))

    def watch(self, hook: str) -> list[dict[str, Any]]:
        """Return a list to which each call of a hook adds its arguments, by name.

        Raises:
            HookError: There is no such hook; the nearest name is proposed.
        """
        name = getattr(self._manager.hook, hook).spec.name
        calls: list[dict[str, Any]] = []

        def note(called: str, arguments: Mapping[str, Any]) -> None:
            if called == name:
                calls.append(dict(arguments))

        self._stack.enter_context(self._manager.watched(note))
        return calls
