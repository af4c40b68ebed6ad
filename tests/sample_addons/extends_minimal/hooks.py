"""Hooks that the extension implements."""

from core.api import hookimpl


@hookimpl
def minimal_thing_done(thing):
    """Answer with what was done."""
    return f"extended {thing}"
