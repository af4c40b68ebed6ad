"""The names under which hooks are called, and the measuring of single implementations (layer plugins)."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

import pluggy

from core.errors import HookError, unknown
from core.plugins.hookcheck import HookSpec, check_call
from core.plugins.markers import PROJECT

OnCall = Callable[[str, str], AbstractContextManager[None]]
"""Entered around each call of one implementation: ``on_call(hook, addon)``; around both halves of a wrapper, one after the other."""


class TracedPluggy(pluggy.PluginManager):
    """pluggy's manager with one more point to listen at: the single implementation.

    pluggy's own monitoring tells of a whole hook only. Overriding `_hookexec`, through which every call goes, costs one
    comparison per hook call while nobody listens.
    """

    on_call: OnCall | None = None

    def __init__(self) -> None:
        super().__init__(PROJECT)

    def _hookexec(
        self, hook_name: str, methods: Sequence[pluggy.HookImpl], kwargs: Mapping[str, object], firstresult: bool
    ) -> object | list[object]:
        if self.on_call is not None:
            methods = [_timed(hook_name, method, self.on_call) for method in methods]
        return super()._hookexec(hook_name, methods, kwargs, firstresult)


def _timed(hook: str, implementation: pluggy.HookImpl, on_call: OnCall) -> pluggy.HookImpl:
    """Return a copy of the implementation that runs inside ``on_call``."""
    function: Callable[..., Any] = implementation.function
    addon = implementation.plugin_name

    @functools.wraps(function)
    def measured(*args: object) -> object:
        with on_call(hook, addon):
            return function(*args)

    @functools.wraps(function)
    def measured_wrapper(*args: object) -> Generator[None, object, object]:
        with on_call(hook, addon):
            wrapper = function(*args)
            next(wrapper)
        send, value = wrapper.send, None
        try:
            value = yield
        except BaseException as err:  # noqa: BLE001 - handed on to the wrapper, which decides
            send, value = wrapper.throw, err
        with on_call(hook, addon):
            try:
                send(value)
            except StopIteration as stop:
                return stop.value
        return None

    timed = copy.copy(implementation)
    timed.function = measured_wrapper if implementation.wrapper else measured  # type: ignore[misc]  # a copy of our own
    return timed


class HookCall:
    """One hook, ready to be called with its arguments by name."""

    __slots__ = ("_arguments", "_caller", "spec")

    def __init__(self, spec: HookSpec, caller: Any) -> None:
        self.spec = spec
        self._caller = caller
        self._arguments = frozenset(spec.arguments)

    def __call__(self, **arguments: object) -> Any:
        """Call every implementation, that of the last addon in dependency order first.

        Returns:
            List of the results that are not None; the first such result, or None, where the specification says
            ``firstresult``.

        Raises:
            HookError: An argument is missing or unknown.
        """
        if arguments.keys() != self._arguments and (fault := check_call(self.spec, arguments)):
            raise fault
        return self._caller(**arguments)

    def __repr__(self) -> str:
        return f"<hook {self.spec.name} of {self.spec.addon}>"


class HookNamespace:
    """All hooks of a registry as attributes: ``env.hook.sales_order_confirmed(order=order)``."""

    def __init__(self, hooks: Mapping[str, HookCall]) -> None:
        self.__dict__.update(hooks)

    def __getattr__(self, name: str) -> HookCall:
        """Refuse an unknown hook, proposing the nearest name.

        Raises:
            HookError: No enabled addon offers it. (AttributeError for names with two underscores, which Python itself
                asks for.)
        """
        if name.startswith("__"):
            raise AttributeError(name)
        raise unknown("hook", name, self.__dict__, HookError, code="hook.unknown")

    def __dir__(self) -> list[str]:
        return sorted(self.__dict__)
