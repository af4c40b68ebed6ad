"""The panel, the banner, the tab, the page of a request, and the pages of administrators."""

import html
import json
import re

import pytest

from addons.crm_approval.api import decide, history_of
from addons.crm_approval.api import request_of as running_of
from addons.crm_approval.services.adminpages import _flat

HTML = {"Accept": "text/html"}


@pytest.fixture
def submitted(people, flow, request_of):
    record = request_of(people.zhang, "12400")
    record.submit()
    record.env.flush()
    return record


def page(client, path, expected=200, **query):
    answer = client.request("GET", path, headers=HTML, query=query or None)
    assert answer.status_code == expected, answer.get_data(as_text=True)[:2000]
    return answer.get_data(as_text=True)


def press(client, path, expected=303, headers=None, **form):
    answer = client.request("POST", path, data=form, headers={**HTML, **(headers or {})})
    assert answer.status_code == expected, answer.get_data(as_text=True)[:2000]
    return answer


def url(record):
    return f"/records/{record._info.name}/{record.id}"


@pytest.mark.rows("APPR-07")
def test_the_panel_lists_what_waits_and_decides_in_one_click(client, people, submitted, clock, task_of):
    clock.forward(hours=3)
    client.log_in("li")
    panel = page(client, "/x/crm_approval/panel/waiting")
    assert all(words in panel for words in ("Request: Submit", "张三", "12,400.00", "3 h", f'href="{url(submitted)}"'))
    task = task_of(submitted)
    again = press(client, f"/x/crm_approval/task/{task}/approve", 200, **{"from": "panel"}).get_data(as_text=True)
    assert "Nothing waits for you" in again
    client.log_in("wang")
    assert "张三" in page(client, "/x/crm_approval/waiting")
    client.log_in("chen")
    assert "Nothing waits for you" in page(client, "/x/crm_approval/panel/waiting")
    assert 'hx-get="/x/crm_approval/panel/waiting"' in page(client, "/")


@pytest.mark.rows("APPR-07")
def test_the_panel_says_what_went_wrong_and_nothing_is_saved(client, submitted, task_of):
    client.log_in("li")
    task = task_of(submitted)
    told = press(client, f"/x/crm_approval/task/{task}/refuse", 422, **{"from": "panel"}).get_data(as_text=True)
    assert "Say why." in told and "Request: Submit" in told
    client.log_in("chen")
    press(client, f"/x/crm_approval/task/{task}/approve", 422, **{"from": "panel"})
    assert submitted.state == "in_approval"


@pytest.mark.rows("APPR-06", "APPR-08")
def test_the_banner_offers_each_what_they_can_do(client, submitted, task_of):
    seen = {}
    for login in ("zhang", "li", "wang"):
        client.log_in(login)
        shown = page(client, url(submitted))
        assert "In approval, level 1 of 2: waits for 李经理. Submitted by 张三." in shown
        seen[login] = set(re.findall(r'formaction="/x/crm_approval/[a-z]+/\d+/([a-z]+)"', shown))
    assert seen == {"zhang": {"withdraw"}, "li": {"approve", "return", "refuse"}, "wang": set()}
    client.log_in("li")
    press(client, f"/x/crm_approval/task/{task_of(submitted)}/return", remark="改")
    assert submitted.state == "draft"
    assert "waits for" not in page(client, url(submitted))


@pytest.mark.rows("APPR-06")
def test_withdraw_and_pass_on_from_the_page(client, people, submitted, task_of, waiting):
    request = running_of(submitted)
    client.log_in("li")
    shown = page(client, f"/x/crm_approval/request/{request.id}")
    assert all(words in shown for words in ("LP-200", "12,400.00", "Pass the decision on", "Holder of a position"))
    press(client, f"/x/crm_approval/task/{task_of(submitted)}/pass", user=str(people.chen.uid), remark="你看")
    assert waiting(submitted) == ["chen"]
    client.log_in("zhang")
    press(client, f"/x/crm_approval/request/{request.id}/withdraw")
    assert submitted.state == "draft"
    client.log_in("qian")
    page(client, f"/x/crm_approval/request/{request.id}", 404)
    page(client, "/x/crm_approval/request/987654", 404)


