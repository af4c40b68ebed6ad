"""Pages of addons inside the frame, and what addons add to the core's pages (docs/how-to/add-a-page.md)."""

from __future__ import annotations

import html
import io
import itertools
import re
from collections.abc import Callable

import pytest

from core.testing.client import Client
from tests.integration.web.pages import send

WORDS = (f"w{number}" for number in itertools.count())


@pytest.fixture
def tags(ann: Client) -> list[int]:
    """Two tags; other tests have made others with the same beginnings before."""
    word = next(WORDS)
    names = (f"Paged one {word}", f"Paged two {word}")
    return [ann.post_json("/api/v1/web.tag", {"name": name})["id"] for name in names]


def body(client: Client, path: str, **query: str) -> str:
    answer = client.get(path, **query)
    assert answer.status_code == 200, answer.text
    return answer.get_data(as_text=True)


def test_a_route_answers_with_a_page_inside_the_frame(ann: Client, tags: list[int]) -> None:
    shown = body(ann, f"/x/web_shop/tag/{tags[0]}")
    assert "<li>Paged one w" in shown
    assert '<nav class="nav"' in shown
    assert ann.get("/x/web_shop/tag/987654321").status_code == 404


def test_a_refused_form_is_shown_again_and_changes_nothing(ann: Client, tags: list[int]) -> None:
    refused = send(ann, f"/x/web_shop/tag/{tags[0]}", name="ab")
    assert refused.status_code == 422
    assert "Too short" in refused.get_data(as_text=True)
    assert "<li>Paged one w" in body(ann, f"/x/web_shop/tag/{tags[0]}")
    taken = send(ann, f"/x/web_shop/tag/{tags[0]}", name="Paged anew")
    assert (taken.status_code, taken.headers["Location"]) == (303, f"/x/web_shop/tag/{tags[0]}")
    assert "Named" in body(ann, taken.headers["Location"])


def test_a_part_of_a_page_has_no_frame(ann: Client, tags: list[int]) -> None:
    assert body(ann, f"/x/web_shop/part/{tags[1]}").startswith('<p class="part">Paged two w')


def test_list_links_bring_the_conditions_of_the_list(ann: Client, tags: list[int]) -> None:
    listed = body(ann, "/records/web.tag", q="Paged two", order="name desc")
    url = html.unescape(re.search(r'href="(/x/web_shop/chosen[^"]*)"', listed).group(1))
    shown = body(ann, url)
    assert "<li>Paged two w" in shown
    assert "<li>Paged one w" not in shown
    assert "q=Paged+two" in shown


def test_batch_links_bring_the_ids_or_all_of_the_search(ann: Client, tags: list[int]) -> None:
    back = "/records/web.tag?q=Paged"
    assert 'formaction="/x/web_shop/chosen"' in body(ann, back)
    one = send(ann, "/x/web_shop/chosen", id=str(tags[0]), back=back).get_data(as_text=True)
    assert ("<li>Paged one w" in one, "<li>Paged two w" in one) == (True, False)
    every = send(ann, "/x/web_shop/chosen", all="1", id=str(tags[0]), back=back).get_data(as_text=True)
    assert ("<li>Paged one w" in every, "<li>Paged two w" in every) == (True, True)


@pytest.mark.parametrize("number", ["x", "1 or 1", "9" * 30])
def test_an_odd_id_in_a_selection_is_refused(ann: Client, number: str) -> None:
    assert send(ann, "/x/web_shop/chosen", id=number).status_code == 400


@pytest.mark.parametrize(
    "back", ["//evil.example/records/web.tag", "/records/web.order?q=x", "/records/web.tag/../x", "/login"]
)
def test_a_selection_goes_back_to_lists_of_its_model_only(ann: Client, back: str) -> None:
    shown = send(ann, "/x/web_shop/chosen", all="1", back=back).get_data(as_text=True)
    assert '<p id="back">/records/web.tag</p>' in shown


def test_a_condition_that_can_not_be_read_is_refused(ann: Client) -> None:
    assert send(ann, "/x/web_shop/chosen", all="1", back="/records/web.tag?domain=[[").status_code == 400


def test_record_links_and_side_tabs_stand_at_the_record(ann: Client, tags: list[int]) -> None:
    assert f'href="/x/web_shop/tag/{tags[0]}"' in body(ann, f"/records/web.tag/{tags[0]}")
    side = body(ann, f"/records/web.tag/{tags[0]}/side")
    assert 'aria-controls="page-side-look"' in side
    assert '<span class="c">7</span>' in side
    assert f'hx-get="/x/web_shop/part/{tags[0]}"' in side


def test_record_notices_stand_at_the_head_of_a_record_that_is_read_with_their_buttons(
    ann: Client, tags: list[int]
) -> None:
    shown = body(ann, f"/records/web.tag/{tags[0]}")
    assert re.search(r'class="msg wa0 said" role="status">.*?<div class="sp">Waits for Bob</div>', shown, re.DOTALL)
    assert f'formaction="/x/web_shop/tag/{tags[0]}/agree"' in shown
    assert re.search(r'<textarea class="inp s" name="remark"[^>]*aria-label="Remark"', shown)
    assert "Waits for Bob" not in body(ann, f"/records/web.tag/{tags[0]}/edit")


def test_a_button_whose_change_of_state_is_held_says_so(ann: Client) -> None:
    owner = ann.get_json("/api/v1/core.user", domain=[["login", "=", "ann"]])["records"][0]["id"]
    customer = ann.post_json("/api/v1/web.customer", {"name": "Held", "owner": owner})["id"]
    for amount, words in ((2_000_000, "Confirm: handed in, not done yet"), (5, "Confirm: done")):
        order = ann.post_json("/api/v1/web.order", {"customer": customer, "amount": amount})["id"]
        answer = send(ann, f"/records/web.order/{order}/actions/confirm")
        assert words in body(ann, answer.headers["Location"])


def test_an_upload_reaches_a_route_that_takes_files(ann: Client, client: Callable[..., Client]) -> None:
    data = {"file": (io.BytesIO(b"x" * 1000), "a.txt"), "title": "A file"}
    answer = ann.request("POST", "/x/web_shop/files", data=data, content_type="multipart/form-data")
    assert answer.json == {"bytes": 1000, "title": "A file"}
    data = {"file": (io.BytesIO(b"x"), "a.txt"), "title": ""}
    answer = client().request("POST", "/x/web_shop/files", data=data, content_type="multipart/form-data")
    assert answer.status_code == 401


def test_table_formats_are_offered_to_whoever_may_export(ann: Client, boss: Client) -> None:
    assert "export:txt" not in body(ann, "/records/web.order")
    query = {"view": "pivot", "rows": "state", "columns": "-", "measure": "id:count"}
    assert ann.get("/records/web.order/export/txt", **query).status_code == 403
    assert boss.get("/records/web.order/export/exe", **query).status_code == 404
    written = body(boss, "/records/web.order/export/txt", **query)
    assert written.startswith("Order: ['State', 'Total']")
    charted = body(boss, "/records/web.order/export/txt", view="chart", by="state", measure="id:count")
    assert charted.startswith("Order: ['State'")


def test_files_of_the_addon_are_on_every_page_and_panels_come_from_its_routes(client: Callable[..., Client]) -> None:
    home = body(client("dropper"), "/")
    assert re.search(r'href="/static/web_shop/web_shop\.[0-9a-f]{12}\.css"', home)
    assert 'hx-get="/x/web_shop/part/1"' in home
