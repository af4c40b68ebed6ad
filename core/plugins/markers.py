"""The two markers that authors of hooks need (layer plugins); everything else of pluggy stays inside this layer."""

from pluggy import HookimplMarker, HookspecMarker

PROJECT = "tangram"

hookspec = HookspecMarker(PROJECT)
"""Marks a function in ``hookspecs.py`` as the specification of a hook that the addon offers."""

hookimpl = HookimplMarker(PROJECT)
"""Marks a function in ``hooks.py`` as an implementation of the hook of its name; ``optionalhook=True`` where the addon
that offers the hook need not be enabled."""
