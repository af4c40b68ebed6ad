"""Records in approval stay as they were submitted, whichever way somebody changes them; changed figures are approved anew (APPR-08, D28)."""

import pytest

from addons.crm_approval.api import decide, history_of, withdraw
from addons.crm_approval.api import request_of as running_of
from core.api import ConflictError
from core.base.services.hand_over import count_held, hand_over


@pytest.fixture
def submitted(people, flow, request_of):
    record = request_of(people.zhang, "12400")
    record.env["acme.instalment"].create({"request": record, "amount": "10"})
    record.submit()
    return record


def refused(env):
    return pytest.raises(ConflictError, match="is in approval and waits for 李经理")


@pytest.mark.rows("APPR-08")
@pytest.mark.parametrize("values", [{"name": "x"}, {"notes": "x"}, {"points": 5}, {"urgent": True}])
def test_no_field_can_be_changed(submitted, values):
    with refused(submitted.env):
        submitted.update(**values)
        submitted.env.flush()


@pytest.mark.rows("APPR-08")
def test_lines_can_not_be_changed_added_or_taken_away(submitted):
    env = submitted.env
    line = submitted.lines[0]
    with refused(env), env.savepoint():
        line.update(price="1")
    with refused(env), env.savepoint():
        env["acme.request.line"].create({"request": submitted.id, "name": "free"})
    with refused(env), env.savepoint():
        env["acme.request.line"].create([{"request": submitted.id, "name": "free"}] * 20)
    with refused(env), env.savepoint():
        env["acme.request.line"].delete([["request", "=", submitted.id]])
    with refused(env), env.savepoint():
        submitted.update(lines=[])
    assert len(submitted.lines) == 1


@pytest.mark.rows("APPR-08")
def test_a_line_can_not_be_moved_out_or_in(people, submitted, request_of):
    other = request_of(people.zhang, "5")
    env = other.env
    with refused(env), env.savepoint():
        submitted.lines[0].update(request=other.id)
    with refused(env), env.savepoint():
        other.lines[0].update(request=submitted.id)


@pytest.mark.rows("APPR-08")
def test_it_can_not_be_deleted_nor_called_off_nor_submitted_twice(submitted):
    env = submitted.env
    with refused(env), env.savepoint():
        submitted.delete()
    with pytest.raises(ConflictError):
        submitted.cancel()
    with pytest.raises(ConflictError):
        submitted.submit()


@pytest.mark.rows("APPR-08")
def test_the_administrator_and_the_api_are_refused_as_well(env, client, submitted):
    with refused(env), env.savepoint():
        env["acme.request"].update([["id", "=", submitted.id]], {"notes": "x"})
    answer = client.request("PATCH", f"/api/v1/acme.request/{submitted.id}", json={"notes": "x"})
    assert (answer.status_code, answer.json["code"]) == (409, "conflict.in_approval")
    assert answer.json["hint"] == "it can be changed once it was decided, sent back or withdrawn"
    held = client.post(f"/api/v1/acme.request/{submitted.id}/actions/submit")
    assert held.status_code == 409


@pytest.mark.rows("APPR-08")
def test_what_is_no_part_of_it_and_figures_that_follow_from_others_stay_free(submitted):
    submitted.env["acme.instalment"].create({"request": submitted.id, "amount": "99"})
    submitted.instalments[0].update(amount="11")
    submitted.env.flush()


def test_the_person_responsible_may_be_handed_over(env, people, submitted):
    chen = env["core.user"].get(people.chen.uid)
    zhang = env["core.user"].get(people.zhang.uid)
    assert count_held(env, zhang)["crm.approval.request"] == 1
    hand_over(env, zhang, [chen], reason="leaves")
    assert (submitted.owner.id, running_of(submitted).submitter.id) == (chen.id, chen.id)


@pytest.mark.rows("APPR-08")
@pytest.mark.parametrize("ending", ["refuse", "return", "withdraw", "approve"])
def test_once_decided_it_can_be_changed(people, submitted, task_of, ending):
    if ending == "withdraw":
        withdraw(people.zhang, running_of(submitted).id)
    else:
        decide(people.li, task_of(submitted), ending, "so")
        if ending == "approve":
            decide(people.wang, task_of(submitted), ending, "so")
    submitted.update(notes="x", points=3)
    submitted.env.flush()
    assert submitted.state == ("approved" if ending == "approve" else "draft")


@pytest.fixture
def approved(people, submitted, task_of):
    decide(people.li, task_of(submitted), "approve")
    decide(people.wang, task_of(submitted), "approve")
    return submitted


@pytest.mark.rows("APPR-08")
def test_a_changed_price_is_approved_anew_and_the_change_of_state_is_not_made_twice(people, approved, waiting, task_of):
    approved.lines[0].update(price="9000")
    approved.env.flush()
    assert (approved.state, waiting(approved)) == ("in_approval", ["li"])
    decide(people.li, task_of(approved), "approve")
    assert (approved.state, approved.done_count) == ("approved", 1)
    assert [entry.state for entry in history_of(approved)] == ["approved", "approved", "approved", "skipped"]


@pytest.mark.rows("APPR-08")
def test_a_change_refused_gives_the_record_back_to_be_submitted_again(people, approved, task_of):
    approved.lines[0].update(price="20000")
    approved.env.flush()
    decide(people.li, task_of(approved), "refuse", "no")
    assert approved.state == "draft"


@pytest.mark.rows("APPR-08")
@pytest.mark.parametrize(
    "change",
    [
        lambda record: record.lines[0].update(quantity="2"),
        lambda record: record.env["acme.request.line"].create({"request": record.id, "name": "more"}),
        lambda record: record.lines[0].delete(),
    ],
)
def test_quantity_new_lines_and_lost_lines_ask_again(approved, change):
    change(approved)
    approved.env.flush()
    assert approved.state == "in_approval"


@pytest.mark.rows("APPR-08")
def test_points_instalments_and_notes_do_not_ask_again(approved):
    approved.update(notes="x", points=7)
    approved.lines[0].update(points=7, name="y")
    approved.env["acme.instalment"].create({"request": approved.id, "amount": "99"})
    approved.env.flush()
    assert approved.state == "approved"


@pytest.mark.rows("APPR-08")
def test_what_no_flow_asks_for_after_the_change_is_not_asked_again(env, people, flow, approved):
    flow.condition = [["amount", "<", 900]]
    env.flush()
    approved.lines[0].update(price="940")
    approved.env.flush()
    assert approved.state == "approved"
    approved.lines[0].update(price="899.99")
    approved.env.flush()
    assert approved.state == "in_approval"


@pytest.mark.rows("APPR-08")
def test_a_flow_can_name_what_asks_again(env, flow, approved):
    flow.watched = "notes"
    env.flush()
    approved.lines[0].update(points=9)
    approved.env.flush()
    assert approved.state == "approved"
    approved.update(notes="other")
    approved.env.flush()
    assert approved.state == "in_approval"


@pytest.mark.rows("APPR-08", "APPR-13")
def test_figures_that_the_change_of_state_itself_writes_do_not_ask_again(people, flow, request_of, task_of):
    record = request_of(people.zhang, "100", notes="fee")
    record.submit()
    decide(people.li, task_of(record), "approve")
    assert (record.state, record.fee, record.lines[0].price) == ("approved", 5, 101)
    assert running_of(record) is None
