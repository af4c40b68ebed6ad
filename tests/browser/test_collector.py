"""What the fixtures of browser tests notice: without this, a test of a page that is broken would pass."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route

from tests.browser.problems import Problems
from tests.browser.site import Site
from tools.pages import LOOKS

POLICY = "default-src 'self'; script-src 'self' 'nonce-test'; style-src 'self'; img-src 'self'"
FAULTS = {
    "console": ('<script nonce="test">console.error("wrong here")</script>', "console: wrong here"),
    "exception": ('<script nonce="test">throw new Error("thrown here")</script>', "exception: thrown here"),
    "promise": ('<script nonce="test">Promise.reject(new Error("rejected here"))</script>', "exception: rejected here"),
    "inline script": ("<script>document.title = 'ran'</script>", "script-src-elem refuses inline"),
    "inline handler": ('<img src="/static/logo.svg" alt="" onload="1">', "script-src-attr refuses inline"),
    "inline style": ('<p style="color: red">red</p>', "style-src-attr refuses inline"),
    "missing": ('<img src="/static/none.png" alt="">', "answer: 404"),
    "elsewhere": ('<img src="http://127.0.0.1:9/a.png" alt="">', "img-src refuses http://127.0.0.1:9/a.png"),
    "late": (
        '<script nonce="test">setTimeout(() => console.error("wrong later"), 50)</script>',
        "console: wrong later",
    ),
}
AXE_FAULTS = {
    "name": "<button></button>",
    "label": '<input type="text">',
    "contrast": "<p class='pale'>pale</p>",
}


@pytest.fixture
def strange_page(site: Site, problems: Problems, new_page: Callable[..., Page]) -> Callable[[str], Page]:
    """``strange_page(html)``: a page of the site's address with this body, under a policy as strict as ours."""

    def make(body: str) -> Page:
        page = new_page(site, LOOKS[0])
        text = f"<!DOCTYPE html><html lang='en'><title>Strange</title><link rel='stylesheet' href='/pale.css'><main>{body}</main></html>"
        headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": POLICY}

        def answer(route: Route) -> None:
            if route.request.url.endswith("/pale.css"):
                route.fulfill(body=".pale{color:#ddd;background:#fff}", content_type="text/css")
            else:
                route.fulfill(body=text, headers=headers)

        page.route("**/strange", answer)
        page.route("**/pale.css", answer)
        page.goto("/strange", wait_until="load")
        return page

    return make


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_a_page_is_noticed(name: str, strange_page: Callable[[str], Page], problems: Problems) -> None:
    body, expected = FAULTS[name]
    page = strange_page(body)
    problems.settle(page, wait_ms=200 if name == "late" else 0)
    found = problems.left()
    problems.forgive("")
    assert any(expected in each for each in found), found


def test_a_sound_page_has_no_faults(
    strange_page: Callable[[str], Page], problems: Problems, axe: Callable[[Page], None]
) -> None:
    page = strange_page('<h1>Sound</h1><img src="/static/logo.svg" alt="Mark">')
    axe(page)
    problems.settle(page)
    assert problems.left() == []


@pytest.mark.parametrize("name", AXE_FAULTS)
def test_what_some_people_can_not_use_is_noticed(
    name: str, strange_page: Callable[[str], Page], axe: Callable[[Page], None]
) -> None:
    page = strange_page(AXE_FAULTS[name])
    with pytest.raises(AssertionError, match="axe-core"):
        axe(page)
