"""From submitting to the change of state: levels, conditions, who is asked (F1 step 3, F5)."""

import pytest

from addons.crm_approval.api import decide, history_of, needs_approval
from addons.crm_approval.api import request_of as running_of
from core.api import AccessDenied, ConflictError, ValidationError


def states(record):
    return [(entry.level, entry.approver, entry.state) for entry in history_of(record)]


@pytest.mark.rows("APPR-01")
def test_without_a_flow_a_change_of_state_takes_effect_at_once(people, request_of):
    record = request_of(people.zhang)
    assert record.submit() is None
    assert record.state == "approved"


@pytest.mark.rows("APPR-01")
def test_a_flow_that_is_off_asks_nobody(env, people, flow, request_of):
    flow.active = False
    env.flush()
    record = request_of(people.zhang)
    record.submit()
    assert record.state == "approved"


@pytest.mark.rows("APPR-02", "APPR-04", "APPR-05", "APPR-09", "APPR-13")
def test_12400_goes_to_the_superior_and_then_to_the_general_manager(people, flow, request_of, waiting, task_of):
    record = request_of(people.zhang, "12400")
    answer = record.submit()
    assert answer["waits_for"] == "李经理"
    assert (record.state, record.done_count, waiting(record)) == ("in_approval", 0, ["li"])
    decide(people.li, task_of(record), "approve", "好")
    assert (record.state, waiting(record)) == ("in_approval", ["wang"])
    decide(people.wang, task_of(record), "approve")
    assert (record.state, record.done_count) == ("approved", 1)
    assert states(record) == [(1, "李经理", "approved"), (2, "王总", "approved")]
    assert history_of(record)[0].remark == "好"
    assert running_of(record) is None


@pytest.mark.rows("APPR-05")
def test_9999_99_skips_the_second_level_and_marks_it(people, flow, request_of, task_of):
    record = request_of(people.zhang, "9999.99")
    record.submit()
    decide(people.li, task_of(record), "approve")
    assert record.state == "approved"
    assert states(record) == [(1, "李经理", "approved"), (2, "", "skipped")]
    from_limit = request_of(people.zhang, "10000.00")
    from_limit.submit()
    decide(people.li, task_of(from_limit), "approve")
    assert from_limit.state == "in_approval"


@pytest.mark.rows("APPR-04")
def test_who_is_on_two_levels_is_asked_once(people, flow, request_of, waiting, task_of):
    record = request_of(people.li, "12400")
    record.submit()
    assert waiting(record) == ["wang"]
    decide(people.wang, task_of(record), "approve")
    assert record.state == "approved"
    assert states(record) == [(1, "王总", "approved"), (2, "王总", "same")]


@pytest.mark.rows("APPR-04")
def test_what_the_highest_submits_goes_to_the_administrator(env, people, flow, request_of, waiting, task_of):
    record = request_of(people.wang, "12400")
    record.submit()
    assert waiting(record) == ["admin"]
    decide(env, task_of(record), "approve")
    assert record.state == "approved"


@pytest.mark.rows("APPR-03")
def test_a_flow_of_12_levels_takes_effect_after_the_12th_approval_only(
    env, people, as_user, make_flow, request_of, task_of
):
    approvers = [as_user(f"a{number}", groups=["acme_request.buyer"]) for number in range(12)]
    make_flow(*({"rule": "users", "users": [each.uid]} for each in approvers))
    record = request_of(people.zhang)
    record.submit()
    for number, each in enumerate(approvers, 1):
        assert record.state == "in_approval"
        assert running_of(record).level == number
        decide(each, task_of(record), "approve")
    assert (record.state, len(history_of(record))) == ("approved", 12)


@pytest.mark.rows("APPR-03", "APPR-06")
def test_refusal_at_level_7_of_12_ends_it_with_7_entries(env, people, as_user, make_flow, request_of, task_of):
    approvers = [as_user(f"a{number}", groups=["acme_request.buyer"]) for number in range(12)]
    make_flow(*({"rule": "users", "users": [each.uid]} for each in approvers))
    record = request_of(people.zhang)
    record.submit()
    for each in approvers[:6]:
        decide(each, task_of(record), "approve")
    decide(approvers[6], task_of(record), "refuse", "太贵")
    assert (record.state, record.done_count, running_of(record)) == ("draft", 0, None)
    assert [entry.state for entry in history_of(record)] == ["approved"] * 6 + ["refused"]
    record.update(notes="again")
    record.env.flush()


@pytest.mark.rows("APPR-06")
def test_sent_back_begins_at_level_1_again(people, flow, request_of, waiting, task_of):
    record = request_of(people.zhang, "12400")
    record.submit()
    decide(people.li, task_of(record), "approve")
    decide(people.wang, task_of(record), "return", "改一下")
    assert record.state == "draft"
    record.submit()
    assert waiting(record) == ["li"]


@pytest.mark.rows("APPR-06")
def test_nobody_but_the_present_approver_decides(env, people, flow, request_of, task_of):
    record = request_of(people.zhang, "12400")
    record.submit()
    task = task_of(record)
    for other in (people.zhang, people.chen, people.wang, env):
        with pytest.raises(AccessDenied):
            decide(other, task, "approve")
    decide(people.li, task, "approve")
    with pytest.raises(ConflictError, match="李经理"):
        decide(people.li, task, "approve")
    with pytest.raises(ValidationError):
        decide(people.wang, task_of(record), "perhaps")


