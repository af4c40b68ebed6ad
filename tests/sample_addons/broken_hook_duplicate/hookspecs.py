"""Specifies a hook that another addon has."""

from core.api import hookspec


@hookspec
def minimal_thing_done(thing):
    """Specified twice."""
