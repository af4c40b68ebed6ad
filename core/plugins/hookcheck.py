"""Check the hooks that addons offer and implement, before pluggy sees them (layer plugins).

pluggy stops at the first fault and takes the whole manager with it; here each fault is an error of its own addon, with
file, line and the nearest right name.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from core.errors import CoreError, HookError, Message, Where, unknown
from core.plugins.markers import PROJECT

CORE = "core"
"""What stands for an addon's name where the core offers or implements a hook."""


@dataclass(frozen=True)
class HookSpec:
    """A hook that somebody offers."""

    name: str
    addon: str
    """Who offers it; ``core`` for the core's own."""
    function: Callable[..., Any]
    arguments: tuple[str, ...]
    """Names of all its arguments, in order."""

    @property
    def doc(self) -> str:
        """Its docstring, for the reference."""
        return inspect.getdoc(self.function) or ""


def offered(owner: object, addon: str) -> list[HookSpec]:
    """Return the hooks specified in a module or class."""
    return [
        HookSpec(name, addon, function, _arguments(function)) for name, function in _marked(owner, f"{PROJECT}_spec")
    ]


def collect_specs(offers: Iterable[tuple[str, object]]) -> tuple[dict[str, HookSpec], dict[str, CoreError]]:
    """Join the hooks of the core and of all addons.

    Args:
        offers: Pairs (addon, module of its specifications), in dependency order, the core first.

    Returns:
        The hooks by name, and an error for each addon that specifies a hook somebody before it has.
    """
    specs: dict[str, HookSpec] = {}
    errors: dict[str, CoreError] = {}
    for addon, owner in offers:
        own = offered(owner, addon)
        if taken := [spec for spec in own if spec.name in specs]:
            first = specs[taken[0].name].addon
            values = {"hook": taken[0].name, "first": first, "second": addon}
            message = Message('The hook "%(hook)s" is specified by "%(first)s" and by "%(second)s".', values)
            errors[addon] = HookError(message, where=_where(taken[0].function, addon))
        else:
            specs.update((spec.name, spec) for spec in own)
    return specs, errors


def faults_of(plugin: object, addon: str, specs: Mapping[str, HookSpec]) -> list[CoreError]:
    """Return what is wrong with the hook implementations of a module or object; empty if nothing is."""
    found = []
    for name, function in _marked(plugin, f"{PROJECT}_impl"):
        options = _options(plugin, name, f"{PROJECT}_impl")
        hook = options.get("specname") or name
        where = _where(function, addon)
        if hook not in specs:
            if not options.get("optionalhook"):
                found.append(unknown("hook", hook, specs, HookError, where=where, code="hook.unknown"))
            continue
        for argument in _arguments(function):
            if argument not in specs[hook].arguments:
                error = unknown("argument", argument, specs[hook].arguments, HookError, where=where)
                error.code = "hook.argument"
                found.append(error.located(key=hook))
    if inspect.ismodule(plugin):
        found += [
            _unmarked(function, addon)
            for name, function in vars(plugin).items()
            if _is_forgotten(plugin, function, name, specs)
        ]
    return found


def _is_forgotten(module: ModuleType, value: Any, name: str, specs: Mapping[str, HookSpec]) -> bool:
    """Whether a module defines a function that bears a hook's name and is no implementation of it."""
    own = inspect.isfunction(value) and value.__module__ == module.__name__
    return own and name in specs and not any(hasattr(value, f"{PROJECT}_{mark}") for mark in ("impl", "spec"))


def _unmarked(function: Callable[..., Any], addon: str) -> CoreError:
    message = Message(
        'The function "%(name)s" bears the name of a hook and is never called.', {"name": function.__name__}
    )
    hint = Message("write @hookimpl above it, or give it another name")
    return HookError(message, code="hook.unmarked", hint=hint, where=_where(function, addon))


def implemented(plugin: object) -> list[str]:
    """Return the names of the hooks that a module or object implements."""
    marker = f"{PROJECT}_impl"
    return [_options(plugin, name, marker).get("specname") or name for name, _ in _marked(plugin, marker)]


def check_call(spec: HookSpec, given: Collection[str]) -> CoreError | None:
    """Return what is wrong with the argument names of a call, or None."""
    for name in given:
        if name not in spec.arguments:
            return unknown(
                "argument", name, spec.arguments, HookError, where=Where(key=spec.name), code="hook.argument"
            )
    missing = [name for name in spec.arguments if name not in given]
    if missing:
        values = {"hook": spec.name, "names": ", ".join(missing)}
        return HookError(Message('The hook "%(hook)s" was called without %(names)s.', values), code="hook.argument")
    return None


def _marked(owner: object, marker: str) -> list[tuple[str, Callable[..., Any]]]:
    found = []
    for name in dir(owner):
        # Not getattr: a property of a plugin object must not run here.
        static = inspect.getattr_static(owner, name)
        function = getattr(static, "__func__", static)
        if inspect.isfunction(function) and isinstance(getattr(function, marker, None), dict):
            found.append((name, getattr(owner, name)))
    return found


def _options(owner: object, name: str, marker: str) -> dict[str, Any]:
    options: dict[str, Any] = getattr(getattr(owner, name), marker)
    return options


def _arguments(function: Callable[..., Any]) -> tuple[str, ...]:
    names = tuple(inspect.signature(function).parameters)
    # A specification written as a method of a class that was never made takes itself first.
    return names[1:] if names[:1] == ("self",) else names


def _where(function: Callable[..., Any], addon: str) -> Where:
    code = inspect.unwrap(getattr(function, "__func__", function)).__code__
    return Where(addon=addon, file=code.co_filename, line=code.co_firstlineno)
