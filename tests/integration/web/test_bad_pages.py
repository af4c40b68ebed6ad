"""Whatever is sent to the pages is answered with a page or a problem of 4xx; never 500, never half a record."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.testing.client import Client
from tests.integration.web.pages import FORM, HTML

LIST = "/records/web.customer"
NEW = f"{LIST}/new"
API = "/api/v1/web.customer"
HUGE = "9" * 400


def told(answer: Any, *, least: int = 400) -> str:
    """Return the text of an answer that is no crash, and from ``least`` on."""
    text = str(answer.get_data(as_text=True))
    assert least <= answer.status_code < 500, text[:2000]
    assert "Traceback" not in text
    return text


def form(client: Client, path: str, data: Any, content_type: str = "application/x-www-form-urlencoded") -> Any:
    body = data if isinstance(data, str | bytes) else urlencode(data, doseq=True)
    return client.request("POST", path, data=body, content_type=content_type, headers=FORM)


def total(client: Client, model: str = "web.customer") -> int:
    return int(client.get_json(f"/api/v1/{model}")["total"])


@pytest.fixture
def owner(ann: Client) -> int:
    found = ann.get_json("/api/v1/core.user", domain=[["login", "=", "ann"]])["records"]
    return int(found[0]["id"])


@pytest.fixture
def foreign(client: Callable[..., Client]) -> int:
    """A customer of Bob's, which Ann may not see."""
    bob = client("bob")
    user = bob.get_json("/api/v1/core.user", domain=[["login", "=", "bob"]])["records"][0]["id"]
    return int(bob.post_json(API, {"name": "Hidden of Bob", "owner": user})["id"])


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "a\x00b"},
        {"name": "x" * 100_000},
        {"name": ""},
        {"level": "none"},
        {"rating": "11"},
        {"rating": "-1" + "0" * 400},
        {"visits": HUGE},
        {"visits": "NaN"},
        {"visits": "1.5"},
        {"margin": "NaN"},
        {"margin": "-Infinity"},
        {"margin": "1e999999"},
        {"since": "2026-02-30"},
        {"since": "0000-00-00"},
        {"owner": HUGE},
        {"owner": "-1"},
        {"owner": "987654321"},
        {"tags": ["987654321"]},
        {"tags": [HUGE, "x"]},
    ],
    ids=lambda fields: str(fields)[:40],
)
def test_a_wrong_field_is_refused_with_the_form_and_nothing_is_saved(
    ann: Client, owner: int, fields: dict[str, Any]
) -> None:
    before = total(ann)
    told(form(ann, NEW, {"name": "Typed here", "owner": owner, **fields}))
    assert total(ann) == before


@pytest.mark.parametrize("body", [b"name=%FF%FE", b"name=\xff\xfe", b"%00=1", b"name=%00", b"&&&=&=", b"name"], ids=str)
def test_bytes_that_are_no_text_are_no_crash(ann: Client, body: bytes) -> None:
    told(form(ann, NEW, body), least=200)


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "multipart/form-data", "x"])
def test_a_form_of_another_content_type_saves_nothing(ann: Client, content_type: str) -> None:
    before = total(ann)
    told(form(ann, NEW, "name=Wrong", content_type))
    assert total(ann) == before


def test_3000_lines_are_refused_clearly_and_what_was_typed_stays(ann: Client, owner: int) -> None:
    customers, orders = total(ann), total(ann, "web.order")
    sent = {"name": "Many lines", "owner": owner, "orders.sent": "1"}
    sent |= {f"orders.{number}.amount": str(number + 1) for number in range(3000)}
    text = told(form(ann, NEW, sent))
    assert "3000 lines" in text
    assert "Many lines" in text
    assert 'name="orders.2999.amount"' in text
    assert (total(ann), total(ann, "web.order")) == (customers, orders)


def test_more_lines_than_a_page_can_show_are_413(ann: Client, owner: int) -> None:
    sent = {"name": "Far too many", "owner": owner, "orders.sent": "1"}
    sent |= {f"orders.{number}.amount": "1" for number in range(10_001)}
    assert form(ann, NEW, sent).status_code == 413


