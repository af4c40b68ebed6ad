"""A worker that is killed between the server's taking a mail and its noting so: the mail is doubtful, and never sent twice silently."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from core.app import Application
from core.jobs import InProcessCarrier, Runner, Sweeper
from core.orm.database import system_clock

from .mail_process import settings_for

ROOT = Path(__file__).parents[3]
PATIENCE_S = 60


class Inbox:
    """Takes mails; after the first it waits with its answer, so that the worker can be killed in that moment."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.has_taken = threading.Event()
        self.may_answer = threading.Event()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd calls it so)
        self.mails.append(envelope)
        self.has_taken.set()
        while not self.may_answer.is_set():
            await server.loop.run_in_executor(None, self.may_answer.wait, 0.05)
        return "250 Taken"


class AnyPort(Controller):
    """A server on whatever port is free."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class Clock:
    """The machine's clock, which a test puts forward."""

    def __init__(self) -> None:
        self.ahead = dt.timedelta(0)

    def __call__(self) -> dt.datetime:
        return system_clock() + self.ahead


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    """A server that receives."""
    inbox = Inbox()
    controller = AnyPort(inbox, hostname="127.0.0.1", port=0)
    controller.start()
    inbox.port = controller.port  # type: ignore[attr-defined]  # only for the fixture below
    yield inbox
    inbox.may_answer.set()
    controller.stop()


@pytest.fixture
def app(database_url: str, tmp_path: Path, inbox: Any) -> Iterator[Application]:
    """An installation with one mail account."""
    (tmp_path / "var").mkdir()
    app = Application(settings_for(database_url, tmp_path), clock=Clock(), carrier=InProcessCarrier())
    app.lifecycle().install(["base_mail"])
    values = {"name": "A", "sender": "a@example.com", "host": "127.0.0.1", "port": inbox.port, "security": "none"}
    app.run(lambda env: env["base.mail.account"].create(values).id)
    yield app
    app.close()


def test_a_mail_whose_worker_is_killed_before_it_could_note_it_is_doubtful_and_not_sent_again(
    app: Application, inbox: Inbox, database_url: str, tmp_path: Path
) -> None:
    def queue(env: Any) -> tuple[int, int]:
        assert env.hook.send_mail(env=env, to="zoe@example.org", subject="Hi", text="Hello")
        table = env.registry["core.job"].table
        job_id = env.connection.execute(table.select().where(table.c.name == "base_mail.send")).one().id
        return env["base.mail.message"].search()[0].id, job_id

    def state(field: str = "state") -> Any:
        return app.run(lambda env: env["base.mail.message"].read([["id", "=", message]], [field])[0][field])

    message, job_id = app.run(queue)
    command = [sys.executable, "-m", "tests.integration.mail.mail_process", database_url, str(tmp_path), str(job_id)]
    worker = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    assert inbox.has_taken.wait(PATIENCE_S)
    worker.kill()
    worker.wait(PATIENCE_S)
    inbox.may_answer.set()
    assert state() == "sending" and state("message_id")

    runner = Runner(app, app.carrier, now=app.clock, watched=False)
    sweeper = Sweeper(app, app.carrier, now=app.clock)
    for _look in range(6):
        app.clock.ahead += dt.timedelta(minutes=20)  # type: ignore[attr-defined]  # our clock
        sweeper.sweep("default")
        app.carrier.drain(runner.run)  # type: ignore[attr-defined]  # in process
    assert state() == "doubtful" and len(inbox.mails) == 1

    app.run(lambda env: env["base.mail.message"].get(message).confirm_arrival())
    assert state() == "sent" and len(inbox.mails) == 1
