"""Implements a hook that is not there."""

from core.api import hookimpl


@hookimpl
def minimal_thing_don(thing):
    """Misspelt."""
