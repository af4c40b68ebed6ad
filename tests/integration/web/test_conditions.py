"""The advanced search (CORE-39): any stored field, paths through relations, groups, relative dates; in words; the same rights."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from core.app import Application
from core.testing.client import Client
from core.web.pages.conditions import from_domain, to_domain

from .pages import FORM, page

LIST = "/records/web.order"


@pytest.fixture
def customer(shop: Application) -> int:
    """A customer of Ann's with a draft of 10 and a confirmed order of 500 of this month."""

    def make(env: Any) -> int:
        ann = env["core.user"].search([["login", "=", "ann"]])[0]
        one = env["web.customer"].create({"name": "Builder Ltd", "owner": ann})
        env["web.order"].create({"name": "Small", "customer": one, "amount": 10})
        env["web.order"].create(
            {"name": "Big", "customer": one, "amount": 500, "state": "confirmed", "day": env.today()}
        )
        return int(one.id)

    return shop.run(make)


def build(client: Client, path: str = f"{LIST}/conditions", *, htmx: bool = True, **fields: Any) -> Any:
    data = {name.replace("__", "."): value for name, value in fields.items()}
    headers = {**FORM, **({"HX-Request": "true"} if htmx else {})}
    return client.request("POST", path, data=data, headers=headers)


def domain_of(answer: Any) -> Any:
    location = answer.headers.get("Location") or json.loads(answer.headers["HX-Location"])["path"]
    return json.loads(parse_qs(urlsplit(location).query)["domain"][0])


@pytest.mark.rows("CORE-39")
def test_choosing_a_field_offers_its_operators_and_value(ann: Client) -> None:
    text = build(ann, c__0__p0="amount").get_data(as_text=True)
    assert re.search(r'<option value="&gt;">is more than</option>', text)
    assert "is like" not in text
    through = build(ann, c__0__p0="customer", c__0__p1="owner").get_data(as_text=True)
    assert '<option value="owner" selected>' in through
    assert "is any of" in through


def test_conditions_become_the_domain_of_the_list(ann: Client, customer: int) -> None:
    answer = build(
        ann,
        do="apply",
        mode="all",
        c__0__p0="amount", c__0__op=">", c__0__for="amount number", c__0__v="1,00",
        c__1__mode="any",
        c__1__0__p0="state", c__1__0__op="in", c__1__0__for="state several", c__1__0__v=["confirmed"],
        c__1__1__p0="day", c__1__1__op="=", c__1__1__for="day date", c__1__1__v="this.month",
        c__2__p0="customer", c__2__p1="name", c__2__op="ilike", c__2__for="customer.name text", c__2__v="Builder",
    )  # fmt: skip
    assert answer.status_code == 204
    assert domain_of(answer) == [
        ["amount", ">", 100],
        {"any": [["state", "in", ["confirmed"]], ["day", "=", {"this": "month"}]]},
        ["customer.name", "ilike", "Builder"],
    ]


def test_conditions_in_force_are_told_in_words_and_can_be_taken_away(ann: Client, customer: int) -> None:
    domain = [["customer", "in", [customer]], ["amount", ">", 100], ["day", "=", {"this": "month"}]]
    text = page(ann, LIST, domain=json.dumps(domain))
    chips = [re.sub(r"<[^>]+>", "", chip).strip() for chip in re.findall(r'class="chip cond">(.*?)<a ', text, re.S)]
    assert [" ".join(chip.split()) for chip in chips] == [
        "Customer is any of Builder Ltd",
        "Amount is more than CNY 100.00",
        "Day is in this month",
    ]
    away = re.findall(r'class="chip cond">.*?<a href="([^"]+)"', text, re.S)[1].replace("&amp;", "&")
    assert json.loads(parse_qs(urlsplit(away).query)["domain"][0]) == [domain[0], domain[2]]
    assert ">Big<" in text
    assert ">Small<" not in text


def test_the_panel_counts_what_the_conditions_leave(ann: Client, customer: int) -> None:
    domain = json.dumps([["customer", "=", customer]])
    assert re.search(r'aria-live="polite">2</b>', page(ann, LIST, domain=domain, build="1"))
    text = build(
        ann, c__0__p0="customer", c__0__op="in", c__0__for="customer several", c__0__v=[str(customer)], do="add"
    )
    assert re.search(r'aria-live="polite">2</b>', text.get_data(as_text=True))


def test_relative_dates_show_what_they_mean(ann: Client) -> None:
    text = build(ann, c__0__p0="day", c__0__op="=", c__0__for="day date", c__0__v="this.year").get_data(as_text=True)
    assert re.search(r"1 Jan \d{4} – 31 Dec \d{4}", text)


