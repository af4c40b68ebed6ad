"""Where forms go on to: never to another site."""

from __future__ import annotations

import pytest

from core.web.pages.targets import safe_target


@pytest.mark.parametrize(
    "target",
    [
        "",
        "elsewhere.example",
        "https://elsewhere.example",
        "HTTPS:elsewhere.example",
        "//elsewhere.example",
        "///elsewhere.example",
        "/\\elsewhere.example",
        "\\\\elsewhere.example",
        "/%2felsewhere.example",
        "/%2Felsewhere.example",
        "/%5celsewhere.example",
        "/a%5c..%5celsewhere",
        "/.//elsewhere.example/..",
        "/a/../..//elsewhere.example",
        "/%2e%2e//elsewhere.example",
        "/\telsewhere.example",
        "/\t/elsewhere.example",
        "/\n/elsewhere.example",
        "/a\r\nSet-Cookie: a=b",
        "/%0d%0aSet-Cookie: a=b",
        "/\x00",
        " /a",
        " //elsewhere.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "?next=//elsewhere.example",
        "/／elsewhere.example",
        "/" + "a" * 2000,
    ],
)
def test_what_could_lead_elsewhere_leads_to_the_start_page(target: str) -> None:
    assert safe_target(target) == "/"


@pytest.mark.parametrize(
    "target", ["/", "/a", "/a/b?c=d&e=%2F", "/x?next=//elsewhere.example", "/%E5%AE%A2", "/a#b", "/a.b/.c"]
)
def test_a_path_of_ours_is_kept(target: str) -> None:
    assert safe_target(target) == target
