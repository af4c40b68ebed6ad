"""Fields that hold conditions (CORE-39): read in words, put together in a dialog, kept as JSON."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from core.app import Application
from core.testing.client import Client
from core.web.pages.conditionfields import conditions_part

from .pages import FORM, page, send

CHOOSE = "/records/web.order/conditions/choose"
CALL = "/records/core.event_call"
DOMAIN = [["amount", ">", 1000], {"any": [["state", "in", ["draft"]], ["paid", "=", True]]}]
WORDS = "Amount is more than CNY 1,000.00 and (State is any of Draft or Paid: Yes)"


def chosen(answer: Any) -> Any:
    """Return what the dialog hands to the page, or None."""
    trigger = answer.headers.get("HX-Trigger")
    return None if trigger is None else json.loads(trigger)["tangram:conditions"]


def choose(client: Client, **fields: Any) -> Any:
    data = {name.replace("__", "."): value for name, value in fields.items()}
    return client.request("POST", CHOOSE, data=data, headers={**FORM, "HX-Request": "true"})


@pytest.fixture
def event_call(shop: Application) -> int:
    """A call for orders that fulfil `DOMAIN`."""

    def make(env: Any) -> int:
        values = {"name": "Orders", "address": "https://example.com", "model": "web.order", "domain": DOMAIN}
        return int(env["core.event_call"].create({**values, "user": env.user}).id)

    return shop.run(make)


@pytest.mark.rows("CORE-39")
def test_conditions_of_a_record_are_read_in_words(boss: Client, event_call: int) -> None:
    text = page(boss, f"{CALL}/{event_call}")
    assert WORDS in text
    assert "&#34;amount&#34;" not in text


def test_the_form_for_changing_shows_words_and_keeps_the_text(boss: Client, event_call: int) -> None:
    text = page(boss, f"{CALL}/{event_call}/edit")
    assert f">{WORDS}</output>" in text
    assert 'data-choose-conditions="web.order" data-model-input="model"' in text
    assert "&#34;amount&#34;" in text


def test_a_refused_form_shows_in_words_what_was_typed(boss: Client, event_call: int) -> None:
    typed = json.dumps([["state", "in", ["draft"]]])
    answer = send(boss, f"{CALL}/{event_call}", name="", model="web.order", domain=typed, version="1")
    assert answer.status_code == 422
    assert ">State is any of Draft</output>" in answer.get_data(as_text=True)


def test_the_dialog_begins_with_the_conditions_there_are(ann: Client) -> None:
    text = page(ann, CHOOSE, domain=json.dumps(DOMAIN))
    assert '<option value="amount" selected>' in text
    assert 'name="c.1.1.p0"' in text


def test_the_dialog_gives_conditions_as_json_and_in_words(ann: Client) -> None:
    rule = {"c__0__p0": "amount", "c__0__op": ">", "c__0__for": "amount number", "c__0__v": "1000"}
    assert chosen(choose(ann, **rule)) is None
    found = chosen(choose(ann, do="use", **rule))
    assert json.loads(found["domain"]) == [["amount", ">", 1000]]
    assert found["words"] == "Amount is more than CNY 1,000.00"


def test_no_condition_means_every_record(ann: Client) -> None:
    assert chosen(choose(ann, do="use", c__0__p0="")) == {"domain": "", "words": ""}


def test_a_wrong_value_stays_in_the_dialog_with_its_fault(ann: Client) -> None:
    answer = choose(ann, do="use", c__0__p0="amount", c__0__op=">", c__0__for="amount number", c__0__v="much")
    assert chosen(answer) is None
    text = answer.get_data(as_text=True)
    assert 'value="much"' in text
    assert "is not a number" in text


def test_a_malformed_domain_is_told(ann: Client) -> None:
    for text in ('[["nothing", "=", 1]]', '[["amount", "fits", 1]]', "{"):
        page(ann, CHOOSE, 400, domain=text)


def test_only_who_may_read_a_model_makes_conditions_on_it(ann: Client) -> None:
    page(ann, "/records/core.event_call/conditions/choose", 404)


def test_the_dialog_is_offered_only_for_what_the_user_may_read(shop: Application) -> None:
    def part(login: str, model: str) -> str:
        def ask(env: Any) -> str:
            call = SimpleNamespace(env=env.as_user(login), text=str, lang="en")
            return conditions_part(call, model, "", "").model  # type: ignore[arg-type]  # as much of a request as is asked for

        return str(shop.run(ask))

    assert (part("ann", "web.order"), part("boss", "core.event_call")) == ("web.order", "core.event_call")
    assert (part("ann", "core.event_call"), part("ann", "web.nothing")) == ("", "")