@pytest.mark.parametrize(
    "query",
    [
        {"page": HUGE},
        {"page": "-1"},
        {"size": HUGE},
        {"size": "NaN"},
        {"by": "nothing"},
        {"domain": "["},
        {"domain": "[" * 20_000},
        {"domain": [["name", "=", "\x00"]]},
        {"order": "nothing"},
        {"nothing": "1"},
    ],
    ids=lambda query: str(query)[:40],
)
def test_a_wrong_parameter_of_a_list_is_told(ann: Client, query: dict[str, Any]) -> None:
    told(ann.request("GET", LIST, query=query, headers=HTML))


@pytest.mark.parametrize(
    "path",
    [
        f"{LIST}?q=%00",
        f"{LIST}?q=%FF",
        f"{LIST}?q={'x' * 50_000}",
        f"{LIST}?page=1&page=2",
        f"{LIST}?cols={'name,' * 5000}",
        f"{LIST}?cols=nothing",
        f"{LIST}?menu=no.menu",
        f"{LIST}?by={'name,' * 2000}",
        f"{LIST}?view=nothing",
        f"{LIST}?cat={HUGE}",
        f"{LIST}?f=%00,nothing",
        f"/palette?q={'x' * 10_000}",
        "/palette?q=%00",
    ],
    ids=lambda path: path[:40],
)
def test_an_odd_address_is_no_crash(ann: Client, path: str) -> None:
    told(ann.request("GET", path, headers=HTML), least=200)


@pytest.mark.parametrize(
    "number", ["0", "-1", "x", "1.5", HUGE, "１", "1%00", "%FF", "x" * 20_000], ids=lambda n: n[:8]
)
def test_an_id_that_is_none_is_404(ann: Client, number: str) -> None:
    assert ann.request("GET", f"{LIST}/{number}", headers=HTML).status_code == 404
    assert form(ann, f"{LIST}/{number}", {"name": "x"}).status_code == 404


def test_a_record_one_may_not_see_is_changed_by_no_page(ann: Client, foreign: int, client: Any) -> None:
    for path in ("", "/delete", "/copy", "/move", "/star", "/actions/nothing"):
        assert form(ann, f"{LIST}/{foreign}{path}", {"name": "Taken"}).status_code == 404
    assert client("bob").get_json(f"{API}/{foreign}")["name"] == "Hidden of Bob"


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        (f"{LIST}/batch", {"do": "delete", "id": [str(10**9 + number) for number in range(20_000)]}),
        ("/calendar/web.customer/1", {"start": "2026-02-30"}),
        ("/apps/nothing/enable", {}),
        ("/apps/web_shop/nothing", {}),
    ],
    ids=str,
)
def test_a_wrong_command_is_refused_and_changes_nothing(boss: Client, path: str, fields: dict[str, Any]) -> None:
    before = total(boss)
    told(form(boss, path, fields))
    assert total(boss) == before


@pytest.mark.parametrize(
    ("ids", "status", "words"),
    [
        ([], 422, "Nothing is selected"),
        (["x"], 400, "“x” is no id of a record"),
        (["1", HUGE], 400, "is no id of a record"),
        (["\x00"], 400, "is no id of a record"),
    ],
    ids=["none", "text", "huge", "nul"],
)
def test_a_batch_without_a_record_says_so_and_changes_nothing(
    boss: Client, ids: list[str], status: int, words: str
) -> None:
    before = total(boss)
    answer = form(boss, f"{LIST}/batch", {"do": "delete", "id": ids})
    assert answer.status_code == status
    assert words in told(answer)
    assert total(boss) == before


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"menu": "no.menu"}, "There is no menu “no.menu”"),
        ({"by": "name," * 2000}, "&#34;by&#34; has at most 10 entries"),
        ({"cols": "name," * 5000}, "&#34;cols&#34; has at most 200 entries"),
    ],
    ids=["menu", "by", "cols"],
)
def test_what_a_list_can_not_show_is_told(ann: Client, query: dict[str, str], words: str) -> None:
    answer = ann.request("GET", LIST, query=query, headers=HTML)
    assert answer.status_code == 400
    assert words in told(answer)


