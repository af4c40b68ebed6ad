"""Asks for pages as a browser does."""

from __future__ import annotations

from typing import Any

from core.testing.client import Client

HTML = {"Accept": "text/html"}
FORM = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}


def page(client: Client, path: str, status: int = 200, **query: Any) -> str:
    """Return a page.

    Raises:
        AssertionError: It answers with another status.
    """
    answer = client.request("GET", path, query=query or None, headers=HTML)
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return str(answer.get_data(as_text=True))


def send(client: Client, path: str, **fields: Any) -> Any:
    """Send a form and return the answer."""
    return client.request("POST", path, data=fields, headers=FORM)
