"""Implements a hook with an argument it does not have."""

from core.api import hookimpl


@hookimpl
def minimal_thing_done(thig):
    """Misspelt argument."""
