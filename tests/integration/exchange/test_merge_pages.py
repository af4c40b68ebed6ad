"""The pages of merging: what looks alike, not the same, side by side, merged, undone; rights and bad input."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from core.app import Application
from core.jobs import Runner
from core.testing.client import Client

MODEL = "acme.partner"
FOUND, SIDE = f"/x/base_exchange/duplicates/{MODEL}", f"/x/base_exchange/merge/{MODEL}"


@pytest.fixture(scope="module")
def traders(app: Application) -> None:
    with app.env() as env:
        for login, group in (("trader", "clerk"), ("page_seller", "seller")):
            env["core.user"].create({"name": login, "login": login, "groups": [env.ref(f"acme_trade.{group}").id]})


@pytest.fixture
def ids(app: Application, traders: None) -> Iterator[list[int]]:
    rows: list[dict[str, Any]] = [
        {"name": "青岛海科电子有限公司", "phone": "0532-8888 0001", "level": "a"},
        {"name": "青岛海科电子", "mail": "a@haike.test"},
        {"name": "海科", "mobile": "053288880001", "mail": "a@haike.test", "level": "b"},
        {"name": "青岛海科电子", "limit": 9000},
        {"name": "别家"},
    ]
    with app.env() as env:
        made = env[MODEL].create(rows).ids
        env["acme.deal"].create({"name": "D", "partner": made[2], "amount": 5})
    yield made
    with app.env() as env:
        for model in ("acme.deal", MODEL, "base.not_duplicate"):
            env[model].delete(env[model].search())


@pytest.fixture
def client(app: Application, traders: None) -> Client:
    client = Client(app, "trader")
    client.headers["Accept"] = "text/html"
    return client


def text(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def form(client: Client, path: str, **data: Any) -> Any:
    return client.request("POST", path, data=data)


def groups(page: str) -> list[list[int]]:
    return [
        [int(number) for number in re.findall(r'name="id" value="(\d+)"', part)]
        for part in page.split("<form")[1:]
        if "ex-dup" in part
    ]


@pytest.mark.rows("CORE-62")
def test_duplicates_are_found_compared_merged_and_parted_again(
    client: Client, app: Application, ids: list[int]
) -> None:
    assert FOUND in text(client.get(f"/records/{MODEL}"))
    assert groups(text(client.get(FOUND))) == []
    assert form(client, f"{FOUND}/search").status_code == 303
    assert [sorted(group) for group in groups(text(client.get(FOUND)))] == [ids[:3]]
    page = text(form(client, SIDE, id=ids[:3], back=f"/records/{MODEL}"))
    assert all(name in page for name in ("a@haike.test", "0532-8888 0001", "Deal"))
    assert "secret" not in page
    chosen = {"v.level": ids[2], "v.name": ids[1]}
    refused = form(client, f"{SIDE}/do", id=ids[:3], winner=ids[0], **{"v.turnover": ids[1]})
    assert refused.status_code == 422
    done = form(client, f"{SIDE}/do", id=ids[:3], winner=ids[0], **chosen)
    assert done.status_code == 303, text(done)
    with app.env(readonly=True) as env:
        record = env[MODEL].get(ids[0])
        assert (record.name, record.level, record.turnover) == ("青岛海科电子", "b", 5)
        assert not env[MODEL].exists([["id", "in", ids[1:3]]])
    assert groups(text(client.get(FOUND))) == []
    merged = done.headers["Location"]
    assert "海科" in text(client.get(merged))
    assert form(client, f"{merged}/undo").status_code == 303
    assert client.get(merged).status_code == 200
    assert form(client, f"{merged}/undo").status_code == 409
    with app.env(readonly=True) as env:
        assert env[MODEL].get(ids[2]).turnover == 5
        assert env[MODEL].get(ids[0]).name == "青岛海科电子有限公司"


def test_what_is_not_the_same_is_not_proposed_again(client: Client, ids: list[int]) -> None:
    form(client, f"{FOUND}/search")
    assert form(client, f"{FOUND}/ignore", id=ids[:3]).status_code == 303
    assert groups(text(client.get(FOUND))) == []
    form(client, f"{FOUND}/search")
    assert groups(text(client.get(FOUND))) == []
    assert form(client, f"{FOUND}/ignore", id=[ids[0], ids[3]]).status_code == 404
    assert form(client, f"{FOUND}/ignore", id=["x", "1"]).status_code == 422


def test_who_may_not_merge_finds_neither_links_nor_pages(client: Client, app: Application, ids: list[int]) -> None:
    done = form(client, f"{SIDE}/do", id=ids[:2], winner=ids[0])
    merged = done.headers["Location"]
    seller = Client(app, "page_seller")
    seller.headers["Accept"] = "text/html"
    page = text(seller.get(f"/records/{MODEL}"))
    assert FOUND not in page
    assert SIDE not in page
    assert seller.get(FOUND).status_code == 403
    assert form(seller, f"{FOUND}/search").status_code == 403
    assert form(seller, SIDE, id=ids[:2]).status_code == 403
    assert form(seller, f"{SIDE}/do", id=ids[:2], winner=ids[0]).status_code == 403
    assert seller.get(merged).status_code == 404
    assert form(seller, f"{merged}/undo").status_code == 404
    assert client.get("/x/base_exchange/merge/no.model").status_code == 404
    assert client.get("/x/base_exchange/merge/core.user").status_code == 403
    assert form(client, f"{SIDE}/do", id=ids[:1], winner=ids[3]).status_code == 404
    assert form(client, SIDE, id=ids[:1]).status_code == 303


def test_many_records_are_looked_through_by_a_job(client: Client, app: Application, ids: list[int]) -> None:
    with app.env() as env:
        env[MODEL].create([{"name": f"{chr(0x4E00 + number)}{number}"} for number in range(2000)])
    assert form(client, f"{FOUND}/search").status_code == 303
    assert 'hx-trigger="every 1s"' in text(client.get(FOUND))
    assert "progress" in text(client.get(f"{FOUND}/progress"))
    with app.env(readonly=True) as env:
        (job,) = env["core.job"].read([["name", "=", "base_exchange.find_duplicates"]], ["id"], "id desc", 1)
    Runner(app, app.carrier, watched=False).run("default", job["id"])
    assert "data-ex-over" in text(client.get(f"{FOUND}/progress"))
    assert [sorted(group) for group in groups(text(client.get(FOUND)))] == [ids[:3]]