def test_a_value_that_can_not_be_read_is_told_and_left_out(ann: Client) -> None:
    answer = build(ann, c__0__p0="amount", c__0__op=">", c__0__for="amount number", c__0__v="much")
    assert answer.status_code == 200
    assert "is not a number" in answer.get_data(as_text=True)
    gone = build(
        ann, do="apply", c__0__p0="amount", c__0__op=">", c__0__for="amount number", c__0__v="much", htmx=False
    )
    assert "domain" not in gone.headers["Location"]


def test_fields_one_may_not_read_are_neither_offered_nor_taken(ann: Client, client: Callable[..., Client]) -> None:
    path = "/records/web.customer/conditions"
    assert 'value="limit"' not in build(ann, path).get_data(as_text=True)
    assert 'value="limit"' in build(client("chief"), path, do="add").get_data(as_text=True)
    answer = build(
        ann, path, do="apply", c__0__p0="limit", c__0__op=">", c__0__for="limit number", c__0__v="1", htmx=False
    )
    assert "domain" not in answer.headers["Location"]
    page(ann, "/records/web.customer", 403, domain='[["limit",">",1]]')


def test_without_scripts_the_panel_works_by_pages(ann: Client) -> None:
    answer = build(ann, c__0__p0="amount", c__0__op=">", c__0__for="amount number", c__0__v="5", do="add", htmx=False)
    assert answer.status_code == 303
    assert 'id="builder"' in page(ann, answer.headers["Location"])


def test_what_the_panel_can_not_show_is_kept(ann: Client) -> None:
    domain = [
        {"not": ["name", "=", "x"]},
        {"any": [["name", "=", "y"], {"all": [["name", "=", "z"]]}]},
        ["name", "=", "q"],
    ]
    kept = to_domain(from_domain(domain))
    assert kept == [{"not": ["name", "=", "x"]}, {"any": [["name", "=", "y"], ["name", "=", "z"]]}, ["name", "=", "q"]]
    text = page(ann, LIST, domain=json.dumps(domain), build="1")
    assert "Other conditions" in text


def test_rules_and_groups_are_added_and_taken_away(ann: Client) -> None:
    assert build(ann, do="group").get_data(as_text=True).count('class="bgroup"') == 1
    answer = build(ann, do="drop:0", c__0__p0="name", c__1__p0="amount").get_data(as_text=True)
    assert '<option value="amount" selected>' in answer
    assert '<option value="name" selected>' not in answer
    for do in ("drop:99", "drop:x", "add:7", "drop:0.5"):
        assert build(ann, do=do, c__0__p0="name").status_code == 200


def test_a_part_that_is_no_domain_is_refused(ann: Client) -> None:
    for raw in ("{", '[["nothing","=",1]]', '["name","like like",1]'):
        assert build(ann, c__0__raw=raw).status_code == 400


@pytest.mark.rows("CORE-41")
def test_conditions_are_saved_as_a_search_from_the_panel(
    ann: Client, client: Callable[..., Client], customer: int
) -> None:
    path = f"{LIST}/conditions/save?q=B&order=name"
    rule = {"c__0__p0": "amount", "c__0__op": ">", "c__0__for": "amount number", "c__0__v": "100"}
    nameless = build(ann, path, **rule, name=" ")
    assert nameless.status_code == 422
    assert "A saved search has a name." in nameless.get_data(as_text=True)
    assert 'value="100"' in nameless.get_data(as_text=True)
    assert build(ann, path, **rule, name="For all", roles="1", role="web_shop.clerk").status_code == 403
    saved = build(ann, path, **rule, name="Large ones")
    assert saved.status_code == 204
    where = json.loads(saved.headers["HX-Location"])["path"]
    query = parse_qs(urlsplit(where).query)
    assert json.loads(query["domain"][0]) == [["amount", ">", 100]]
    assert (query["q"], query["order"]) == (["B"], ["name"])
    assert "Large ones" in page(ann, LIST)
    assert "Large ones" not in page(client("bob"), LIST)
    plain = build(ann, path, htmx=False, **rule, name="Once more")
    assert plain.status_code == 303
    assert build(ann, "/records/web.secret/conditions/save", name="x").status_code == 404
    for number in (query["scheme"][0], parse_qs(urlsplit(plain.headers["Location"]).query)["scheme"][0]):
        build(ann, f"{LIST}/schemes", do="delete", number=number)
