"""Approval beside mails and reminders, and what happens to records in approval when addons are disabled or records purged."""

from pathlib import Path

import pytest

from addons.crm_approval.api import decide, history_of
from addons.crm_approval.api import request_of as running_of
from core.api import Application
from core.base.services.recycle_bin import list_bin, purge_deletions
from core.config import Settings
from core.jobs import InProcessCarrier, Runner

HERE = Path(__file__).parent


@pytest.fixture
def app(database_url, tmp_path):
    """An installation with mails and the sample requests; Sue submits, Ann is her superior."""
    (tmp_path / "var").mkdir()
    settings = Settings(
        root=tmp_path, database_url=database_url, addons_path=(HERE,), data_dir=tmp_path / "var", language="en"
    )
    app = Application(settings, carrier=InProcessCarrier())
    app.lifecycle().install(["acme_request", "base_mail"])

    def people(env):
        groups = [env.ref("acme_request.buyer").id, env.ref("base.user").id]
        ann = env["core.user"].create({"name": "Ann", "login": "ann", "groups": groups})
        env["core.user"].create({"name": "Sue", "login": "sue", "groups": groups, "superior": ann})
        steps = [{"rule": "superior"}]
        env["crm.approval.flow"].create({"name": "F", "model": "acme.request", "transition": "submit", "steps": steps})

    app.run(people)
    yield app
    app.close()


def submit(app):
    def work(env):
        record = env["acme.request"].create({"name": "R", "owner": env.uid, "lines": [{"name": "x", "price": "5"}]})
        env.flush()
        record.submit()
        return record.id

    return app.run(work, user="sue")


@pytest.mark.rows("APPR-10")
def test_rules_for_mails_and_a_reminder_of_what_waits_come_along(app):
    submit(app)
    runner = Runner(app, app.carrier, watched=False)
    with app.env() as env:
        rules = env["base.mail.rule"].read([["model", "like", "crm.approval"]], ["by_mail", "by_message"])
        assert [(row["by_mail"], row["by_message"]) for row in rules] == [(True, False)] * 2
        env.defer("base_mail.make_reminders")
        table = env.registry["core.job"].table
        jobs = [row.id for row in env.connection.execute(table.select().order_by(table.c.id))]
    for job in jobs:
        runner.run("default", job)
    with app.env() as env:
        reminders = env["base.reminder"].read([["model", "=", "crm.approval.task"]], ["user.login", "title"])
    assert [(row["user.login"], row["title"]) for row in reminders] == [("ann", "R")]


@pytest.mark.rows("APPR-01")
def test_disabling_the_addon_gives_records_in_approval_their_former_state(app):
    number = submit(app)
    with app.env() as env:
        assert env["acme.request"].get(number).state == "in_approval"
    app.run(lambda env: env["crm.approval.flow"].create(
        {"name": "V", "model": "acme.visit", "transition": "agree", "steps": [{"rule": "superior"}]}
    ).id)  # fmt: skip
    app.lifecycle().disable(["acme_request"])
    with app.env("ann") as env:
        # The object is gone for now: its approvals neither show nor break anything.
        (task,) = env["crm.approval.task"].search([["state", "=", "waiting"]])
        with pytest.raises(Exception, match="not there any more"), env.savepoint():
            decide(env, task.id, "approve")
        assert "not enabled" in env.as_user("admin")["crm.approval.flow"].search([["name", "=", "F"]])[0].problem
    app.lifecycle().enable(["acme_request"])
    with app.env() as env:
        assert running_of(env["acme.request"].get(number)) is not None
    app.lifecycle().disable(["crm_approval"], cascade=True)
    app.lifecycle().enable(["acme_request"])
    with app.env() as env:
        record = env["acme.request"].get(number)
        assert (record.state, running_of(record)) == ("draft", None)


def test_a_purged_record_takes_its_approvals_along(app):
    number = submit(app)

    def give_up(env):
        decide(env, env["crm.approval.task"].search([["state", "=", "waiting"]])[0].id, "refuse", "no")

    app.run(give_up, user="ann")
    with app.env("admin") as env:
        record = env["acme.request"].get(number)
        assert len(history_of(record)) == 1
        record.delete()
        env.flush()
        assert env["crm.approval.request"].count([]) == 1
        purge_deletions(env, [each["id"] for each in list_bin(env, model="acme.request")])
        assert env["crm.approval.request"].count([]) == 0
        assert env["crm.approval.task"].count([]) == 0
