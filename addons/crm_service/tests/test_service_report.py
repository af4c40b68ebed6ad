"""The service report: what came in and what of it is handled, by month and fiscal period (SERV-27)."""

import datetime as dt

import pytest

from addons.crm_service.services.service_report import read_report, totals


@pytest.fixture
def june(env):
    """2 feedback messages (1 handled), 3 complaints (2 handled) and 4 service tasks, received in June 2025."""
    customer = env["crm.customer"].create({"name": "华星贸易"})
    at = dt.datetime(2025, 6, 20, 1, tzinfo=dt.UTC)
    for kind, count, handled in (("feedback", 2, 1), ("complaint", 3, 2), ("service", 4, 0)):
        for number in range(count):
            values = {"customer": customer, "subject": kind, "kind": kind, "received_at": at}
            ticket = env["crm.ticket"].create(values)
            for _step in ticket.steps if number < handled else ():
                ticket.finish_step()
    env.flush()
    return env


@pytest.mark.rows("SERV-27")
@pytest.mark.parametrize(("by", "place"), [("month", 5), ("fiscal_month", 5), ("fiscal_year", -1)])
def test_the_report_tells_what_came_and_what_is_handled(june, by, place):
    line = read_report(june, by, 2025)[place]
    assert (line.count["feedback"], line.handled["feedback"]) == (2, 1)
    assert (line.count["complaint"], line.handled["complaint"]) == (3, 2)
    assert (line.count["service"], line.total) == (4, 9)


@pytest.mark.rows("SERV-27")
def test_a_fiscal_year_from_april_begins_with_april(june):
    june.company.fiscal_year_start = 4
    june.flush()
    lines = read_report(june, "fiscal_month", 2025)
    assert (lines[0].label, lines[0].first) == ("FY2025 M01", dt.date(2025, 4, 1))
    assert (lines[2].total, totals(lines)["total"]) == (9, 9)


@pytest.mark.rows("SERV-27")
def test_the_pages_of_statistics_show_the_same(june, client):
    for page in ("report?year=2025", "report?by=fiscal_year&year=2025", "satisfaction", "satisfaction?by=month"):
        assert client.get(f"/x/crm_service/{page}").status_code == 200
    assert client.get("/x/crm_service/report?by=decade").status_code == 422
