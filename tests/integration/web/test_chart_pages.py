"""Charts: their numbers, the lists they open, rights and bad input (CORE-78)."""

from __future__ import annotations

import html
import json
import random
import re
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from core.app import Application
from core.testing.client import Client
from core.testing.statements import Statements

HTML = {"Accept": "text/html"}
URL = "/records/web.order"
pytestmark = pytest.mark.rows("CORE-78")


def page(client: Client, path: str, status: int = 200, **query: Any) -> str:
    answer = client.request("GET", path, query=query or None, headers=HTML)
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return answer.get_data(as_text=True)


def spec_of(text: str) -> Any:
    """Return what the script of a page draws."""
    found = re.search(r'data-chart="([^"]*)"', text)
    assert found
    return json.loads(html.unescape(found[1]))


def listed(client: Client, url: str) -> int:
    """Return how many records a list has."""
    found = re.search(r'id="total">([\d,]+)', page(client, html.unescape(url)))
    assert found
    return int(found[1].replace(",", ""))


@pytest.fixture
def orders(shop: Application, ann: Client) -> str:
    """Random orders of nine customers; returns the mark in their names."""
    mark = f"chart{uuid.uuid4().hex}"[:20]
    dice = random.Random(7)

    def fill(env: Any) -> None:
        customers = env["web.customer"].create([{"name": f"{mark} {n}"} for n in range(9)])
        env["web.order"].create(
            [
                {
                    "name": mark,
                    "customer": dice.choice(customers),
                    "amount": Decimal(dice.randrange(1, 100_000)) / 100,
                    "day": dice.choice([None, *(f"2026-{month:02}-{1 + month * 2:02}" for month in range(1, 13, 2))]),
                    "state": dice.choice(["draft", "confirmed", "done"]),
                }
                for _ in range(150)
            ]
        )

    shop.run(fill)
    return mark


def by_sql(shop: Application, key: str, mark: str) -> dict[Any, tuple[Decimal, int]]:
    """Return sum and number by the value of a column, from plain rows."""
    found: dict[Any, tuple[Decimal, int]] = {}
    with shop.env(readonly=True) as env:
        table = env.registry["web.order"].table
        for value, amount in env.connection.execute(
            sa.select(table.c[key], table.c.amount).where(table.c.name == mark)
        ):
            total, count = found.get(value, (Decimal(0), 0))
            found[value] = (total + amount, count + 1)
    return found


def test_bars_are_what_sql_says_and_open_as_many_records(
    shop: Application, client: Callable[..., Client], orders: str
) -> None:
    chief = client("chief")
    query = {"view": "chart", "q": orders, "measure": "amount:sum", "by": "state"}
    spec = spec_of(page(chief, URL, **query))
    said = by_sql(shop, "state", orders)
    series = spec["series"][0]
    assert spec["labels"] == ["Draft", "Confirmed", "Done"]
    for state, value, url in zip(("draft", "confirmed", "done"), series["values"], series["urls"], strict=True):
        assert value == pytest.approx(float(said[state][0]))
        assert listed(chief, url) == said[state][1]


def test_months_without_records_are_shown_and_each_opens_its_span(
    shop: Application, client: Callable[..., Client], orders: str
) -> None:
    chief = client("chief")
    spec = spec_of(page(chief, URL, view="chart", q=orders, by="day:month", measure="id:count"))
    assert spec["labels"] == [*(f"2026-{month:02}" for month in range(1, 12)), "Not set"]
    series = spec["series"][0]
    assert series["values"][1] == 0
    assert series["urls"][1] is None
    assert sum(series["values"]) == 150
    for value, url in zip(series["values"], series["urls"], strict=True):
        assert url is None or listed(chief, url) == value


def test_more_than_six_categories_are_gathered_as_other_which_opens_the_rest(
    client: Callable[..., Client], orders: str
) -> None:
    chief = client("chief")
    text = page(chief, URL, view="chart", q=orders, by="customer", measure="id:count")
    spec = spec_of(text)
    assert len(spec["labels"]) == 7
    assert spec["labels"][-1] == "Other (3)"
    series = spec["series"][0]
    assert sum(series["values"]) == 150
    assert listed(chief, series["urls"][-1]) == series["values"][-1]


def test_the_table_shows_the_numbers_of_the_chart(client: Callable[..., Client], orders: str) -> None:
    text = page(client("chief"), URL, view="chart", q=orders, by="state", series="customer", measure="amount:sum")
    spec = spec_of(text)
    table = text.partition('<table class="tbl figures">')[2].partition("</table>")[0]
    shown = [float(value.replace(",", "")) for value in re.findall(r'<td class="n">\s*<a[^>]*>([\d,.]+)</a>', table)]
    drawn = [series["values"][line] for line in range(len(spec["labels"])) for series in spec["series"]]
    assert shown[: len(drawn)] == pytest.approx([value for value in drawn if value])


