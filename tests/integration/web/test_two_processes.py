"""An addon enabled or disabled in one process is seen by the other with its next request; nothing else notices."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.app import Application
from core.base.services.authentication import make_key
from core.testing.client import Client

from .conftest import disable, enable, install, make_application

ROOT = Path(__file__).resolve().parents[3]
Ask = Callable[..., tuple[int, Any]]


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Application]:
    """An application on a database of the test's own."""
    made = make_application(database_url, tmp_path)
    install(made)
    yield made
    made.close()


@pytest.fixture
def other(app: Application, database_url: str, tmp_path: Path) -> Iterator[Ask]:
    """Asks another process that serves the same database: ``(path, body=None) -> (status, data)``, as ann with a key."""
    key = app.run(lambda env: make_key(env, env["core.user"].search([["login", "=", "ann"]])[0], "test"))
    script = Path(__file__).with_name("server_process.py")
    found = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    process = subprocess.Popen(
        [sys.executable, script, database_url, tmp_path],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": found},
    )
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline())

        def ask(path: str, body: Any = None, method: str | None = None) -> tuple[int, Any]:
            request = urllib.request.Request(
                f"http://127.0.0.1:{port}{path}",
                None if body is None else json.dumps(body).encode(),
                {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "Accept": "application/json"},
                method=method,
            )
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    return answer.status, json.loads(answer.read() or "null")
            except urllib.error.HTTPError as error:
                with error:
                    return error.code, json.loads(error.read())

        yield ask
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def test_both_see_an_addon_come_and_go_and_keep_its_data(app: Application, other: Ask) -> None:
    ann = Client(app, "ann")
    me = ann.get_json("/api/v1/core.user", domain=[["login", "=", "ann"]])["records"][0]["id"]
    customer = ann.post_json("/api/v1/web.customer", {"name": "Sun", "owner": me})["id"]
    path = f"/api/v1/web.customer/{customer}"
    assert other(path)[0] == 200
    assert other("/x/web_extra/hello")[0] == ann.get("/x/web_extra/hello").status_code == 404
    assert other("/api/v1/web.gift")[0] == 404

    enable(app, "web_extra")
    assert other("/x/web_extra/hello") == (200, {"hello": "ann"})
    assert ann.get_json("/x/web_extra/hello") == {"hello": "ann"}
    assert other(path, {"nickname": "Sunny"}, "PATCH")[1]["nickname"] == "Sunny"
    assert ann.get_json(path)["nickname"] == "Sunny"
    assert other("/api/v1/web.gift", {"name": "cup"})[0] == 201
    assert "/web.gift" in other("/api/v1/openapi.json")[1]["paths"]

    disable(app, "web_extra")
    assert other("/x/web_extra/hello")[0] == ann.get("/x/web_extra/hello").status_code == 404
    assert "nickname" not in other(path)[1]
    assert other(path, {"nickname": "x"}, "PATCH")[0] == 422
    assert other("/api/v1/web.gift")[0] == 404
    assert ann.get_json(path)["name"] == "Sun"

    enable(app, "web_extra")
    assert other(path)[1]["nickname"] == "Sunny"
    assert other("/api/v1/web.gift")[1]["total"] == 1
