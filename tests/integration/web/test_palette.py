"""The command palette finds what the user may see, by name and by pinyin initials (CORE-40)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.app import Application
from core.testing.client import Client
from core.testing.statements import Statements

HTML = {"Accept": "text/html"}


def palette(client: Client, typed: str) -> str:
    answer = client.request("GET", "/palette", query={"q": typed}, headers=HTML)
    assert answer.status_code == 200
    return str(answer.get_data(as_text=True))


@pytest.fixture
def shipyard(ann: Client) -> int:
    """A customer of Ann's with a Chinese name."""
    me = ann.get_json("/api/v1/core.user", domain=[["login", "=", "ann"]], fields="id")["records"][0]["id"]
    return int(ann.post_json("/api/v1/web.customer", {"name": "上海船厂", "owner": me})["id"])


def test_records_are_found_by_their_characters_and_by_pinyin_initials(ann: Client, shipyard: int) -> None:
    for typed in ("上海船", "上船", "shcc"):
        assert f"/records/web.customer/{shipyard}?" in palette(ann, typed)


def test_records_of_others_are_not_found(client: Callable[..., Client], shipyard: int) -> None:
    assert f"/records/web.customer/{shipyard}?" not in palette(client("bob"), "上海船厂")


def test_pages_and_new_records_are_offered_only_where_the_user_may(ann: Client, client: Callable[..., Client]) -> None:
    assert "Secret" not in palette(ann, "secret")
    assert "New secret" in palette(client("chief"), "secret").replace("<mark>", "").replace("</mark>", "")


def test_what_is_typed_is_never_markup(ann: Client) -> None:
    assert "<script>" not in palette(ann, "<script>alert(1)</script>")


def test_each_model_costs_one_statement(shop: Application, ann: Client) -> None:
    palette(ann, "x")
    with Statements(shop.database().engine).listening() as statements, statements.at_most(12):
        palette(ann, "x")
