"""Lets go of records: when they are purged, and when the addon is disabled, so that nothing stays in approval for ever."""

from collections.abc import Sequence

from addons.crm_approval.services import running
from addons.crm_approval.services.common import REQUEST, chunks
from core.api import Environment, system_of


def forget_records(env: Environment, model: str, ids: Sequence[int]) -> None:
    """Drop the approvals of records that are gone for good."""
    system = system_of(env)
    for part in chunks(ids):
        found = system[REQUEST].search([["model", "=", model], ["record_id", "in", part]])
        if found:
            found.delete()


def release_all(env: Environment) -> int:
    """Withdraw every running request, so that its record has its former state; return how many there were."""
    system = system_of(env)
    requests = list(system[REQUEST].search([["state", "=", "running"]]))
    for request in requests:
        running.end(system, request, "withdrawn")
    return len(requests)
