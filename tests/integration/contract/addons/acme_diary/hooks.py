"""Writes a page for each visit."""

from core.api import hookimpl


@hookimpl
def acme_visit_made(visit):
    """Write it down."""
    visit.env["acme.page"].create({"name": f"at {visit.customer.name}"})
