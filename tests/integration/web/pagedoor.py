"""The pages as a door of the walk: what a browser is shown and may send agrees with the API, role by role."""

from __future__ import annotations

from typing import Any

from core.testing.client import Client
from tests.integration.web.crm import ROW_OPERATIONS
from tests.integration.web.pages import FORM, HTML
from tests.integration.web.walk import Attempt, Outcome


class PageDoor:
    """The pages of lists and records, read and sent as a browser does.

    Args:
        clients: Role → a client with a session of a member.
    """

    operations = frozenset({*ROW_OPERATIONS, "action"})

    def __init__(self, clients: dict[str, Client]) -> None:
        self.clients = clients

    def try_it(self, attempt: Attempt) -> Outcome:
        """Open the page or send the form that means the attempt."""
        client, base = self.clients[attempt.role], f"/records/{attempt.model}"
        path = f"{base}/{attempt.record}"
        if attempt.operation == "create":
            return self._agree(get(client, f"{base}/new"), submit(client, f"{base}/new", attempt.values))
        if attempt.operation == "read":
            return self._read(client, base, attempt)
        if attempt.operation == "update":
            return self._agree(get(client, f"{path}/edit"), submit(client, path, attempt.values))
        if attempt.operation == "delete":
            return outcome(submit(client, f"{path}/delete", {}))
        return outcome(submit(client, f"{path}/actions/{attempt.operation.partition(':')[2]}", {}))

    def _agree(self, *answers: Any) -> Outcome:
        """Return what the form and its sending both say."""
        found = [outcome(answer) for answer in answers]
        assert len(set(found)) == 1, [(answer.request.path, answer.status_code) for answer in answers]
        return found[0]

    def _read(self, client: Client, base: str, attempt: Attempt) -> Outcome:
        """Open the record and a list that holds at most it."""
        found = outcome(get(client, f"{base}/{attempt.record}"))
        listed = get(client, base, f="-", domain=[["id", "=", attempt.record]])
        if listed.status_code == 200:
            is_shown = f'"{base}/{attempt.record}' in listed.get_data(as_text=True)
            assert is_shown is (found is Outcome.ALLOWED), attempt
        else:
            assert outcome(listed) is found, attempt
        return found


def get(client: Client, path: str, **query: Any) -> Any:
    """Open a page."""
    return client.request("GET", path, query=query or None, headers=HTML)


def submit(client: Client, path: str, values: dict[str, Any]) -> Any:
    """Send a form with values given as JSON data."""
    return client.request("POST", path, data={name: _text(value) for name, value in values.items()}, headers=FORM)


def _text(value: Any) -> Any:
    if isinstance(value, list):
        return [str(item) for item in value]
    return str(value)


def outcome(answer: Any) -> Outcome:
    """Return what a page says; a refusal for other reasons than rights is allowed as far as rights go."""
    status = answer.status_code
    if status in (200, 303, 409, 422):
        return Outcome.ALLOWED
    assert status in (403, 404), f"{answer.request.method} {answer.request.path}: {status} {answer.text[:2000]}"
    return Outcome.DENIED if status == 403 else Outcome.ABSENT
