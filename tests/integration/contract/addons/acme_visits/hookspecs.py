"""Hooks of visits."""

from core.api import hookspec


@hookspec
def acme_visit_made(visit):
    """Act on a visit that was made.

    Called: in the transaction that notes it.
    """