@pytest.mark.rows("APPR-13")
def test_a_change_of_state_that_refuses_leaves_the_decision_open(people, flow, request_of, task_of):
    record = request_of(people.zhang, "100", notes="impossible")
    record.submit()
    with pytest.raises(ValidationError, match="can't be bought"), people.li.savepoint():
        decide(people.li, task_of(record), "approve")
    assert record.state == "in_approval"
    decide(people.li, task_of(record), "return", "no")
    assert record.state == "draft"


@pytest.mark.rows("APPR-11")
def test_an_object_without_a_state_for_approval_keeps_its_state_until_it_is_approved(
    people, make_flow, waiting, task_of
):
    make_flow({"rule": "superior"}, model="acme.visit", transition="agree")
    visit = people.zhang["acme.visit"].create({"name": "V"})
    people.zhang.flush()
    visit.agree()
    assert (visit.state, waiting(visit)) == ("planned", ["li"])
    with pytest.raises(ConflictError, match="李经理"):
        visit.agree()
    decide(people.li, task_of(visit), "approve")
    assert visit.state == "agreed"


@pytest.mark.rows("APPR-02")
def test_the_first_flow_whose_condition_holds_counts(people, make_flow, request_of, waiting):
    make_flow({"rule": "superior"}, name="Rest", sequence=20)
    make_flow(
        {"rule": "users", "users": [people.qian.uid]}, name="Urgent", sequence=10, condition=[["urgent", "=", True]]
    )
    urgent, other = request_of(people.zhang, urgent=True), request_of(people.zhang)
    urgent.submit()
    other.submit()
    assert (waiting(urgent), waiting(other)) == (["qian"], ["li"])


@pytest.mark.rows("APPR-02")
def test_a_flow_asked_in_addition_adds_its_levels_whatever_its_place(people, make_flow, request_of, waiting, task_of):
    make_flow(
        {"rule": "users", "users": [people.qian.uid]},
        name="Urgent",
        sequence=5,
        additional=True,
        condition=[["urgent", "=", True]],
    )
    make_flow({"rule": "superior"}, name="Rest", sequence=10)
    make_flow({"rule": "position", "position": people.boss.id}, name="Never", sequence=20)
    urgent, other = request_of(people.zhang, urgent=True), request_of(people.zhang)
    urgent.submit()
    other.submit()
    assert (waiting(urgent), waiting(other)) == (["li"], ["li"])
    decide(people.li, task_of(urgent), "approve")
    decide(people.li, task_of(other), "approve")
    assert (urgent.state, waiting(urgent), other.state) == ("in_approval", ["qian"], "approved")
    decide(people.qian, task_of(urgent), "approve")
    assert urgent.state == "approved"
    assert [entry.step for entry in history_of(urgent)] == ["Rest: Superior of the submitter", "Urgent: Named people"]


@pytest.mark.rows("APPR-02")
def test_a_flow_asked_in_addition_stands_alone_where_no_other_applies(env, people, make_flow, request_of, task_of):
    flow = make_flow({"rule": "superior"}, name="Urgent", additional=True, condition=[["urgent", "=", True]])
    urgent, other = request_of(people.zhang, urgent=True), request_of(people.zhang)
    assert (needs_approval(urgent, "submit"), needs_approval(other, "submit")) == (True, False)
    urgent.submit()
    assert running_of(urgent).flow.id == flow.id
    decide(people.li, task_of(urgent), "approve")
    assert [entry.step for entry in history_of(urgent)] == ["Superior of the submitter"]
    other.submit()
    assert other.state == "approved"


@pytest.mark.rows("APPR-12")
def test_a_running_request_keeps_the_flow_it_started_with(env, people, flow, request_of, waiting, task_of):
    before = request_of(people.zhang, "12400")
    before.submit()
    edition = flow.edition
    flow.steps[1].update(position=people.finance.id)
    env.flush()
    assert flow.edition > edition
    after = request_of(people.zhang, "12400")
    after.submit()
    for record in (before, after):
        decide(people.li, task_of(record), "approve")
    assert (waiting(before), waiting(after)) == (["wang"], ["qian"])


@pytest.mark.rows("APPR-01", "APPR-05")
def test_whether_a_change_of_state_would_be_held_can_be_asked_beforehand(env, people, make_flow, request_of):
    flow = make_flow({"rule": "superior", "condition": [["amount", ">=", 50]]}, condition=[["urgent", "=", True]])
    urgent, small, usual = (
        request_of(people.zhang, price, urgent=is_urgent)
        for price, is_urgent in (("100", True), ("49.99", True), ("100", False))
    )
    assert [needs_approval(record, "submit") for record in (urgent, small, usual)] == [True, False, False]
    assert not needs_approval(urgent, "finish")
    flow.active = False
    env.flush()
    assert not needs_approval(urgent, "submit")


@pytest.mark.rows("APPR-05")
def test_what_passes_no_level_takes_effect_at_once_and_says_so(people, make_flow, request_of):
    make_flow({"rule": "superior", "condition": [["amount", ">=", 50]]})
    record = request_of(people.zhang, "49.99")
    assert record.submit() is None
    assert (record.state, record.done_count) == ("approved", 1)
    assert states(record) == [(1, "", "skipped")]


@pytest.mark.rows("APPR-01")
def test_a_flow_whose_condition_names_a_field_that_is_gone_is_passed_over(env, people, make_flow, request_of, waiting):
    first = make_flow({"rule": "users", "users": [people.qian.uid]}, name="Gone", sequence=1)
    make_flow({"rule": "superior"}, name="Rest", sequence=2)
    # As it is once the addon that brought the field is disabled.
    table = env.registry["crm.approval.flow"].table
    env.connection.execute(table.update().where(table.c.id == first.id).values(condition=[["gone", "=", True]]))
    record = request_of(people.zhang)
    record.submit()
    assert waiting(record) == ["li"]
