"""An addon brings widgets of its own, there while it is enabled and gone without a trace afterwards (design 2.4)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.app import Application
from core.testing.client import Client

from .conftest import disable, enable, install, make_application


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Application]:
    """An application on a database of the test's own."""
    made = make_application(database_url, tmp_path)
    install(made)
    yield made
    made.close()


def test_a_widget_and_column_of_an_addon_come_and_go_with_it(app: Application) -> None:
    client = Client(app, "chief")
    client.post_json("/api/v1/web.customer", {"name": "Widgets Ltd"})

    def shown() -> str:
        answer = client.request("GET", "/records/web.customer", headers={"Accept": "text/html"})
        assert answer.status_code == 200
        return str(answer.get_data(as_text=True))

    assert "nickname" not in shown()
    enable(app, "web_extra")
    assert '<mark class="nickname">' in shown()
    assert "Nickname" in shown()
    disable(app, "web_extra")
    assert "nickname" not in shown().lower()
