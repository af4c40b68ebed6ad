"""Several approvers, passing on, substitutes, withdrawing, matching again (APPR-04, APPR-06, APPR-12)."""

import datetime

import pytest

from addons.crm_approval.api import decide, history_of, match_again, pass_on, withdraw
from addons.crm_approval.api import request_of as running_of
from addons.crm_approval.services.deciding import match_all_again
from addons.crm_approval.services.deputies import renew_deputies
from core.api import AccessDenied, ConflictError, ValidationError
from core.base.services.parameters import set_parameter


@pytest.fixture
def three(people, make_flow):
    """Return a function that makes a flow of one level for 李经理, 王总 and 钱财务."""

    def make(**values):
        users = [people.li.uid, people.wang.uid, people.qian.uid]
        return make_flow({"rule": "users", "users": users, **values})

    return make


@pytest.mark.rows("APPR-06")
def test_of_any_the_first_decides_and_the_others_are_no_longer_asked(people, three, request_of, waiting, task_of):
    three(mode="any")
    record = request_of(people.zhang)
    record.submit()
    assert waiting(record) == ["li", "wang", "qian"]
    wang = task_of(record, "wang")
    decide(people.qian, task_of(record, "qian"), "approve")
    assert record.state == "approved"
    with pytest.raises(ConflictError, match="钱财务"):
        decide(people.wang, wang, "approve")
    assert [entry.approver for entry in history_of(record)] == ["钱财务"]


@pytest.mark.rows("APPR-06")
def test_all_must_agree_where_all_are_asked(people, three, request_of, task_of):
    three(mode="all")
    record = request_of(people.zhang)
    record.submit()
    for login in ("li", "qian"):
        decide(getattr(people, login), task_of(record, login), "approve")
        assert record.state == "in_approval"
    decide(people.wang, task_of(record, "wang"), "approve")
    assert record.state == "approved"


@pytest.mark.rows("APPR-06")
def test_one_refusal_ends_it_where_all_are_asked(people, three, request_of, task_of, waiting):
    three(mode="all")
    record = request_of(people.zhang)
    record.submit()
    decide(people.li, task_of(record, "li"), "approve")
    decide(people.qian, task_of(record, "qian"), "refuse", "no")
    assert (record.state, waiting(record)) == ("draft", [])


@pytest.mark.rows("APPR-06")
def test_two_of_three_are_enough_where_two_are_needed(people, three, request_of, task_of):
    three(mode="some", quorum=2)
    record = request_of(people.zhang)
    record.submit()
    decide(people.li, task_of(record, "li"), "approve")
    assert record.state == "in_approval"
    decide(people.wang, task_of(record, "wang"), "approve")
    assert record.state == "approved"


@pytest.mark.rows("APPR-04")
@pytest.mark.parametrize(
    ("step", "who", "expected"),
    [
        ({"rule": "superior", "levels": 2}, "zhang", ["wang"]),
        ({"rule": "superior", "levels": 3}, "zhang", ["admin"]),
        ({"rule": "superior"}, "qian", ["wang"]),
        ({"rule": "department_head"}, "zhang", ["qian"]),
        ({"rule": "department_head"}, "qian", ["wang"]),
        ({"rule": "department_head"}, "li", ["admin"]),
        ({"rule": "team_leader"}, "zhang", ["chen"]),
        ({"rule": "team_leader"}, "chen", ["li"]),
        ({"rule": "team_leader"}, "li", ["admin"]),
        ({"rule": "position", "position": "seller"}, "zhang", ["chen"]),
        ({"rule": "position", "position": "vacant"}, "zhang", ["wang"]),
        ({"rule": "role", "role": "acme_request.buyer", "mode": "all"}, "zhang", ["wang", "li", "chen", "qian"]),
        ({"rule": "users", "users": "zhang"}, "zhang", ["li"]),
    ],
)
def test_approvers_are_found_by_rule_from_the_submitter(
    env, people, make_flow, request_of, waiting, step, who, expected
):
    head = env["core.user"].get(people.qian.uid)
    top = env["core.department"].create({"name": "公司", "head": head})
    sales = env["core.department"].create({"name": "销售部", "parent": top})
    team = env["core.team"].create({"name": "销售一组", "leader": people.chen.uid})
    env["core.user"].get(people.zhang.uid).update(department=sales.id, teams=[team.id], main_team=team.id)
    env["core.user"].get(people.chen.uid).update(teams=[team.id])
    env["core.user"].get(people.qian.uid).update(department=sales.id)
    vacant = env["core.position"].create({"name": "副总", "parent": people.boss})
    env.flush()
    step = dict(step)
    if "position" in step:
        step["position"] = vacant.id if step["position"] == "vacant" else people.seller.id
    if "role" in step:
        step["role"] = env.ref(step["role"]).id
    if "users" in step:
        step["users"] = [people.zhang.uid]
    make_flow(step)
    record = request_of(getattr(people, who))
    record.submit()
    assert waiting(record) == expected


@pytest.mark.rows("APPR-04")
def test_the_superior_named_wins_over_the_position_and_the_inactive_are_passed_over(
    env, people, make_flow, request_of, waiting
):
    make_flow({"rule": "superior"})
    li = env["core.user"].get(people.li.uid)
    env["core.user"].get(people.zhang.uid).superior = env["core.user"].get(people.qian.uid)
    env.flush()
    first = request_of(people.zhang)
    first.submit()
    assert waiting(first) == ["qian"]
    li.active = False
    env.flush()
    second = request_of(people.chen)
    second.submit()
    assert waiting(second) == ["wang"]


