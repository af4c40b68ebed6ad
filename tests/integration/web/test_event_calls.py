"""Other systems are told of what happens to records: signed, as a user may read it, tried again, and never inside the own network (CORE-81)."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import sqlalchemy as sa

from core.app import Application
from core.base.services.event_delivering import MOST_FAILURES, WAITS_S
from core.base.services.event_sending import is_public
from core.jobs.carrier import InProcessCarrier
from core.jobs.runner import Runner
from core.testing.client import Client
from core.testing.statements import Statements
from core.web.application import WebApplication
from tests.integration.web.conftest import PLENTY

CALLS, CUSTOMERS = "/api/v1/core.event_call", "/api/v1/web.customer"


class Receiver(ThreadingHTTPServer):
    """Another system on this machine."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.status = 200

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook?from=tangram"

    def told(self) -> list[tuple[str, int]]:
        """What was received, as pairs of event and record."""
        return [(content["event"], content["id"]) for content in (json.loads(body) for _headers, body in self.got)]


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), body))
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("Location", self.server.address)
        self.send_header("Content-Length", "6")
        self.end_headers()
        self.wfile.write(b"answer")

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def site(shop: Application) -> Iterator[Application]:
    """The shop again, which may call this machine; its calls are gone afterwards."""
    settings = shop.settings.model_copy(update={"event_private_addresses": True})
    app = Application(settings, carrier=InProcessCarrier())
    yield app
    app.run(lambda env: env["core.event_call"].search().delete())
    app.close()


@pytest.fixture
def login(site: Application) -> Callable[[str], Client]:
    web = WebApplication(site, limits=PLENTY)
    return lambda name: Client(site, name, web=web)


def work(app: Application) -> None:
    """Run the jobs that wait."""
    assert isinstance(app.carrier, InProcessCarrier)
    app.carrier.drain(Runner(app, app.carrier, watched=False).run)


def people(client: Client) -> dict[str, int]:
    found = client.get_json("/api/v1/core.user", fields="login")["records"]
    return {row["login"]: row["id"] for row in found}


def make_call(boss: Client, receiver: Receiver, **values: Any) -> dict[str, Any]:
    given = {
        "name": "Hook",
        "address": receiver.address,
        "model": "web.customer",
        "user": people(boss)["ann"],
        **values,
    }
    made: dict[str, Any] = boss.post_json(CALLS, given)
    return made


@pytest.mark.rows("CORE-81")
def test_what_happens_to_a_record_is_told_as_the_user_may_read_it(
    site: Application, login: Callable[[str], Client], receiver: Receiver
) -> None:
    boss, ann, bob = login("boss"), login("ann"), login("bob")
    call = make_call(boss, receiver, domain=[["name", "!=", "Quiet"]])
    orders = make_call(boss, receiver, model="web.order", changed=False, created=False, transitions="confirm")
    owners = people(boss)
    made = ann.post_json(CUSTOMERS, {"name": "Told", "owner": owners["ann"]})
    bob.post_json(CUSTOMERS, {"name": "Hidden from ann", "owner": owners["bob"]})
    ann.post_json(CUSTOMERS, {"name": "Quiet", "owner": owners["ann"]})
    assert ann.post(CUSTOMERS, {"name": "forbidden", "owner": owners["ann"]}).status_code == 422
    order = ann.post_json("/api/v1/web.order", {"customer": made["id"], "amount": 10})["id"]
    work(site)
    ann.patch_json(f"{CUSTOMERS}/{made['id']}", {"name": "Changed"})
    ann.post_json(f"/api/v1/web.order/{order}/actions/confirm")
    work(site)
    ann.delete(f"{CUSTOMERS}/{made['id']}")
    work(site)
    assert ("changed", made["id"]) in receiver.told()
    assert ("confirm", order) in receiver.told()
    told = receiver.told()
    # Jobs that other tests left in the shop may delete records of theirs.
    assert told.index(("deleted", made["id"])) > told.index(("changed", made["id"]))
    assert ("created", made["id"]) in receiver.told()
    assert not [
        body for _headers, body in receiver.got if b"Hidden" in body or b"Quiet" in body or b"forbidden" in body
    ]
    headers, body = next(each for each in receiver.got if b"Changed" in each[1])
    content = json.loads(body)
    assert (content["model"], content["record"]["name"], content["version"]) == (
        "web.customer",
        "Changed",
        content["record"]["version"],
    )
    assert "limit" not in content["record"]
    signed = hmac.new(call["secret"].encode(), headers["X-Tangram-Timestamp"].encode() + b"." + body, hashlib.sha256)
    assert headers["X-Tangram-Signature"] == f"sha256={signed.hexdigest()}"
    assert (headers["X-Tangram-Event"], headers["X-Tangram-Delivery"]) == ("changed", str(content["delivery"]))
    log = boss.get_json("/api/v1/core.event_delivery", domain=[["call", "in", [call["id"], orders["id"]]]])["records"]
    assert {"done", "skipped"} == {row["state"] for row in log}
    assert boss.get(f"/records/core.event_call/{call['id']}").status_code == 200
    assert ann.get(CALLS).status_code == 404


