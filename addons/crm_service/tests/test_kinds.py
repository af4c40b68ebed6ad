"""Feedback, complaints and service tasks have lists of their own; progress and the work of technicians can be seen."""

import datetime as dt
import re
from html import unescape

import pytest


def listed(client, menu):
    """Return the concerns that the list of a menu shows, without its tags."""
    page = client.get(f"/records/crm.ticket?menu=crm_service.{menu}").get_data(as_text=True)
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.partition("<table")[2].partition("</table>")[0])))


@pytest.mark.rows("SERV-02")
def test_each_kind_has_a_list_of_its_own_that_begins_new_ones_with_it(client, env, ticket):
    customer = env.browse("crm.ticket", ticket).customer
    concerns = {"feedback": "More colours please", "complaint": "It came too late", "service": "Jams"}
    for kind in ("feedback", "complaint"):
        env["crm.ticket"].create({"customer": customer, "subject": concerns[kind], "kind": kind})
    env.flush()
    for menu, own in (("menu_feedback", "feedback"), ("menu_complaints", "complaint"), ("menu_services", "service")):
        text = listed(client, menu)
        assert {kind for kind, concern in concerns.items() if concern in text} == {own}
        page = client.get(f"/records/crm.ticket/new?menu=crm_service.{menu}").get_data(as_text=True)
        assert re.search(rf'<option value="{own}" selected', page)
    assert all(concern in listed(client, "menu_tickets") for concern in concerns.values())


@pytest.mark.rows("SERV-10")
def test_progress_shows_open_tickets_by_step_with_handler_and_waiting_time(client, env, people, ticket, clock):
    zhou, wu = people["zhou"], people["wu"]
    zhou["crm.ticket"].get(ticket).finish_step(next_handler=wu.uid)
    zhou.flush()
    clock.forward(hours=26)
    done = env["crm.ticket"].create({"customer": env.browse("crm.ticket", ticket).customer, "subject": "Long since"})
    done.finish_step()
    env.flush()
    assert done.state == "done"
    text = listed(client, "menu_progress")
    assert re.search(r"Check 1 Check FW\S+ Huaxing Jams W Wu 1 d 2 h", text), text
    assert "Long since" not in text


@pytest.mark.rows("SERV-17", "BASE-12")
def test_work_of_a_technician_stands_in_the_schedule_and_with_its_hours_in_the_history_of_the_customer(
    env, client, people, ticket, clock
):
    wu, customer = people["wu"], env.browse("crm.ticket", ticket).customer
    customer.update(owner=wu.uid)
    env.flush()
    begin = clock() + dt.timedelta(hours=1)
    kind = wu.ref("crm_service.activity_installation").id
    work = wu["crm.activity"].create(
        {"name": "Guide installation", "kind": kind, "customer": customer.id, "start": begin}
    )
    wu.flush()
    assert (work.end - work.start, work.state) == (dt.timedelta(hours=4), "planned")
    client.log_in("wu")
    day = client.get_json("/x/crm_base/calendar/events?start=2025-06-20&end=2025-06-21")
    assert "Guide installation" in str(day) and "2025-06-20T10:00:00" in str(day)
    work.update(real_start=begin, real_end=begin + dt.timedelta(hours=2, minutes=30))
    clock.forward(hours=5)
    work.complete("Runs, staff was shown how")
    wu.flush()
    assert (str(work.hours), str(work.follow_up.hours), work.follow_up.customer.id) == ("2.50", "2.50", customer.id)
    touches = client.get(f"/x/crm_base/customer/{customer.id}/touches").get_data(as_text=True)
    assert "Runs, staff was shown how" in touches