def test_an_approver_who_may_not_open_the_record_still_sees_what_they_decide_on(
    client, people, as_user, make_flow, request_of
):
    outside = as_user("outside", name="外", groups=["base.user"])
    make_flow({"rule": "users", "users": [outside.uid]})
    record = request_of(people.zhang, "77")
    record.submit()
    record.env.flush()
    client.log_in("outside")
    page(client, url(record), 404)
    panel = page(client, "/x/crm_approval/panel/waiting")
    assert f"/x/crm_approval/request/{running_of(record).id}" in panel
    assert "77.00" in page(client, f"/x/crm_approval/request/{running_of(record).id}")


@pytest.mark.rows("APPR-09")
def test_the_tab_and_the_printed_page_tell_steps_approvers_decisions_remarks_and_times(
    client, people, submitted, task_of
):
    decide(people.li, task_of(submitted), "approve", "价格可以")
    decide(people.wang, task_of(submitted), "refuse", "再谈")
    client.log_in("zhang")
    side = page(client, f"{url(submitted)}/side")
    tab = f"/x/crm_approval/history/acme.request/{submitted.id}"
    assert f'hx-get="{tab}"' in side
    for path in (tab, f"/x/crm_approval/print/acme.request/{submitted.id}"):
        shown = page(client, path)
        words = ("李经理", "Approved", "价格可以", "王总", "Rejected", "再谈", "Superior of the submitter")
        assert [each for each in words if each not in shown] == []
    client.log_in("chen")
    page(client, tab, 404)


@pytest.mark.rows("APPR-02", "APPR-11")
def test_the_administrator_picks_object_and_change_of_state_by_their_labels(env, client):
    shown = page(client, "/x/crm_approval/new")
    assert (
        '<optgroup label="Request">' in shown
        and '<option value="acme.request/submit">Request: Submit</option>' in shown
    )
    assert '<option value="crm.approval' not in shown
    assert "None" not in page(client, "/records/crm.approval.flow/new")
    press(client, "/x/crm_approval/new", 422, subject="acme.request/nothing")
    made = press(client, "/x/crm_approval/new", subject="acme.visit/agree", name="出差")
    flow = env["crm.approval.flow"].search([["name", "=", "出差"]])[0]
    assert made.headers["Location"] == f"/records/crm.approval.flow/{flow.id}/edit"
    assert (flow.model, flow.transition, flow.active, flow.subject) == ("acme.visit", "agree", False, "Visit: Agree")


def test_pages_of_administrators_are_closed_to_others(client, people, flow):
    client.log_in("wang")
    for path in (
        "/x/crm_approval/new",
        f"/x/crm_approval/simulate/{flow.id}",
        "/x/crm_approval/condition/acme.request",
    ):
        page(client, path, 403)


@pytest.mark.rows("APPR-02")
def test_a_condition_is_made_in_the_list_with_its_builder_and_given_to_a_flow_or_a_level(env, client, flow):
    listed = page(client, "/records/acme.request", domain=json.dumps([["amount", ">", 500]]), build="1")
    link = html.unescape(re.search(r'href="(/x/crm_approval/condition/acme.request[^"]*)"', listed).group(1))
    shown = page(client, link)
    assert "Start condition of “Requests”" in shown and "Level 1: Superior of the submitter" in shown
    back = html.unescape(re.search(r'name="back" value="([^"]*)"', shown).group(1))
    for target, record in ((f"flow-{flow.id}", flow), (f"step-{flow.steps[0].id}", flow.steps[0])):
        press(client, "/x/crm_approval/condition/acme.request", back=back, all="1", target=target)
        assert record.condition == [["amount", ">", 500]]
    press(client, "/x/crm_approval/condition/acme.request", 422, back=back, all="1", target="flow-x")


@pytest.mark.rows("APPR-02")
def test_the_simulator_counts_what_would_have_been_held_by_level_and_person(
    env, client, people, flow, request_of, statements
):
    for who, price in (
        (people.zhang, "12400"),
        (people.zhang, "9999.99"),
        (people.chen, "20000"),
        (people.li, "30000"),
    ):
        request_of(who, price, date="2025-02-10")
    request_of(people.zhang, "99999", date="2025-01-31")
    env.flush()
    path, period = f"/x/crm_approval/simulate/{flow.id}", {"since": "2025-02-01", "until": "2025-02-28"}
    shown = page(client, path, **period)
    assert re.search(r'class="ap-amount num" href="[^"]*">4</a>', shown)
    assert re.findall(r'<td class="n num"><a href="[^"]*">(\d+)</a>', shown) == ["4", "3"]
    people_asked = dict(re.findall(r'<tr><td>([^<]+)</td><td class="n num">(\d+)</td>', shown))
    assert people_asked == {"李经理": "3", "王总": "3"}
    link = html.unescape(re.search(r'class="ap-amount num" href="([^"]*)"', shown).group(1))
    assert ">4<" in page(client, link)
    changed = page(client, path, **period, **{"condition": '[["amount", "<", 15000]]', "off": "2"})
    assert re.search(r'class="ap-amount num" href="[^"]*">2</a>', changed)
    assert "as saved: 4" in changed
    wrong = page(client, path, **period, condition='[["nothing", "=", 1]]')
    assert "nothing" in wrong and 'role="alert"' in wrong
    assert 'role="alert"' in page(client, path, since="2025-02-30", condition="[[")
    assert 'role="alert"' in page(client, path, since="2025-02-03", until="2025-02-01")
    assert env["crm.approval.request"].count([]) == 0
    statements()
    page(client, path, **period)
    few = statements()
    for _each in range(20):
        request_of(people.zhang, "12400", date="2025-02-10")
    env.flush()
    statements()
    page(client, path, **period)
    assert statements() < few + 5, "no statement for each record"


