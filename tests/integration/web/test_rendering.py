"""Templates get plain data: no statement is sent while one prints (examples.md 7)."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from core.testing.client import Client


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/records/web.customer",
        "/records/web.customer?by=level",
        "/records/web.customer/new",
        "/records/web.customer/{id}",
        "/records/web.customer/{id}/edit",
        "/records/web.customer/{id}/side",
        "/records/web.customer?view=chart",
        "/palette?q=a",
        "/help",
        "/notifications",
        "/profile",
    ],
)
def test_no_statement_is_sent_while_a_page_is_printed(
    boss: Client, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    made = boss.post_json("/api/v1/web.customer", {"name": "Printed", "orders": [{"name": "one"}]})
    with caplog.at_level(logging.INFO, "core.web.access"):
        caplog.clear()
        answer = boss.request("GET", path.format(id=made["id"]), headers={"Accept": "text/html"})
    assert answer.status_code == 200
    data: dict[str, Any] = caplog.records[-1].data  # type: ignore[attr-defined]  # the access log adds it
    assert data["render_ms"] > 0
    assert data["statements"] > 0
    assert data["render_statements"] == 0
