"""The token in pages is masked anew in each, and still allows changes."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from core.testing.client import Client
from core.web.identity import CSRF_HEADER

HTML = {"Accept": "text/html"}
MASKED = re.compile(r"[\w-]{86}==")


@pytest.mark.parametrize("path", ["/", "/profile", "/password", "/records/web.customer", "/records/web.customer/new"])
def test_no_page_holds_the_token_itself(client: Callable[..., Client], path: str) -> None:
    ann = client("ann")
    pages = [ann.request("GET", path, headers=HTML).text for _each in range(3)]
    tokens = [set(MASKED.findall(page)) for page in pages]
    assert all(len(each) == 1 for each in tokens)
    assert len(set.union(*tokens)) == 3
    assert not any(ann.headers[CSRF_HEADER] in page for page in pages)


def test_the_token_of_a_page_allows_changes_by_header_and_by_field(client: Callable[..., Client]) -> None:
    ann = client("ann")
    plain = ann.headers[CSRF_HEADER]
    masked = MASKED.findall(ann.request("GET", "/profile", headers=HTML).text)[0]
    for token, status in ((plain, 201), (masked, 201), (masked.swapcase(), 403), ("", 403)):
        answer = ann.request(
            "POST", "/api/v1/web.tag", json={"name": f"tag {token}"[:40]}, headers={CSRF_HEADER: token}
        )
        assert answer.status_code == status, token
    for token, status in ((masked[:-6], 403), (masked, 303)):
        answer = ann.request("POST", "/logout", data={"csrf_token": token}, headers={**HTML, CSRF_HEADER: ""})
        assert answer.status_code == status, token
