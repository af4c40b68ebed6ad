"""Hooks that the sample addon offers."""

from core.api import hookspec


@hookspec
def minimal_thing_done(thing):
    """Act on a thing that is done."""