@pytest.mark.rows("APPR-06")
def test_passed_on_somebody_else_decides(env, people, flow, request_of, waiting, task_of):
    record = request_of(people.zhang)
    record.submit()
    task = task_of(record)
    for user, said in ((people.zhang.uid, "submitted it"), (987654, "active"), (people.li.uid, "asked already")):
        with pytest.raises(ValidationError, match=said):
            pass_on(people.li, task, user)
    with pytest.raises(AccessDenied):
        pass_on(people.qian, task, people.wang.uid)
    pass_on(people.li, task, people.qian.uid, "你来看")
    assert waiting(record) == ["qian"]
    decide(people.qian, task_of(record), "approve")
    assert record.state == "approved"
    assert [(entry.approver, entry.state) for entry in history_of(record)][:2] == [
        ("李经理", "passed"),
        ("钱财务", "approved"),
    ]


@pytest.mark.rows("APPR-06")
def test_a_substitute_decides_in_the_days_of_absence_only(env, people, flow, request_of, task_of, clock):
    days = {"since": "2025-03-03", "until": "2025-03-05"}
    people.li["crm.approval.substitute"].create({"person": people.li.uid, "substitute": people.qian.uid, **days})
    people.li.flush()
    record = request_of(people.zhang)
    record.submit()
    task = task_of(record)
    with pytest.raises(AccessDenied):
        decide(people.qian, task, "approve")
    clock.set("2025-03-05")
    assert renew_deputies(env) == 1
    assert people.qian["crm.approval.task"].get(task).deputy.id == people.qian.uid
    clock.set("2025-03-06")
    with pytest.raises(AccessDenied):
        decide(people.qian, task, "approve")
    clock.set("2025-03-04")
    decide(people.qian, task, "approve")
    assert record.state == "approved"
    assert (history_of(record)[0].approver, history_of(record)[0].by) == ("李经理", "钱财务")


@pytest.mark.rows("APPR-06")
def test_nobody_approves_as_a_substitute_what_they_submitted(people, flow, request_of, task_of):
    days = {"since": "2025-03-01", "until": "2025-03-05"}
    people.li["crm.approval.substitute"].create({"person": people.li.uid, "substitute": people.zhang.uid, **days})
    people.li.flush()
    record = request_of(people.zhang)
    record.submit()
    with pytest.raises(AccessDenied):
        decide(people.zhang, task_of(record), "approve")


def test_nobody_names_a_substitute_for_others_or_wrong_days(people):
    today = datetime.date(2025, 3, 1)
    model = people.zhang["crm.approval.substitute"]
    values = {"person": people.zhang.uid, "substitute": people.chen.uid, "since": today, "until": today}
    with pytest.raises(AccessDenied), people.zhang.savepoint():
        model.create({**values, "person": people.li.uid})
    for wrong, said in (
        ({"until": "2025-02-01"}, "2025-02-01, before it begins on 2025-03-01"),
        ({"substitute": people.zhang.uid}, "themselves"),
    ):
        with pytest.raises(ValidationError, match=said), people.zhang.savepoint():
            model.create({**values, **wrong})


@pytest.mark.rows("APPR-06")
def test_the_submitter_withdraws_before_the_first_decision_only(env, people, flow, request_of, task_of):
    record = request_of(people.zhang, "12400")
    record.submit()
    request = running_of(record)
    with pytest.raises(AccessDenied):
        withdraw(people.chen, request.id)
    decide(people.li, task_of(record), "approve")
    with pytest.raises(ConflictError, match="decided on already"):
        withdraw(people.zhang, request.id)
    withdraw(env, request.id)
    assert record.state == "draft"
    with pytest.raises(ConflictError):
        withdraw(env, request.id)


@pytest.mark.rows("APPR-12")
def test_when_people_changed_position_open_levels_are_matched_again_on_request(env, people, flow, request_of, waiting):
    record = request_of(people.zhang)
    record.submit()
    env["core.user"].get(people.li.uid).position = people.finance
    env["core.user"].get(people.chen.uid).position = people.manager
    env.flush()
    assert waiting(record) == ["li"]
    with pytest.raises(AccessDenied):
        match_again(people.zhang, running_of(record).id)
    assert match_all_again(env) == 1
    assert waiting(record) == ["chen"]
    assert match_all_again(env) == 0


def test_a_remark_can_be_demanded_of_refusals(env, people, flow, request_of, task_of):
    set_parameter(env, "crm_approval.remark_required", True)
    record = request_of(people.zhang)
    record.submit()
    with pytest.raises(ValidationError, match="Say why"):
        decide(people.li, task_of(record), "refuse", "  ")
    with pytest.raises(ValidationError, match="at most 2000 characters, this has 2001"):
        decide(people.li, task_of(record), "refuse", "x" * 2001)
    decide(people.li, task_of(record), "refuse", "太贵")
    assert record.state == "draft"


@pytest.mark.rows("APPR-10")
def test_the_approver_and_at_the_end_the_submitter_get_a_message(env, people, flow, request_of, task_of):
    def told(who):
        return [row["title"] for row in who["core.notification"].read([], ["title"], order="id")]

    record = request_of(people.zhang, "12400")
    record.submit()
    assert told(people.li) == ["Waits for your approval: R"]
    assert told(people.wang) == []
    decide(people.li, task_of(record), "approve")
    assert told(people.wang) == ["Waits for your approval: R"]
    assert told(people.zhang) == []
    decide(people.wang, task_of(record), "refuse", "no")
    assert told(people.zhang) == ["Rejected: R"]


def test_requests_and_tasks_are_seen_by_those_they_concern_only(people, flow, request_of):
    record = request_of(people.zhang)
    record.submit()
    for who, sees in ((people.zhang, True), (people.li, True), (people.chen, False), (people.wang, False)):
        assert who["crm.approval.request"].exists([["record_id", "=", record.id]]) is sees
        assert who["crm.approval.task"].exists([["request.record_id", "=", record.id]]) is sees