def test_a_menu_for_others_answers_like_none(ann: Client, client: Callable[..., Client]) -> None:
    path = "/records/web.secret"
    assert (
        client("chief").request("GET", path, query={"menu": "web_shop.menu_secrets"}, headers=HTML).status_code == 200
    )
    hidden = ann.request("GET", LIST, query={"menu": "web_shop.menu_secrets"}, headers=HTML)
    absent = ann.request("GET", LIST, query={"menu": "web_shop.menu_secretx"}, headers=HTML)
    assert (hidden.status_code, absent.status_code) == (400, 400)
    assert "There is no menu" in told(hidden)


@pytest.mark.parametrize(
    ("path", "fields", "status", "words"),
    [
        ("/records/web.customer/{id}/move?view=kanban", {"to": "z"}, 422, "Level"),
        ("/records/web.customer/{id}/move?view=nothing", {"to": "a"}, 400, "no kind of page"),
        ("/records/web.customer/{id}/move?view=kanban", {"to": "\x00"}, 422, "Level"),
        ("/calendar/web.customer/{id}", {"shift": "x", "part": "all"}, 400, "at most 400 days"),
        ("/calendar/web.customer/{id}", {"shift": "60", "part": "middle"}, 400, "as a whole, or its end"),
        ("/calendar/web.customer/{id}", {"start": "2026-02-30T00:00"}, 400, "A time is written like"),
    ],
    ids=str,
)
def test_a_wrong_move_says_what_is_wrong(
    ann: Client, owner: int, path: str, fields: dict[str, str], status: int, words: str
) -> None:
    made = ann.post_json(API, {"name": "Moved about", "owner": owner, "seen_at": "2026-03-27T08:00:00+00:00"})
    answer = form(ann, path.format(id=made["id"]), fields)
    assert (answer.status_code, words in told(answer)) == (status, True), answer.text[:1500]
    after = ann.get_json(f"{API}/{made['id']}")
    assert (after["level"], after["seen_at"]) == (made["level"], made["seen_at"])


def test_hidden_and_absent_records_in_a_field_of_many_are_told_alike(ann: Client, owner: int, foreign: int) -> None:
    def refused(number: int) -> list[str]:
        answer = form(ann, "/records/web.order/new", {"name": "Of a stranger", "customer": str(number)})
        assert answer.status_code == 422
        return re.findall(r'<div class="ms er"[^>]*>.*?</div>', told(answer).replace(str(number), "N"), re.S)

    orders = total(ann, "web.order")
    assert refused(foreign) == refused(987654321) != []
    answer = form(ann, NEW, {"name": "With a tag", "owner": owner, "tags": ["987654321"]})
    assert answer.status_code == 422
    assert "Tags" in told(answer)
    assert total(ann, "web.order") == orders


@pytest.mark.parametrize("body", ["[]", "null", "{", '{"nothing": 1}', '{"page_size": 1e999}', "[" * 10_000], ids=str)
def test_odd_preferences_are_refused(ann: Client, body: str) -> None:
    told(ann.request("POST", "/preferences", data=body, content_type="application/json"))


TEXT = st.text(st.characters(codec="utf-8"), max_size=30) | st.sampled_from(["\x00", HUGE, "NaN", "2026-02-30", "-"])
FIELDS = st.sampled_from(["name", "level", "rating", "visits", "margin", "since", "seen_at", "owner", "tags", "extra"])
LINES = st.sampled_from(["orders.sent", "orders.shown", "orders.0.id", "orders.0.amount", "orders.1.delete"])
PARAMETERS = st.sampled_from(["q", "f", "domain", "by", "order", "page", "size", "view", "cols", "cat", "folded"])


def test_random_forms_and_parameters_are_no_crash(ann: Client, campaign: Callable[[int, int], int]) -> None:
    @settings(max_examples=campaign(15, 1000), deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(
        st.dictionaries(FIELDS | LINES, TEXT, max_size=6),
        st.dictionaries(PARAMETERS, TEXT, max_size=4),
    )
    def ask(fields: dict[str, str], parameters: dict[str, str]) -> None:
        told(form(ann, NEW, fields), least=200)
        told(ann.request("GET", LIST, query=parameters, headers=HTML), least=200)

    ask()
