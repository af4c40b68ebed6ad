"""What Prometheus reads, and who may; log lines carry the request's id; readiness follows the database."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from core.app import Application
from core.testing.client import Client
from core.testing.postgres import PostgresClient
from core.web.accesslog import set_up_logging
from core.web.application import WebApplication

from .conftest import PLENTY, install, make_application

TAG = "/api/v1/web.tag"


def scrape(client: Client, address: str = "127.0.0.1") -> TestResponse:
    """Ask for the metrics from an address."""
    return client.request("GET", "/metrics", environ_overrides={"REMOTE_ADDR": address})


def sample(text: str, name: str, **labels: str) -> float:
    """Return a sample of an exposition by its name and some of its labels; 0 if it is not there."""
    total = 0.0
    for line in text.splitlines():
        found = re.match(rf"{name}{{([^}}]*)}} (\S+)", line)
        if found and all(f'{key}="{value}"' in found[1] for key, value in labels.items()):
            total += float(found[2])
    return total


@pytest.fixture
def fresh(shop: Application) -> WebApplication:
    """A web application that has counted nothing yet."""
    return WebApplication(shop, limits=PLENTY)


def test_requests_are_counted_by_endpoint_method_and_status(shop: Application, fresh: WebApplication) -> None:
    ann = Client(shop, "ann", web=fresh)
    for _number in range(3):
        ann.get(TAG)
    ann.get("/api/v1/web.nothing")
    ann.get("/nowhere/at/all")
    ann.request("POST", TAG, json={}, headers={"X-CSRF-Token": ""})
    text = scrape(ann).text
    assert sample(text, "tangram_requests_total", method="GET", status="200", endpoint="/api/v1/<model>") == 3
    assert sample(text, "tangram_requests_total", status="404", endpoint="none") == 1
    assert sample(text, "tangram_requests_total", method="POST", status="403") == 1
    assert "/nowhere" not in text
    assert sample(text, "tangram_request_seconds_count", method="GET", endpoint="/api/v1/<model>") == 4
    statements = sample(text, "tangram_request_statements_sum", endpoint="/api/v1/<model>", method="GET")
    assert 4 <= statements <= 60
    assert sample(text, "tangram_registry_builds_total", database="default") == 1
    assert sample(text, "tangram_sessions_open", database="default") >= 1
    assert 'tangram_jobs{database="default",state="queued"}' in text


@pytest.mark.parametrize("path", ["/metrics", "/healthz"])
def test_metrics_have_the_headers_too(shop: Application, fresh: WebApplication, path: str) -> None:
    headers = Client(shop, web=fresh).get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_without_a_token_only_this_machine_reads_them(shop: Application, fresh: WebApplication) -> None:
    anybody = Client(shop, web=fresh)
    assert scrape(anybody).status_code == 200
    for address in ("10.0.0.1", "::2", ""):
        answer = scrape(anybody, address)
        assert (answer.status_code, answer.json["code"]) == (404, "missing_record")
    for header in ("X-Forwarded-For", "Forwarded", "Via"):
        local = {"environ_overrides": {"REMOTE_ADDR": "127.0.0.1"}}
        assert anybody.request("GET", "/metrics", headers={header: "10.0.0.1"}, **local).status_code == 404


def test_with_a_token_whoever_shows_it_reads_them(shop: Application, fresh: WebApplication) -> None:
    settings = shop.settings
    try:
        shop.settings = settings.model_copy(update={"metrics_token": "s3cret"})
        there = {"environ_overrides": {"REMOTE_ADDR": "10.0.0.1"}}
        asked = {
            header: Client(shop, web=fresh).request("GET", "/metrics", headers={"Authorization": header}, **there)
            for header in ("", "Bearer wrong", "Basic s3cret", "Bearer s3cret")
        }
        assert [answer.status_code for answer in asked.values()] == [404, 404, 404, 200]
    finally:
        shop.settings = settings


def test_sessions_and_jobs_are_counted_at_most_every_ten_seconds(shop: Application) -> None:
    now = [0.0]
    web = WebApplication(shop, limits=PLENTY, clock=lambda: now[0])
    ann = Client(shop, "ann", web=web)
    before = sample(scrape(ann).text, "tangram_sessions_open")
    Client(shop, "bob", web=web)
    assert sample(scrape(ann).text, "tangram_sessions_open") == before
    now[0] += 11
    assert sample(scrape(ann).text, "tangram_sessions_open") == before + 1


@pytest.fixture
def stderr_logging(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[str], None]]:
    """Sets logging up as a server does; as before afterwards."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    yield lambda kind: set_up_logging("info", kind)
    for handler in root.handlers[:]:
        root.removeHandler(handler)
    for handler in before[0]:
        root.addHandler(handler)
    root.setLevel(before[1])


@pytest.mark.parametrize("kind", ["json", "text"])
def test_every_line_of_a_request_carries_its_id(
    ann: Client,
    capsys: pytest.CaptureFixture[str],
    stderr_logging: Callable[[str], None],
    kind: str,
    web: WebApplication,
) -> None:
    stderr_logging(kind)
    logging.getLogger("elsewhere").warning("between requests")
    ann.request("GET", TAG, headers={"X-Request-Id": "request-0001"})
    logging.getLogger("elsewhere").warning("after it")
    lines = [line for line in capsys.readouterr().err.splitlines() if "elsewhere" in line or "web.tag" in line]
    assert len(lines) == 3
    if kind == "json":
        assert [json.loads(line).get("request_id") for line in lines] == [None, "request-0001", None]
        assert json.loads(lines[1])["status"] == 200
    else:
        assert ["request-0001" in line for line in lines] == [False, True, False]


def test_an_instance_whose_database_has_gone_is_not_ready(
    postgres: PostgresClient, database_names: Iterator[str], tmp_path: Path
) -> None:
    name = next(database_names)
    app = make_application(postgres.create_database(name), tmp_path)
    try:
        install(app)
        client = Client(app)
        assert client.get("/readyz").status_code == 200
        postgres.drop_database(name)
        assert client.get("/readyz").status_code == 503
        assert client.get("/healthz").status_code == 200
    finally:
        app.close()
