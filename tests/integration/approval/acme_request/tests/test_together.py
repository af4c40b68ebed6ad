"""Two people at the same moment, in transactions of their own on each database: one wins, the other is told (APPR-06)."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from addons.crm_approval.api import decide
from core.api import ConflictError

ROUNDS = 4


@pytest.fixture
def app(own_app):
    """An installation of the test's own, with three approvers and a submitter; what is done there stays."""

    def people(env):
        group = env.ref("acme_request.buyer").id
        return {
            name: env["core.user"].create({"name": name, "login": name, "groups": [group]}).id
            for name in ("ann", "bob", "cid", "sue")
        }

    own_app.people = own_app.run(people)
    return own_app


def make_flow(app, mode):
    def make(env):
        users = [app.people[name] for name in ("ann", "bob")]
        steps = [{"rule": "users", "users": users, "mode": mode}]
        env["crm.approval.flow"].create({"name": "F", "model": "acme.request", "transition": "submit", "steps": steps})

    app.run(make)


def submit(app):
    def work(env):
        record = env["acme.request"].create({"name": "R", "owner": env.uid})
        env.flush()
        record.submit()
        env.flush()
        tasks = env["crm.approval.request"].search([["record_id", "=", record.id]])[0].tasks
        return record.id, {task.approver.login: task.id for task in tasks}

    return app.run(work, user="sue")


def at_once(*works):
    """Run functions in threads that begin together; return what each returned, or the refusal."""
    barrier = threading.Barrier(len(works))

    def run(work):
        barrier.wait()
        try:
            return work()
        except ConflictError as error:
            return error

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def look(app, record):
    def work(env):
        found = env["acme.request"].get(record)
        return found.state, found.done_count

    return app.run(work)


def deciding(app, login, task, decision):
    return lambda: app.run(lambda env: decide(env, task, decision, "so").state, user=login)


@pytest.mark.rows("APPR-06")
def test_two_decisions_at_once_of_which_one_is_enough_one_wins(app):
    make_flow(app, "any")
    for _round in range(ROUNDS):
        record, tasks = submit(app)
        answers = at_once(
            deciding(app, "ann", tasks["ann"], "approve"),
            deciding(app, "bob", tasks["bob"], "refuse"),
            deciding(app, "ann", tasks["ann"], "approve"),
        )
        refusals = [each for each in answers if isinstance(each, ConflictError)]
        assert len(refusals) == 2
        assert all(each.code == "conflict.approval_decided" for each in refusals)
        (outcome,) = (each for each in answers if isinstance(each, str))
        assert look(app, record) == (("approved", 1) if outcome == "approved" else ("draft", 0))


@pytest.mark.rows("APPR-06")
def test_two_approvals_at_once_of_which_both_are_needed_both_count(app):
    make_flow(app, "all")
    for _round in range(ROUNDS):
        record, tasks = submit(app)
        answers = at_once(*(deciding(app, login, tasks[login], "approve") for login in ("ann", "bob")))
        assert sorted(answers) == ["approved", "running"]
        assert look(app, record) == ("approved", 1)


@pytest.mark.rows("APPR-08")
def test_two_who_submit_the_same_record_at_once_make_one_request(app):
    make_flow(app, "any")

    def make(env):
        return env["acme.request"].create({"name": "R", "owner": env.uid}).id

    def press(env, record):
        env["acme.request"].get(record).submit()

    for _round in range(ROUNDS):
        record = app.run(make, user="sue")
        work = lambda record=record: app.run(lambda env: press(env, record), user="sue")  # noqa: E731 - one for each record
        answers = at_once(work, work)
        assert sum(isinstance(each, ConflictError) for each in answers) == 1
        assert app.run(lambda env, record=record: env["crm.approval.request"].count([["record_id", "=", record]])) == 1
