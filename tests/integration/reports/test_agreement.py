"""Statistics against SQL written by hand, and the condition of cells against records, for random people, moves, records and rights."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from addons.base_report.services.answer import build_answer
from addons.base_report.services.question import read_question
from core.errors import AccessDenied, CoreError, DomainError, UnknownFieldError
from core.orm.domain import D, evaluate

FIRST = dt.date(2026, 1, 1)
MONTHS = [f"2026-{number:02}" for number in range(1, 7)]
days = st.integers(0, 150).map(lambda number: FIRST + dt.timedelta(days=number))
people = st.sampled_from(["ann", "bob", "chief", "guest"])
moves = st.lists(st.tuples(people, days, st.booleans(), st.integers(0, 3)), max_size=8)
records = st.lists(
    st.tuples(people, days, st.integers(-500, 5000), st.sampled_from(["small", "large", None]), st.booleans()),
    max_size=25,
)
BY_HAND = {
    "sqlite": """
        SELECT e.{unit}_id, strftime('%Y-%m', j.date), COUNT(*), SUM(j.amount)
        FROM sample_job j LEFT JOIN core_employment e
          ON e.user_id = j.owner_id AND e.since <= j.date AND (e.until IS NULL OR e.until >= j.date)
        WHERE j.deletion_id IS NULL AND j.date >= '2026-01-01' AND j.date < '2026-07-01' AND (:me IS NULL OR j.owner_id = :me)
        GROUP BY 1, 2""",
    "postgresql": """
        SELECT e.{unit}_id, to_char(j.date, 'YYYY-MM'), COUNT(*), SUM(j.amount)
        FROM sample_job j LEFT JOIN core_employment e
          ON e.user_id = j.owner_id AND e.since <= j.date AND (e.until IS NULL OR e.until >= j.date)
        WHERE j.deletion_id IS NULL AND j.date >= '2026-01-01' AND j.date < '2026-07-01'
          AND (CAST(:me AS bigint) IS NULL OR j.owner_id = :me)
        GROUP BY 1, 2""",
}


def fill(env, moved, rows):
    """Make the history and the records of one example; each move ends the period before it."""
    users = {user.login: user for user in env["core.user"].search([["login", "is_set"]])}
    departments = list(env["core.department"].search(order="id"))
    teams = list(env["core.team"].search(order="id"))
    periods = env["core.employment"]
    periods.delete(periods.search())
    starts = {(login, day): (is_left, place) for login, day, is_left, place in moved}
    for login, day in starts:
        is_left, place = starts[login, day]
        later = min((other for who, other in starts if who == login and other > day), default=None)
        until = None if later is None else later - dt.timedelta(days=1)
        if is_left:
            until = day + dt.timedelta(days=5) if until is None else min(until, day + dt.timedelta(days=5))
        unit = departments[place] if place < len(departments) else None
        team = teams[place % len(teams)] if place else None
        periods.create({"user": users[login], "since": day, "until": until, "department": unit, "team": team})
    for login, day, cents, kind, is_deleted in rows:
        job = env["sample.job"].create(
            {"owner": users[login], "date": day, "amount": Decimal(cents) / 100, "kind": kind}
        )
        if is_deleted:
            env["sample.job"].delete([job])
    env.flush()


def by_hand(env, unit, me):
    """Return (group, month) → (count, sum) by SQL that nothing of ours has written."""
    dialect = env.connection.dialect.name
    scale = 100 if dialect == "sqlite" else 1
    rows = env.connection.execute(sa.text(BY_HAND[dialect].format(unit=unit)), {"me": me}).all()
    return {(group, month): (count, Decimal(total or 0) / scale) for group, month, count, total in rows}


def test_numbers_equal_sql_written_by_hand_and_cells_open_their_records(undone, campaign):
    @settings(max_examples=campaign(15, 300), deadline=None, suppress_health_check=list(HealthCheck))
    @given(moves, records, st.sampled_from(["department", "team"]), st.sampled_from(["chief", "ann", "bob"]))
    def check(moved, rows, unit, login):
        with undone() as system:
            fill(system, moved, rows)
            user = system["core.user"].search([["login", "=", login]])[0]
            env = system.as_user(user.id)
            expected = by_hand(system, unit, None if login == "chief" else user.id)
            for measure, place in (("sample.job:count", 0), ("sample.job:amount", 1)):
                asked = {"m": [measure], "by": f"@{unit}", "unit": "month", "range": "custom"}
                asked |= {"from": "2026-01-01", "to": "2026-06-30", "chart": "table"}
                answer = build_answer(env, read_question(env, asked))
                found = {}
                rows_shown = [] if answer.grid is None else answer.grid.rows
                for row in rows_shown:
                    for month, cell in zip(MONTHS, row.cells[:-1], strict=True):
                        if cell.url is None or row.is_group:
                            continue
                        domain = json.loads(parse_qs(urlsplit(cell.url).query)["domain"][0])
                        behind = env["sample.job"].search(domain)
                        assert {job.id for job in behind} == {
                            job.id for job in env["sample.job"].search() if evaluate(domain, job, env)
                        }
                        group = _group_of(domain, unit)
                        found[group, month] = (len(behind), sum((job.amount or Decimal(0)) for job in behind))
                        shown = Decimal(cell.text.replace(",", "").replace("−", "-"))
                        assert shown == found[group, month][place]
                assert found == expected

    check()


def _group_of(domain, unit):
    condition = next(each for each in domain if isinstance(each, list) and each[1] == "employed")
    where = condition[2]["where"]
    assert where[0] == unit
    return None if where[1] == "is_not_set" else where[2]


def test_of_periods_that_overlap_the_last_begun_counts_and_no_record_twice(undone):
    with undone() as env:
        fill(env, [], [("ann", FIRST, 100, None, False), ("ann", FIRST + dt.timedelta(days=9), 100, None, False)])
        ann = env["core.user"].search([["login", "=", "ann"]])[0]
        north, south = (env["core.department"].search([["name", "=", name]])[0] for name in ("North", "South"))
        for since, until, department in (
            (FIRST, None, north),
            (FIRST, None, south),
            (dt.date(2026, 1, 5), None, north),
        ):
            env["core.employment"].create({"user": ann, "since": since, "until": until, "department": department})
        rows = env["sample.job"].aggregate([["owner", "=", ann]], {"id": "count"}, ["owner:department@date"])
        assert {row["owner:department@date"]: row["id"] for row in rows} == {south.id: 1, north.id: 1}


WHERE = ["department", "=", 1]


@pytest.mark.parametrize(
    "condition",
    [
        ["owner", "employed", None],
        ["owner", "employed", 7],
        ["owner", "employed", {"on": "date"}],
        ["owner", "employed", {"on": "date", "where": WHERE, "more": 1}],
        ["owner", "employed", {"on": "name", "where": WHERE}],
        ["owner", "employed", {"on": "nothing", "where": WHERE}],
        ["owner", "employed", {"on": "date", "where": ["salary", ">", 1]}],
        ["owner", "employed", {"on": "date", "where": ["department", "ilike", "a"]}],
        ["owner", "employed", {"on": "date", "where": ["team", "under", 1]}],
        ["owner", "employed", {"on": "date", "where": ["department", "=", "x"]}],
        ["company", "employed", {"on": "date", "where": WHERE}],
        ["date", "employed", {"on": "date", "where": WHERE}],
    ],
)
def test_a_wrong_condition_on_an_employment_is_refused(undone, condition):
    with undone("chief") as env, pytest.raises(CoreError) as refused:
        env["sample.job"].count([condition])
    assert isinstance(refused.value, (DomainError, UnknownFieldError))
    for key in ("owner:department@name", "owner:department@nothing", "company:department@date", "owner:salary@date"):
        with undone("chief") as env, pytest.raises(CoreError):
            env["sample.job"].aggregate([], {"id": "count"}, [key])


def test_who_may_not_see_the_department_of_people_can_not_ask_for_it(undone):
    condition = ["owner", "employed", {"on": "date", "where": WHERE}]
    with undone() as system:
        administrators = system["core.group"].search([["key", "=", "base.administrator"]])[0]
        system["core.field_right"].create(
            {"model": "core.user", "field": "department", "operation": "read", "group": administrators}
        )
        system.flush()
        chief = system["core.user"].search([["login", "=", "chief"]])[0]
        env = system.as_user(chief.id)
        with pytest.raises(AccessDenied):
            env["sample.job"].count([condition])
        with pytest.raises(AccessDenied):
            env["sample.job"].aggregate([], {"id": "count"}, ["owner:department@date"])
        assert "@department" not in read_question(env, {}).dimensions
        assert "@team" in read_question(env, {}).dimensions


def test_statements_of_python_and_data_say_the_same_and_combine(undone):
    with undone() as env:
        north = env["core.department"].search([["name", "=", "North"]])[0]
        as_data = {"not": [["owner", "employed", {"on": "date", "where": ["department", "=", north.id]}]]}
        in_python = ~D("owner").employed("department", "=", north, on="date")
        assert env["sample.job"].count(as_data) == env["sample.job"].count(in_python)
