"""The category tree beside a list (CORE-44): counts, narrowing, the same rights."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from core.app import Application
from core.testing.client import Client
from core.testing.statements import Statements

from .pages import page

LIST = "/records/web.order"


@pytest.fixture
def domain(shop: Application) -> str:
    """Two drafts and a confirmed order of a customer of Ann's; answers with the domain that finds them."""

    def make(env: Any) -> int:
        ann = env["core.user"].search([["login", "=", "ann"]])[0]
        customer = env["web.customer"].create({"name": "Tree Ltd", "owner": ann})
        for name, state in (("T1", "draft"), ("T2", "draft"), ("T3", "confirmed")):
            env["web.order"].create({"name": name, "customer": customer, "state": state})
        return int(customer.id)

    return f'[["customer","=",{shop.run(make)}]]'


def nodes(text: str) -> list[tuple[str, str]]:
    tree = re.search(r'<nav class="tree".*?</nav>', text, re.S)
    assert tree is not None
    return re.findall(r'<span class="el sp">([^<]*)</span><span class="cnt"[^>]*>([^<]*)</span>', tree[0])


@pytest.mark.rows("CORE-44")
def test_the_tree_counts_and_narrows_the_list(ann: Client, domain: str) -> None:
    menu = "web_shop.menu_by_state"
    text = page(ann, LIST, menu=menu, domain=domain)
    assert nodes(text) == [("All", "3"), ("Draft", "2"), ("Confirmed", "1"), ("Done", "")]
    narrowed = page(ann, LIST, menu=menu, domain=domain, cat="confirmed")
    assert nodes(narrowed) == nodes(text)
    assert ">T3<" in narrowed
    assert ">T1<" not in narrowed
    assert ">T1<" not in page(ann, LIST, menu=menu, domain=domain, cat="-")


def test_a_tree_of_records_holds_only_those_one_may_read(
    ann: Client, client: Callable[..., Client], domain: str
) -> None:
    menu = "web_shop.menu_by_customer"
    assert ("Tree Ltd", "3") in nodes(page(ann, LIST, menu=menu, domain=domain))
    assert "Tree Ltd" not in page(client("bob"), LIST, menu=menu, domain=domain)
    assert ">T1<" not in page(ann, LIST, menu=menu, domain=domain, cat="nonsense")


def test_a_list_without_a_category_has_no_tree_and_pays_nothing(ann: Client) -> None:
    assert 'class="tree"' not in page(ann, LIST)


def test_the_tree_costs_two_statements(shop: Application, ann: Client, domain: str) -> None:
    page(ann, LIST, menu="web_shop.menu_by_customer")
    with Statements(shop.database().engine).listening() as statements, statements.at_most(14):
        page(ann, LIST, menu="web_shop.menu_by_customer")


def test_a_large_tree_counts_the_first_records_only_until_asked(
    ann: Client, domain: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.web.pages.categories.COUNTED", 2)
    query = {"menu": "web_shop.menu_by_state", "domain": domain}
    found = dict(nodes(page(ann, LIST, **query)))
    assert found["All"] == "2+"
    counts = [count for label, count in found.items() if label != "All" and count]
    assert all(count.endswith("+") for count in counts)
    assert sum(int(count[:-1]) for count in counts) == 3
    assert nodes(page(ann, LIST, **query, totals="1"))[0] == ("All", "3")
