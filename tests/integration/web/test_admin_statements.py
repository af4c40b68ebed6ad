"""What the pages of administration ask of the database: pinned, and not once for each row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from core.app import Application
from core.testing.client import Client
from core.testing.statements import Statements
from core.web.application import WebApplication
from tests.integration.web.conftest import PLENTY

HTML = {"Accept": "text/html"}
PAGES: dict[str, int] = {
    "/apps": 8,
    "/apps/costs": 7,
    "/access/matrix": 10,
    "/access/people": 12,
    "/access/people/2": 14,
    "/access/why": 8,
    "/keys": 8,
    "/organisation/assign": 11,
    "/organisation/hand-over": 8,
    "/records/core.field_right": 13,
    "/records/core.login.log": 14,
    "/settings/menus": 8,
    "/settings/parameters": 8,
    "/setup": 14,
    "/system/bin": 9,
    "/system/history": 24,
    "/system/jobs": 8,
    "/system/online": 9,
    "/system/views": 7,
    "/tree/core.department": 9,
    "/tree/core.dictionary.item": 9,
}
"""Most statements of each page, those that find out who asks included; the history names records of as many kinds as stand on its page,
and the log of logins, which other tests fill, is counted once it is longer than a page."""
MORE = 4
"""Rows of each kind made between the two looks."""


@pytest.fixture(scope="module")
def counted(shop: Application) -> Iterator[dict[str, tuple[int, int]]]:
    """Address → statements with few rows of each kind that the pages show, and with more."""
    # Time stands still, or the use of the session would be noted by whichever page comes a minute later.
    boss = Client(shop, "boss", web=WebApplication(shop, limits=PLENTY, clock=lambda: 0.0))

    def measure() -> dict[str, int]:
        found = {}
        for path in PAGES:
            assert boss.request("GET", path, headers=HTML).status_code == 200, path
            with Statements(shop.database().engine).listening() as statements:
                boss.request("GET", path, headers=HTML)
                found[path] = len(statements.seen)
        return found

    made = shop.run(lambda env: _more(env, "few", 2))
    few = measure()
    made += shop.run(lambda env: _more(env, "many", MORE))
    yield {path: (few[path], many) for path, many in measure().items()}
    shop.run(lambda env: _less(env, made))


def _more(env: Any, name: str, count: int) -> list[tuple[str, int]]:
    """Make rows; those that may go again are told."""
    clerk = env["core.group"].search([["key", "=", "web_shop.clerk"]])[0]
    dictionary = env["core.dictionary"].search()[0]
    parent = env["core.department"].create({"name": name, "number": name})
    made = []
    for number in range(count):
        department = env["core.department"].create(
            {"name": f"{name} {number}", "number": f"{name}{number}", "parent": parent}
        )
        user = env["core.user"].create(
            {"name": f"{name} {number}", "login": f"{name}{number}", "department": department, "groups": [clerk]}
        )
        right = {"model": "web.customer", "field": "name", "user": user}
        menu = {"kind": "menu", "target": f"custom.{name}{number}"}
        made += [
            env["core.field_right"].create(right),
            env["core.view_patch"].create({**menu, "patch": {"add": {"label": "Counted", "url": "/about"}}}),
            env["core.data_grant"].create({"user": user, "department": department}),
        ]
        env["core.dictionary.item"].create({"dictionary": dictionary, "key": f"{name}{number}", "name": "Counted"})
        env["core.job"].create({"name": "web_shop.fail", "state": "failed", "run_at": env.now(), "error": "counted"})
        env["web.tag"].create({"name": f"{name} {number}"}).delete()
    env.flush()
    return [(record._info.name, int(record.id)) for record in made]


def _less(env: Any, made: list[tuple[str, int]]) -> None:
    for model, number in made:
        env[model].get(number).delete()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_administration_asks_the_database_as_rarely_with_more_rows(
    counted: dict[str, tuple[int, int]], path: str
) -> None:
    few, many = counted[path]
    # A page that is full asks for its total, one that names records of another kind for their names; but nothing asks once for each row.
    assert many - few < MORE, f"{path}: {few} statements with few rows, {many} with {MORE} more of each kind"
    assert max(few, many) <= PAGES[path], f"{path}: {few} and {many} statements"