def test_an_average_over_everything_is_that_of_the_records(
    shop: Application, client: Callable[..., Client], orders: str
) -> None:
    text = page(client("chief"), URL, view="chart", q=orders, by="state", measure="amount:avg")
    total, count = by_sql(shop, "name", orders)[orders]
    foot = text.partition("<tfoot>")[2]
    shown = re.search(r">([\d,]+\.\d\d)<", foot)
    assert shown
    assert float(shown[1].replace(",", "")) == pytest.approx(float(total / count), abs=0.006)


@pytest.mark.parametrize("kind", ["bar", "line", "pie", "funnel"])
def test_every_kind_of_chart_is_drawn_with_its_table(client: Callable[..., Client], orders: str, kind: str) -> None:
    text = page(client("chief"), URL, view="chart", q=orders, by="state", chart=kind)
    assert '<table class="tbl figures">' in text
    assert ("<polygon" in text) == (kind == "funnel")


@pytest.mark.parametrize(
    "query",
    [
        {"measure": "nothing:sum"},
        {"measure": "name:sum"},
        {"measure": "amount:most"},
        {"by": "nothing"},
        {"by": "day:century"},
        {"by": "state:month"},
        {"series": "nothing"},
        {"chart": "cake"},
        {"domain": "["},
        {"columns": "nothing", "view": "pivot"},
        {"rows": "nothing", "view": "pivot"},
        {"measure": "nothing", "view": "pivot"},
    ],
)
def test_what_can_not_be_drawn_is_refused(ann: Client, query: dict[str, str]) -> None:
    page(ann, URL, 400, **{"view": "chart", **query})


@pytest.mark.parametrize("view", ["chart", "pivot"])
def test_a_field_one_may_not_read_is_neither_offered_nor_summed_up(
    ann: Client, client: Callable[..., Client], view: str
) -> None:
    url = "/records/web.customer"
    assert "limit:sum" not in page(ann, url, view=view)
    assert "limit:sum" in page(client("chief"), url, view=view)
    hidden = page(ann, url, 400, view=view, measure="limit:sum")
    absent = page(ann, url, 400, view=view, measure="limix:sum")
    ids = re.compile(r"<code>\w+</code>")
    assert ids.sub("", hidden).replace("limit", "limix") == ids.sub("", absent)


@pytest.mark.parametrize("view", ["chart", "pivot"])
def test_a_model_one_may_not_read_has_no_chart(ann: Client, view: str) -> None:
    page(ann, "/records/web.secret", 404, view=view)


def test_only_records_one_may_see_are_counted(client: Callable[..., Client], orders: str) -> None:
    query = {"view": "chart", "q": orders, "by": "level", "measure": "id:count"}
    assert sum(spec_of(page(client("chief"), "/records/web.customer", **query))["series"][0]["values"]) == 9
    assert "data-chart" not in page(client("ann"), "/records/web.customer", **query)


def test_customers_one_may_not_see_have_no_name_in_a_chart(ann: Client, orders: str) -> None:
    spec = spec_of(page(ann, URL, view="chart", q=orders, by="customer", measure="id:count"))
    assert set(spec["labels"][:5]) == {"–"}


def test_a_chart_costs_one_statement_for_its_numbers_and_one_for_names(
    shop: Application, ann: Client, orders: str
) -> None:
    page(ann, URL, view="list", q=orders)
    page(ann, URL, view="chart", q=orders, by="state")
    with Statements(shop.database().engine).listening() as statements:
        page(ann, URL, view="chart", q=orders, by="state")
        plain = statements.seen[:]
        statements.seen.clear()
        page(ann, URL, view="chart", q=orders, by="customer")
        named = statements.seen[:]
    assert len([each for each in plain if "FROM web_order" in each]) == 1
    assert len(named) == len(plain) + 1


def test_a_pivot_adds_up_in_both_directions_and_its_cells_open_the_records(
    client: Callable[..., Client], orders: str
) -> None:
    chief = client("chief")
    query = {"view": "pivot", "q": orders, "rows": "customer", "columns": "state", "measure": "id:count"}
    text = page(chief, URL, **query)
    body = text.partition('pivot">')[2].partition("<tbody>")[2].partition("</tbody>")[0]
    rows = [re.findall(r'<td class="n">(.*?)</td>', row) for row in body.split("<tr")[1:]]
    numbers = [[int(re.sub(r"<[^>]*>|–", "", cell) or 0) for cell in row] for row in rows]
    assert len(numbers) == 9
    assert all(sum(row[:-1]) == row[-1] for row in numbers)
    assert sum(row[-1] for row in numbers) == 150
    urls = re.findall(r'href="([^"]*)"', body)
    assert listed(chief, urls[0]) == next(value for value in numbers[0] if value)