@pytest.mark.rows("CORE-81")
def test_a_call_that_fails_is_tried_later_and_paused_in_the_end(
    site: Application, login: Callable[[str], Client], receiver: Receiver
) -> None:
    boss = login("boss")
    call = make_call(boss, receiver)
    path = f"{CALLS}/{call['id']}"
    table = site.database().registry()["core.event_call"].table
    for number, status in ((MOST_FAILURES - 2, 302), (MOST_FAILURES - 1, 500)):
        receiver.status = status
        site.run(lambda env, number=number: env.connection.execute(sa.update(table).values(failures=number)))
        assert boss.get_json(path)["active"] is True
        boss.post_json(f"{path}/actions/send_test")
        work(site)
    assert len(receiver.got) == 2
    row = boss.get_json("/api/v1/core.event_delivery", domain=[["call", "=", call["id"]]])["records"][-1]
    assert (row["state"], row["attempts"], row["status"], row["answer"]) == ("waiting", 1, 302, "answer")
    assert row["due_at"] > row["sent_at"]
    assert len(WAITS_S) == 5
    assert boss.get_json(path)["active"] is False
    titles = [each["title"] for each in boss.get_json("/api/v1/core.notification")["records"]]
    assert 'The event call "Hook" was paused' in titles
    receiver.status = 200
    boss.post_json(f"{path}/actions/send_test")
    work(site)
    assert len(receiver.got) == 2


def test_nothing_is_called_that_is_not_public_unless_a_setting_allows_it(
    shop: Application,
    client: Callable[..., Client],
    receiver: Receiver,
    site: Application,
    login: Callable[[str], Client],
) -> None:
    boss = client("boss")
    for wrong in (receiver.address, "ftp://example.com", "https://a:b@example.com", "https://", "https://exa mple.com"):
        given = {"name": "x", "address": wrong, "model": "web.customer", "user": people(boss)["ann"]}
        assert boss.post(CALLS, given).status_code == 422, wrong
    for values in ({"model": "no.model"}, {"transitions": "no_such"}, {"domain": [["nothing", "=", 1]]}):
        given = {"name": "x", "address": "https://example.com", "model": "web.customer", "user": people(boss)["ann"]}
        assert boss.post(CALLS, {**given, **values}).status_code in (400, 422), values
    call = make_call(login("boss"), receiver, address=f"https://127.0.0.1:{receiver.server_port}/")
    boss.post_json(f"{CALLS}/{call['id']}/actions/send_test")
    work(shop)
    row = boss.get_json("/api/v1/core.event_delivery", domain=[["call", "=", call["id"]]])["records"][0]
    assert (row["status"], receiver.got) == (None, [])
    assert "no public address" in row["answer"]


def test_a_transaction_pays_nothing_where_no_call_is_configured(
    site: Application, login: Callable[[str], Client]
) -> None:
    ann = login("ann")
    owner = people(ann)["ann"]
    ann.post_json(CUSTOMERS, {"name": "first", "owner": owner})
    with Statements(site.database().engine).listening() as statements:
        ann.post_json(CUSTOMERS, {"name": "second", "owner": owner})
    assert any("INSERT INTO web_customer" in statement for statement in statements.seen)
    assert not any("core_event" in statement for statement in statements.seen)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_private_addresses_are_known_in_every_spelling(address: str, expected: bool) -> None:
    assert is_public(address) is expected
