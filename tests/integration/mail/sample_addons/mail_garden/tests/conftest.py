"""Gardeners, the jobs of a test run by hand, and a mail server that really receives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from core.api import Environment
from core.jobs import InProcessCarrier, Runner


class Inbox:
    """What a mail server received, and how it behaves."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        """Envelopes, in order."""
        self.refused: dict[str, str] = {}
        """Address → answer to it."""
        self.answers: list[str] = []
        """Answers to the next mails instead of taking them."""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802 (aiosmtpd calls it so)
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd calls it so)
        if self.answers:
            return self.answers.pop(0)
        self.mails.append(envelope)
        return "250 Taken"


class AnyPort(Controller):
    """A server on whatever port is free."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture(scope="session")
def mail_server() -> Iterator[tuple[Inbox, int]]:
    """One server for all tests: its inbox and its port."""
    inbox = Inbox()
    controller = AnyPort(inbox, hostname="127.0.0.1", port=0)
    controller.start()
    yield inbox, controller.port
    controller.stop()


@pytest.fixture
def inbox(mail_server: tuple[Inbox, int]) -> Inbox:
    """The inbox, empty."""
    found, _port = mail_server
    found.mails.clear()
    found.refused.clear()
    found.answers.clear()
    return found


@pytest.fixture
def account(env: Environment, mail_server: tuple[Inbox, int], inbox: Inbox) -> Any:
    """A mail account for everybody."""
    values = {
        "name": "Post",
        "sender": "post@example.com",
        "host": "127.0.0.1",
        "port": mail_server[1],
        "security": "none",
    }
    return env["base.mail.account"].create(values)


@pytest.fixture
def run_jobs(env: Environment, installed_app: Any, clock: Any) -> Callable[[], dict[str, str | None]]:
    """Run the jobs that wait and are due, and those they queue; return name → state of the last of each name."""
    runner = Runner(installed_app, InProcessCarrier(), now=installed_app.clock, watched=False)
    jobs = env.registry["core.job"].table

    def run() -> dict[str, str | None]:
        env.before_query()
        done: dict[str, str | None] = {}
        while True:
            due = (
                jobs.select().where(jobs.c.state.in_(["sent", "queued"]), jobs.c.run_at <= clock()).order_by(jobs.c.id)
            )
            row = env.connection.execute(due).first()
            if row is None:
                return done
            done[row.name] = runner.run("default", row.id)

    return run


@pytest.fixture
def gardeners(as_user: Any) -> dict[str, Any]:
    """Ann the head, and Bob and Cid below her."""
    ann = as_user("ann", groups=["mail_garden.chief"], mail="ann@example.com", phone="+8613800000001")
    people = {"ann": ann}
    for name in ("bob", "cid"):
        people[name] = as_user(
            name, groups=["mail_garden.gardener"], mail=f"{name}@example.com", superior=ann.uid, language="en"
        )
    return people


@pytest.fixture
def told(env: Environment) -> Callable[[Any], list[str]]:
    """``told(user)``: the titles behind the bell of a user, the oldest first."""

    def titles(who: Any) -> list[str]:
        rows = env.as_user(1)["core.notification"].read([["user", "=", who.uid]], ["title"], "id")
        return [row["title"] for row in rows]

    return titles


@pytest.fixture
def create_rule(env: Environment) -> Callable[..., Any]:
    """A factory of rules about plants."""

    def create(**values: Any) -> Any:
        return env["base.mail.rule"].create({"name": "Look", "model": "garden.plant", "paths": "owner", **values})

    return create