def test_a_flow_says_at_its_field_what_is_wrong(client, flow):
    cases = [
        ({"model": "acme.none", "transition": "submit"}, "model"),
        ({"model": "acme.request", "transition": "none"}, "transition"),
        ({"model": "crm.approval.flow", "transition": "submit"}, "model"),
        ({"condition": [["none", "=", 1]]}, "condition"),
        ({"condition": [["amount", "~", 1]]}, "condition"),
        ({"condition": "amount"}, "condition"),
        ({"amount_field": "notes"}, "amount_field"),
        ({"watched": "notes, none"}, "watched"),
        ({"steps": [{"rule": "position"}]}, "position"),
        ({"steps": [{"rule": "users"}]}, "users"),
        ({"steps": [{"rule": "superior", "condition": [["none", "=", 1]]}]}, "condition"),
    ]
    for values, field in cases:
        given = {"name": "F", "model": "acme.request", "transition": "submit", **values}
        answer = client.post("/api/v1/crm.approval.flow", given)
        assert (answer.status_code, answer.json["field"]) == (422, field), (values, answer.json)


def test_the_tab_and_banner_cost_nothing_for_objects_without_flows(client, people, env, statements):
    visit = people.zhang["acme.visit"].create({"name": "V"})
    people.zhang.flush()
    page(client, url(visit))
    side = page(client, f"{url(visit)}/side")
    assert "crm_approval" not in side
    assert history_of(visit) == []


@pytest.mark.rows("APPR-06")
def test_the_api_decides_by_actions_of_the_task(client, submitted, task_of):
    path = f"/api/v1/crm.approval.task/{task_of(submitted)}/actions"
    client.log_in("wang")
    assert client.post(f"{path}/approve").status_code == 404
    client.log_in("zhang")
    assert client.post(f"{path}/approve").status_code == 403
    client.log_in("li")
    assert client.post(f"{path}/refuse").status_code == 422
    answer = client.post(f"{path}/approve", {"remark": "好"})
    assert (answer.status_code, answer.json["record"]["state"]) == (200, "approved")
    assert client.post(f"{path}/approve").status_code == 409
    again = f"/api/v1/crm.approval.request/{running_of(submitted).id}"
    assert client.request("PATCH", again, json={"state": "approved"}).status_code in (403, 422)


def test_conditions_of_a_list_become_one_plain_list():
    one, two, three = ["a", "=", 1], ["b", "in", [1, 2]], {"any": [["c", "=", 1], ["d", "=", 2]]}
    for domain in ([one, two, three], {"all": [[one], {"all": [two, [three]]}]}, [[one, two], three]):
        assert _flat(domain) == [one, two, three]
    assert (_flat([]), _flat(three)) == ([], [three])


def test_the_conditions_of_a_flow_and_of_its_levels_are_read_in_words(client, make_flow, people):
    level = {"rule": "superior", "condition": [["name", "ilike", "乙"]]}
    flow = make_flow(level, condition=[["name", "=", "甲"], ["urgent", "=", True]])
    text = html.unescape(page(client, url(flow)))
    assert "Name is 甲 and Urgent: Yes" in text
    assert "Name contains 乙" in text


def test_a_flow_can_be_used_though_who_runs_it_may_not_read_the_object(make_flow, people, as_user):
    flow = make_flow({"rule": "superior"}, condition=[["urgent", "=", True]])
    song = as_user("song", groups=["crm_approval.manager"])
    assert song["crm.approval.flow"].get(flow.id).problem is None