def test_rows_of_a_pivot_lie_one_inside_the_other(client: Callable[..., Client], orders: str) -> None:
    text = page(client("chief"), URL, view="pivot", q=orders, rows="state", by="day:quarter", columns="-")
    assert text.count('class="grp"') == 3
    assert "2026 Q1" in text


@pytest.fixture
def two_years(shop: Application, ann: Client) -> str:
    """Orders of 2025 and 2026, of two customers; returns the mark in their names."""
    mark = f"years{uuid.uuid4().hex}"[:20]

    def fill(env: Any) -> None:
        one, other = env["web.customer"].create([{"name": f"{mark} {n}"} for n in range(2)])
        rows = [
            (one, "2025-01-31", 10), (one, "2025-03-01", 20), (other, "2025-03-31", 5), (other, "2025-04-01", 999),
            (one, "2026-01-01", 15), (one, "2026-03-15", 30),
        ]  # fmt: skip
        for customer, day, amount in rows:
            env["web.order"].create({"name": mark, "customer": customer, "day": day, "amount": amount})

    shop.run(fill)
    return mark


@pytest.mark.rows("CORE-79")
def test_the_year_before_stands_beside_though_the_page_shows_this_year_only(
    shop: Application, client: Callable[..., Client], two_years: str
) -> None:
    chief = client("chief")
    domain = '[["day",">=","2026-01-01"],["day","<","2027-01-01"]]'
    query = {"view": "chart", "q": two_years, "domain": domain, "by": "day:month", "measure": "amount:sum"}
    text = page(chief, URL, **query, compare="year")
    now, then = spec_of(text)["series"]
    assert spec_of(text)["labels"] == ["2026-01", "2026-02", "2026-03"]
    assert now["values"] == [15, 0, 30]
    assert then["values"] == [10, 0, 25]
    assert [url and listed(chief, url) for url in then["urls"]] == [1, None, 2]
    table = text.partition('figures">')[2].partition("</table>")[0]
    assert re.findall(r'<td class="n mut">([^<]*%|–)</td>', table)[:6:2] == ["+50.0%", "–", "+20.0%"]
    foot = table.partition("<tfoot>")[2]
    assert re.findall(r">([\d.]+)<", foot)[:2] == ["45.00", "35.00"]
    assert listed(chief, re.findall(r'href="([^"]*)"', foot)[1]) == 3
    plain = len(spec_of(page(chief, URL, **query))["series"])
    assert plain == len(spec_of(page(chief, URL, **{**query, "by": "state"}, compare="year"))["series"]) == 1
    page(chief, URL, 400, **query, compare="century")
    with Statements(shop.database().engine).listening() as statements:
        page(chief, URL, **query, compare="year")
    assert len([each for each in statements.seen if "FROM web_order" in each]) == 2


def test_a_pivot_holds_the_year_before_of_every_number_and_of_rows_that_only_that_year_had(
    client: Callable[..., Client], two_years: str
) -> None:
    chief = client("chief")
    domain = '[["day",">=","2026-01-01"]]'
    query = {"q": two_years, "domain": domain, "view": "pivot", "measure": "amount:sum"}
    text = page(chief, URL, **query, rows="customer", columns="day:quarter", compare="year")
    body = text.partition('pivot">')[2]
    rows = [
        [re.sub(r"<[^>]*>", "", cell) for cell in re.findall(r'<td class="n">(.*?)</td>', row)]
        for row in body.partition("<tbody>")[2].split("<tr")[1:]
    ]
    assert rows == [["45.00", "30.00"] * 2, ["–", "5.00"] * 2, ["45.00", "35.00"] * 2]
    urls = [html.unescape(url) for url in re.findall(r'<td class="n"><a href="([^"]*)"', body)]
    assert [listed(chief, url) for url in urls[:4]] == [2, 2, 2, 2]
    assert listed(chief, urls[-1]) == 3
    sheet = client("boss").get(
        "/records/web.order/export/csv", **query, rows="customer", columns="-", by="day:quarter", compare="year"
    )
    assert sheet.get_data(as_text=True).splitlines()[-1] == "Total,45.00,35.00"


def test_a_pivot_is_exported_by_whoever_may_export(client: Callable[..., Client], orders: str) -> None:
    query = {"q": orders, "view": "pivot", "rows": "state", "columns": "-", "measure": "id:count,amount:sum"}
    boss = client("boss").get("/records/web.order/export/csv", **query)
    assert boss.status_code == 200
    assert boss.headers["Content-Type"].startswith("text/csv")
    lines = boss.get_data(as_text=True).lstrip("\ufeff").splitlines()
    assert lines[0].startswith("State,Total")
    assert lines[-1].startswith("Total,150,")
    assert client("ann").get("/records/web.order/export/csv", **query).status_code == 403
    assert client("ann").get("/records/web.secret/export/csv", view="pivot").status_code == 404
