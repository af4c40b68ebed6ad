"""Statistics: numbers by department at the time, the records behind each cell, rights, measures of addons, files and reports."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from addons.base_report.services.answer import build_answer
from addons.base_report.services.question import read_question
from core.errors import ValidationError
from core.testing.statements import Statements

JUNE = {"range": "custom", "from": "2026-06-01", "to": "2026-07-31"}
AMOUNT = "sample.job:amount"


def ask(env, **given):
    given = {"m": [AMOUNT], **JUNE, **given}
    return build_answer(env, read_question(env, given))


def table(answer):
    """Return label → values of the grid."""
    return {row.label: [value(cell) for cell in row.cells] for row in answer.grid.rows}


def value(cell):
    """Return the number that a cell shows; None for none."""
    return None if cell.text == "–" else cell.value


def listed(env, cell):
    """Return how many records the list of a cell shows."""
    address = urlsplit(cell.url)
    domain = json.loads(parse_qs(address.query)["domain"][0])
    return env[address.path.rpartition("/")[2]].count(domain)


def test_a_move_counts_by_the_department_and_team_valid_at_the_time(office, jobs):
    with office.env("chief") as env:
        found = table(ask(env, by="@department"))
        assert found == {
            "Sales": [127.1, 3.0, 130.1],
            "North": [107.1, None, 107.1],
            "South": [20.0, 3.0, 23.0],
            "Not set": [1000.0, None, 1000.0],
        }
        assert table(ask(env, by="@team")) == {
            "Red": [107.1, None, 107.1],
            "Blue": [20.0, 3.0, 23.0],
            "Not set": [1000.0, None, 1000.0],
        }


def test_a_department_with_records_of_its_own_stands_beside_those_below_it(office, jobs):
    with office.env("chief") as env:
        found = ask(env, by="@department", range="custom", to="2026-12-31", unit="-", **{"from": "2025-01-01"})
        assert [(row.label, row.depth, row.cells[0].value) for row in found.grid.rows] == [
            ("Sales", 0, 180.1),
            ("Sales itself", 1, 50.0),
            ("North", 1, 107.1),
            ("South", 1, 23.0),
            ("Not set", 0, 1000.0),
        ]


@pytest.mark.parametrize("by", ["@person", "@team", "@department", "@company", "kind"])
def test_each_cell_opens_exactly_the_records_that_were_counted(office, jobs, by):
    with office.env("chief") as env:
        for then in ("-", "@department", "kind"):
            answer = ask(env, m=["sample.job:count"], by=by, then=then, compare="year", range="this_year")
            lines = [*answer.chart.lines, *[row for row in answer.grid.rows], answer.grid.total]
            cells = [cell for line in lines for cell in line.cells if cell.url]
            assert cells
            for cell in cells:
                assert listed(env, cell) == cell.value


def test_chart_and_table_show_the_same_numbers(office, jobs):
    with office.env("chief") as env:
        for kind in ("bar", "line", "pie", "funnel"):
            answer = ask(env, by="@department", chart=kind, unit="-")
            whole = sum(line.cells[0].value for line in answer.chart.lines)
            assert whole == answer.chart.totals[0].value == answer.grid.total.cells[-1].value == 1130.1
            drawn = {line.label: line.cells[0].value for line in answer.chart.lines}
            assert drawn == {"North": 107.1, "South": 23.0, "Not set": 1000.0}


def test_more_groups_than_colours_are_gathered_in_one_that_opens_their_records(undone):
    with undone() as env:
        places = [env["core.company"].create({"name": f"Place {number}"}) for number in range(9)]
        for number, place in enumerate(places):
            for _each in range(number + 1):
                env["sample.job"].create({"date": "2026-06-03", "company": place, "owner": None})
        answer = ask(env, m=["sample.job:count"], by="company", chart="pie", unit="-")
        last = answer.chart.lines[-1]
        assert (last.label, last.cells[0].value) == ("Other (4)", 1 + 2 + 3 + 4)
        assert listed(env, last.cells[0]) == 10


def test_somebody_without_a_right_to_all_sees_only_their_own(office, jobs):
    with office.env("bob") as env:
        answer = ask(env, by="@department")
        assert table(answer)["North"] == [7.0, None, 7.0]
        assert answer.count == 1


def test_who_may_not_read_a_model_finds_no_measure_of_it(office, jobs):
    with office.env("guest") as env, pytest.raises(ValidationError):
        read_question(env, {"m": [AMOUNT]})
    with office.env("ann") as env:
        assert "report_more.cost" not in read_question(env, {}).offered
    with office.env("chief") as env:
        assert "report_more.cost" in read_question(env, {}).offered


def test_measures_of_addons_in_data_and_by_hook_stand_beside_those_of_any_object(undone):
    """The sample addon implements ``register_measures``, and brings records of ``base.report.measure``."""
    with undone() as env:
        bob = env["core.user"].search([["login", "=", "bob"]])[0]
        job = env["sample.job"].create({"date": "2026-06-03", "owner": bob, "kind": "large", "amount": "5"})
        small = env["sample.job"].create({"date": "2026-06-03", "owner": bob, "kind": "small", "amount": "6"})
        for parent, hours in ((job, 2), (job, 3), (small, 7)):
            env["sample.line"].create({"job": parent, "hours": hours})
        question = read_question(env, {})
        assert {"report_more.hours", "report_more.mean", "sample.job:count", AMOUNT, "sample.call:count"} <= set(
            question.offered
        )
        assert "report_more.nowhere" not in question.offered
        answer = ask(env, m=["report_more.hours", "report_more.mean", AMOUNT], by="@department", unit="-")
        assert table(answer) == {"Sales": [5.0, 4.0, 11.0], "North": [5.0, 4.0, 11.0]}
        assert answer.grid.measures == ("Hours of large jobs", "Mean hours", "Job · Amount")
        by_kind = ask(env, m=["report_more.hours"], by="job.kind", unit="-")
        assert table(by_kind) == {"Large": [5.0]}
        assert listed(env, by_kind.grid.rows[0].cells[0]) == 2


def test_an_instant_counts_on_the_day_it_has_in_the_time_zone_of_the_database(undone):
    with undone() as env:
        ann = env["core.user"].search([["login", "=", "ann"]])[0]
        # Midnight in Shanghai is 16:00 UTC of the day before.
        for at in ("2026-06-14T15:59:00+00:00", "2026-06-14T16:00:00+00:00"):
            env["sample.call"].create({"at": at, "owner": ann})
        answer = ask(
            env, m=["sample.call:count"], by="@department", unit="day", to="2026-06-15", **{"from": "2026-06-14"}
        )
        assert table(answer) == {"Sales": [1.0, 1.0, 2.0], "North": [1.0, None, 1.0], "South": [None, 1.0, 1.0]}
        for row in answer.grid.rows:
            assert [listed(env, cell) for cell in row.cells if cell.url] == [
                each for each in table(answer)[row.label] if each
            ]


def test_fiscal_periods_follow_the_company(undone):
    with undone() as env:
        env.company.update(fiscal_year_start=4)
        env["sample.job"].create([{"date": "2026-03-31", "amount": 1}, {"date": "2026-04-01", "amount": 2}])
        found = ask(env, by="-", unit="fiscal_year", to="2026-12-31", **{"from": "2026-01-01"})
        assert [(line.label, line.cells[0].value) for line in found.chart.lines] == [("FY2025", 1.0), ("FY2026", 2.0)]
        whole = ask(env, by="-", unit="fiscal_quarter", to="2026-12-31", **{"from": "2026-01-01"})
        assert [line.label for line in whole.chart.lines] == ["FY2025 Q4", "FY2026 Q1", "FY2026 Q2", "FY2026 Q3"]


def test_a_span_is_compared_with_the_one_before_and_the_same_of_last_year(office, jobs):
    with office.env("chief") as env:
        before = ask(env, by="-", compare="before", unit="month", to="2026-07-31", **{"from": "2026-07-01"})
        assert [cell.value for cell in before.chart.totals] == [3.0, 1127.1]
        year = ask(env, by="@person", compare="year", unit="-", to="2026-06-30", **{"from": "2026-06-01"})
        assert {line.label: [value(cell) for cell in line.cells] for line in year.chart.lines} == {
            "Guest": [1000.0, None],
            "Ann": [120.1, None],
            "Bob": [7.0, None],
            "Chief": [None, 50.0],
        }
        chief = next(line for line in year.chart.lines if line.label == "Chief")
        assert listed(env, chief.cells[1]) == 1


def test_filters_narrow_by_person_team_and_department_with_those_below(office, jobs):
    with office.env("chief") as env:
        ids = {each.name: each.id for each in env["core.department"].search()}
        assert ask(env, by="-", department=str(ids["Sales"])).chart.totals[0].value == 130.1
        assert ask(env, by="-", department=str(ids["South"])).chart.totals[0].value == 23.0
        ann = env["core.user"].search([["login", "=", "ann"]])[0]
        answer = ask(env, by="@department", person=str(ann.id), department=str(ids["North"]))
        assert table(answer)["North"] == [100.1, None, 100.1]


@pytest.mark.parametrize("login", ["chief", "ann"])
def test_the_page_takes_as_many_statements_however_many_cells_it_has(office, web, client, jobs, login):
    someone, counts = client(login), []
    someone.get("/x/base_report/statistics")
    for unit, then in (("year", "-"), ("day", "kind")):
        with Statements(office.database().engine).listening() as statements:
            address = f"/x/base_report/statistics?m={AMOUNT}&by=@department&then={then}&unit={unit}&range=this_year"
            assert someone.get(address).status_code == 200
        counts.append(len(statements.seen))
        assert len([each for each in statements.seen if "FROM sample_job" in each]) == 1
    assert counts[0] == counts[1] <= 12


@pytest.mark.parametrize(
    "address",
    [
        "m=nothing",
        f"m={AMOUNT}&by=secret",
        f"m={AMOUNT}&unit=minute",
        f"m={AMOUNT}&range=custom&from=2026-13-01&to=2026-12-31",
        f"m={AMOUNT}&range=custom&from=2026-02-01&to=2026-01-01",
        f"m={AMOUNT}&range=custom&from=1990-02-01&to=2026-01-01&unit=day",
        f"m={AMOUNT}&chart=cake",
        f"m={AMOUNT}&person=x",
        f"m={AMOUNT}&domain=[[",
        f'm={AMOUNT}&domain=[["nothing","=",1]]',
        f"m={AMOUNT}&domain=" + "[" * 500,
        f"m={AMOUNT}&colour=red",
        "&".join(
            [
                "m=sample.job:count",
                "m=sample.call:count",
                f"m={AMOUNT}",
                "m=report_more.hours",
                "m=report_more.mean",
                "m=x",
            ]
        ),
        "report=999999",
        "report=x",
    ],
)
def test_a_wrong_question_is_refused_with_a_reason(client, address):
    answer = client("chief").get(f"/x/base_report/statistics?{address}")
    assert 400 <= answer.status_code < 500
    assert answer.json["detail"]


def test_a_list_leads_to_the_statistics_of_the_records_it_shows(client, jobs):
    chief = client("chief")
    shown = chief.request("GET", "/records/sample.job", headers={"Accept": "text/html"})
    assert "/x/base_report/of/sample.job" in shown.text
    domain = json.dumps([["kind", "=", "large"]])
    moved = chief.get("/x/base_report/of/sample.job", back=f"/records/sample.job?domain={domain}")
    assert moved.status_code == 303
    page = chief.request("GET", moved.headers["Location"], headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "Conditions of the list" in page.text
    assert ">2</a>" in page.text


def test_a_cell_leads_to_a_list_that_shows_its_records_and_says_why(client, jobs):
    chief = client("chief")
    page = chief.request(
        "GET",
        "/x/base_report/statistics?m=sample.job:count&by=@department&unit=-&range=custom&from=2026-06-01&to=2026-07-31",
        headers={"Accept": "text/html"},
    )
    links = re.findall(r'href="(/records/sample\.job\?[^"]+)"[^>]*>([\d,]+)</a>', page.text)
    assert links
    said = ""
    for link, number in links:
        shown = chief.request("GET", unescape(link), headers={"Accept": "text/html"})
        assert shown.status_code == 200
        assert re.search(rf'id="total">\s*{number}<', shown.text)
        said += shown.text
    assert "Department of Owner on Date is North" in said


def test_files_hold_the_numbers_of_the_page_and_take_the_right_to_export(client, jobs):
    query = f"m={AMOUNT}&by=@department&unit=month&range=custom&from=2026-06-01&to=2026-07-31"
    answer = client("chief").get(f"/x/base_report/export/table/csv?{query}")
    assert answer.status_code == 200
    lines = answer.get_data().decode("utf-8-sig").splitlines()
    assert lines[0] == "Department,2026-06,2026-07,Total"
    assert "  North,107.10,,107.10" in lines
    assert lines[-1] == "Total,1127.10,3.00,1130.10"
    chart = client("chief").get(f"/x/base_report/export/chart/csv?{query}").get_data().decode("utf-8-sig")
    assert chart.splitlines()[-1].endswith(",1130.10")
    assert client("ann").get(f"/x/base_report/export/table/csv?{query}").status_code == 403
    assert client("chief").get(f"/x/base_report/export/nothing/csv?{query}").status_code == 404


def test_a_report_is_kept_pinned_and_shared_with_a_role(office, client, jobs):
    """The workbench asks ``workbench_panels`` for what was pinned."""
    chief, ann = client("chief"), client("ann")
    query = f"m={AMOUNT}&by=@department&unit=month&range=custom&from=2026-06-01&to=2026-07-31"
    form = {"name": "Amounts", "pin": "1"}
    kept = chief.request("POST", f"/x/base_report/reports?{query}", data=form)
    assert kept.status_code == 303
    number = parse_qs(urlsplit(kept.headers["Location"]).query)["report"][0]
    home = chief.request("GET", "/", headers={"Accept": "text/html"}).text
    assert f"/x/base_report/panel/{number}" in home
    panel = chief.get(f"/x/base_report/panel/{number}")
    assert "107.10" in panel.text
    assert "1,130.10" in panel.text
    assert ann.get(f"/x/base_report/panel/{number}").status_code == 404
    assert ann.request("POST", f"/x/base_report/reports/{number}/pin", data={"on": "1"}).status_code == 404
    with office.env("boss") as env:
        groups = {group.key: group.id for group in env["core.group"].search()}
    with office.env() as env:
        env["base.report"].get(int(number)).update(shared_with=[groups["report_sample.worker"]])
    assert ann.request("POST", f"/x/base_report/reports/{number}/pin", data={"on": "1"}).status_code == 303
    own = ann.get(f"/x/base_report/panel/{number}").text
    assert "1,130.10" not in own
    assert "123.10" in own
    assert ann.request("POST", f"/x/base_report/reports/{number}/delete").status_code in (403, 404)
    refused = ann.request(
        "POST", f"/x/base_report/reports?{query}", data={"name": "Mine", "shares": "1", "role": "report_sample.worker"}
    )
    assert refused.status_code == 403
    assert chief.request("POST", f"/x/base_report/reports/{number}/delete").status_code == 303
    assert f"/x/base_report/panel/{number}" not in ann.request("GET", "/", headers={"Accept": "text/html"}).text


def test_a_wrong_measure_is_refused_when_it_is_saved(undone):
    base = {"key": "own.measure", "name": "Own", "model": "sample.job"}
    for wrong in (
        {"value": "nothing:sum"},
        {"value": "kind:sum"},
        {"value": "amount:median"},
        {"key": "no spaces"},
        {"date": "kind"},
        {"person": "kind"},
        {"domain": [["nothing", "=", 1]]},
        {"dimensions": "kind, nothing"},
    ):
        with undone("boss") as env, pytest.raises(Exception) as refused:
            env["base.report.measure"].create({**base, **wrong})
            env.flush()
        assert refused.type.__module__ == "core.errors", refused.value
    with undone("boss") as env:
        env["base.report.measure"].create({**base, "value": "amount:max", "dimensions": "company"})
        env.flush()


def test_money_is_added_up_exactly(undone):
    with undone() as env:
        env["sample.job"].create([{"date": "2026-06-03", "amount": Decimal("0.10")} for _each in range(30)])
        assert ask(env, by="-", unit="-").chart.totals[0].text == "3.00"
