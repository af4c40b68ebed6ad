"""Functions of a ``hooks.py`` that look like implementations and are none."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from core.plugins import hookimpl
from core.plugins.hookcheck import HookSpec, faults_of


def module_of(function: Callable[..., Any], *, own: bool = True) -> ModuleType:
    module = ModuleType("addons.sample.hooks")
    if own:
        function.__module__ = module.__name__
    setattr(module, function.__name__, function)
    return module


def specification(vehicle: object) -> None:
    """Act on a washed vehicle."""


SPECS = {"washed": HookSpec("washed", "fleet", specification, ("vehicle",))}


def test_function_with_the_name_of_a_hook_and_no_mark_is_told() -> None:
    def washed(vehicle: object) -> None: ...

    assert faults_of(module_of(washed, own=False), "sample", SPECS) == []
    (fault,) = faults_of(module_of(washed), "sample", SPECS)
    assert (fault.code, fault.where.file) == ("hook.unmarked", __file__)
    assert "@hookimpl" in str(fault.hint)


def test_marked_functions_and_helpers_are_not() -> None:
    @hookimpl
    def washed(vehicle: object) -> None: ...

    def helper(vehicle: object) -> None: ...

    assert faults_of(module_of(washed), "sample", SPECS) == []
    assert faults_of(module_of(helper), "sample", SPECS) == []
