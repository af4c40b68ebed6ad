"""People of a small firm, and flows for their requests."""

from types import SimpleNamespace

import pytest

BUYER = ["acme_request.buyer"]


@pytest.fixture
def people(env, as_user, clock):
    """王总 above 李经理 above 张三 and 陈四; 钱财务 beside them; admin is the administrator."""
    clock.set("2025-03-01")
    boss = env["core.position"].create({"name": "总经理"})
    manager = env["core.position"].create({"name": "销售经理", "parent": boss})
    seller = env["core.position"].create({"name": "销售员", "parent": manager})
    finance = env["core.position"].create({"name": "财务", "parent": boss})
    env.flush()
    made = {
        "wang": ("王总", boss),
        "li": ("李经理", manager),
        "zhang": ("张三", seller),
        "chen": ("陈四", seller),
        "qian": ("钱财务", finance),
    }
    found = {
        login: as_user(login, name=name, position=position, groups=BUYER) for login, (name, position) in made.items()
    }
    return SimpleNamespace(**found, boss=boss, manager=manager, seller=seller, finance=finance)


@pytest.fixture
def make_flow(env):
    """Return a function that makes a flow for submitting a request: levels as mappings, more values by name."""

    def make(*steps, **values):
        given = {"name": "Requests", "model": "acme.request", "transition": "submit", **values}
        levels = [{"sequence": number, **step} for number, step in enumerate(steps, 1)]
        flow = env["crm.approval.flow"].create({**given, "steps": levels})
        env.flush()
        return flow

    return make


@pytest.fixture
def flow(people, make_flow):
    """Level 1 the direct superior, level 2 the general manager from 10,000 on."""
    return make_flow(
        {"rule": "superior"},
        {"rule": "position", "position": people.boss.id, "condition": [["amount", ">=", 10000]]},
    )


@pytest.fixture
def request_of(people):
    """Return a function that makes a request of somebody: ``request_of(people.zhang, "12400")``."""

    def make(theirs, price="100", **values):
        lines = [{"name": "LP-200", "quantity": 1, "price": price}]
        record = theirs["acme.request"].create({"name": "R", "owner": theirs.uid, "lines": lines, **values})
        theirs.flush()
        return record

    return make


@pytest.fixture
def waiting(env):
    """Return a function that tells whom a request waits for, by login, in order."""

    def names(record):
        domain = [
            ["request.record_id", "=", record.id],
            ["request.model", "=", record._info.name],
            ["state", "=", "waiting"],
        ]
        return [row["approver.login"] for row in env["crm.approval.task"].read(domain, ["approver.login"], order="id")]

    return names


@pytest.fixture
def task_of(env):
    """Return a function that gives the id of what somebody is asked."""

    def find(record, login=None):
        domain = [
            ["request.record_id", "=", record.id],
            ["request.model", "=", record._info.name],
            ["state", "=", "waiting"],
        ]
        if login:
            domain.append(["approver.login", "=", login])
        return env["crm.approval.task"].search(domain, order="id", limit=1)[0].id

    return find
